import type { IncomingHttpHeaders } from 'node:http';
import type { AwsFault } from '../api/aws-service.ts';
import type { ApiThrottling } from '../faults/throttle.ts';
import type { RequestRules } from '../models/request-rules.ts';

/** An API as clients find it: what a request for it looks like. */
export interface Api {
  /** IAM's and the signature's name: `ecs`, `ecr`, `logs`, `sts`, `secretsmanager`. */
  readonly name: string;
  /** As people call it: `Elastic Load Balancing`. */
  readonly title: string;
  readonly protocol: Protocol;
  /** What is checked of its requests by AWS's own model. Without it the handlers get what the client sends. */
  readonly requests?: RequestRules;
  /** What AWS throttles of it, with `throttling: 'aws'`. */
  readonly throttling?: ApiThrottling;
  /** Operations that anyone may call: no permission exists that could deny them. */
  readonly free?: readonly string[];
  /** Operations that are not signed. */
  readonly unsigned?: readonly string[];
  /** The name of the model in botocore, where it is not the API's: `npm run models` reads it. */
  readonly botocore?: string;
}

export type Protocol = JsonProtocol | QueryProtocol | RestProtocol;

/** https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html */
interface JsonProtocol {
  readonly kind: 'json-1.1';
  /** What stands before the dot in X-Amz-Target. */
  readonly target: string;
}

/** https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */
interface QueryProtocol {
  readonly kind: 'query';
  readonly version: string;
  /** Whether a request that names no version is for this API. */
  readonly unversioned?: true;
}

/** An operation is a method and a path. Requests are those that are signed for the API: their paths are anybody's. */
export interface RestProtocol {
  readonly kind: 'rest';
  /** @throws AwsFault for a request that is none of the API's; `body` is undefined when it is too large. */
  read(request: RestRequest): RestCall;
  write(operation: string, answer: unknown): RestAnswer;
  writeError(error: AwsFault, requestId: string): RestAnswer;
  /** The header that carries the request's id. */
  readonly requestIdHeader: string;
}

export interface RestRequest {
  readonly method: string;
  /** As in the request line: the path and the query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer | undefined;
}

export interface RestCall {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface RestAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}
