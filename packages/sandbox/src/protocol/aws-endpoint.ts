import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SandboxClock } from '../clock/clock.ts';
import { models } from '../models/models.ts';
import { readForm } from '../models/read-form.ts';
import { own } from '../models/read-input.ts';
import { AwsFault } from './aws-service.ts';
import { deliver } from './deliver.ts';
import type { Dispatcher, Outgoing } from './dispatcher.ts';
import { readBody, realSleep } from './http-body.ts';
import { jsonContentType, readJson, writeJson, writeJsonError } from './json-protocol.ts';
import {
  asQueryError,
  type QueryRequest,
  readQuery,
  writeQuery,
  writeQueryError,
  xmlContentType,
} from './query-protocol.ts';
import { callerOf, readSignature } from './signature.ts';

/** What stands before the dot in X-Amz-Target, and whose it is. */
const targets: Readonly<Record<string, string>> = {
  AmazonEC2ContainerServiceV20141113: 'ecs',
  AmazonEC2ContainerRegistry_V20150921: 'ecr',
  SpencerFrontendService: 'ecr-public',
  Logs_20140328: 'logs',
  secretsmanager: 'secretsmanager',
  AmazonSSM: 'ssm',
  CodeDeploy_20141006: 'codedeploy',
};

/** The services of the query protocol by the version of their API; STS is asked without one too. */
const versions: Readonly<Record<string, string>> = {
  '': 'sts',
  '2010-05-08': 'iam',
  '2011-06-15': 'sts',
  '2015-12-01': 'elasticloadbalancing',
};

const jsonService = (prefix: string): string =>
  Object.hasOwn(targets, prefix) ? targets[prefix]! : prefix || 'unknown';

export interface AwsEndpointParts {
  readonly dispatcher: Dispatcher;
  readonly clock: SandboxClock;
  readonly region: string;
}

/** POST / as the AWS SDKs and the aws CLI send it. */
export function createAwsEndpoint({ dispatcher, clock, region }: AwsEndpointParts) {
  return {
    async handle(message: IncomingMessage, response: ServerResponse, signal: AbortSignal): Promise<void> {
      const body = await readBody(message);
      const signature = readSignature(message.headers);
      const target = message.headers['x-amz-target'];
      const query: QueryRequest | undefined =
        target === undefined ? readQuery(new URLSearchParams(body?.toString('utf8') ?? '')) : undefined;

      const [prefix = '', operation = ''] = String(target ?? '').split('.');
      const service = query ? (own(versions, query.version) ?? 'unknown') : jsonService(prefix);
      let refused: AwsFault | undefined;
      let input: unknown = query?.input ?? {};
      try {
        if (signature.refused) throw signature.refused;
        if (body === undefined)
          throw new AwsFault('RequestEntityTooLargeException', 'The request is too large.', { status: 413 });
        input = query ? readQueryInput(service, query) : readJson(body);
      } catch (error) {
        refused = error as AwsFault;
      }
      const outgoing = await dispatcher.handle({
        service,
        operation: query ? query.action || 'unknown' : operation,
        input,
        ...callerOf(signature, region),
        signal,
        ...(refused ? { refused } : {}),
      });
      if (signal.aborted) return;
      await deliver(
        response,
        query ? asXml(query, outgoing, clock) : asJson(outgoing, clock),
        outgoing.delivery,
        realSleep,
        signal,
      );
    },
  };
}

function readQueryInput(service: string, { version, action, input }: QueryRequest): unknown {
  const model = own(models, service);
  if (model !== undefined) return readForm(model, action, input);
  throw new AwsFault(
    'UnknownOperationException',
    `The sandbox has no query API of the version ${JSON.stringify(version)}. It has IAM 2010-05-08, STS 2011-06-15 and Elastic Load Balancing 2015-12-01.`,
  );
}

export type AwsEndpoint = ReturnType<typeof createAwsEndpoint>;

const headersOf = (outgoing: Outgoing, clock: SandboxClock, type: string) => ({
  'Content-Type': type,
  'x-amzn-RequestId': outgoing.requestId,
  Date: new Date((clock.kind === 'virtual' ? Date.now() : clock.now()) + outgoing.clockOffset).toUTCString(),
  ...(outgoing.retryAfter === undefined ? {} : { 'Retry-After': String(outgoing.retryAfter) }),
});

function asJson(outgoing: Outgoing, clock: SandboxClock) {
  const headers = headersOf(outgoing, clock, jsonContentType);
  return outgoing.error
    ? { status: outgoing.error.status, headers, body: writeJsonError(outgoing.error) }
    : { status: 200, headers, body: outgoing.body === null ? 'null' : writeJson(outgoing.body) };
}

function asXml(query: QueryRequest, outgoing: Outgoing, clock: SandboxClock) {
  const headers = headersOf(outgoing, clock, xmlContentType);
  return outgoing.error
    ? {
        status: asQueryError(outgoing.error).status,
        headers,
        body: writeQueryError(outgoing.error, outgoing.requestId),
      }
    : { status: 200, headers, body: writeQuery(query.action, outgoing.body, outgoing.requestId) };
}
