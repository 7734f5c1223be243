import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsFault } from '../../api/aws-service.ts';
import type { SandboxClock } from '../../clock/clock.ts';
import { readForm } from '../../models/read-form.ts';
import type { Api } from '../api.ts';
import type { Dispatcher, Outgoing } from '../dispatcher.ts';
import { deliver } from './deliver.ts';
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

interface AwsEndpointParts {
  readonly apis: readonly Api[];
  readonly dispatcher: Dispatcher;
  readonly clock: SandboxClock;
  readonly region: string;
}

/** POST / as the AWS SDKs and the aws CLI send it. */
export function createAwsEndpoint({ apis, dispatcher, clock, region }: AwsEndpointParts) {
  const targets = new Map(
    apis.flatMap((api) => (api.protocol.kind === 'json-1.1' ? [[api.protocol.target, api.name]] : [])),
  );
  return {
    async handle(message: IncomingMessage, response: ServerResponse, signal: AbortSignal): Promise<void> {
      const body = await readBody(message);
      const signature = readSignature(message.headers);
      const target = message.headers['x-amz-target'];
      const query: QueryRequest | undefined =
        target === undefined ? readQuery(new URLSearchParams(body?.toString('utf8') ?? '')) : undefined;

      const [prefix = '', operation = ''] = String(target ?? '').split('.');
      const asked = query && queryApi(apis, query.version);
      const service = (query ? asked?.name : (targets.get(prefix) ?? prefix)) || 'unknown';
      let refused: AwsFault | undefined;
      let input: unknown = query?.input ?? {};
      try {
        if (signature.refused) throw signature.refused;
        if (body === undefined)
          throw new AwsFault('RequestEntityTooLargeException', 'The request is too large.', { status: 413 });
        input = query ? readQueryInput(apis, asked, query) : readJson(body);
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

const queryApi = (apis: readonly Api[], version: string): Api | undefined =>
  apis.find(
    ({ protocol }) =>
      protocol.kind === 'query' && (version === '' ? protocol.unversioned : protocol.version === version),
  );

function readQueryInput(
  apis: readonly Api[],
  asked: Api | undefined,
  { version, action, input }: QueryRequest,
): unknown {
  if (asked !== undefined) return asked.requests ? readForm(asked.requests.model, action, input) : input;
  const known = apis
    .flatMap(({ title, protocol }) =>
      protocol.kind === 'query' ? [{ title, version: protocol.version }] : [],
    )
    .sort((a, b) => (a.version < b.version ? -1 : 1))
    .map((api) => `${api.title} ${api.version}`);
  throw new AwsFault(
    'UnknownOperationException',
    `The sandbox has no query API of the version ${JSON.stringify(version)}. It has ${known.slice(0, -1).join(', ')} and ${known.at(-1)}.`,
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
