import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsFault } from '../../api/aws-service.ts';
import type { SandboxClock } from '../../clock/clock.ts';
import type { Api, RestCall, RestProtocol } from '../api.ts';
import type { Dispatcher } from '../dispatcher.ts';
import { deliver } from './deliver.ts';
import { readBody, realSleep } from './http-body.ts';
import { callerOf, readSignature } from './signature.ts';

interface RestEndpointParts {
  readonly apis: readonly Api[];
  readonly dispatcher: Dispatcher;
  readonly clock: SandboxClock;
  readonly region: string;
}

/** The APIs whose operations are methods and paths. */
export function createRestEndpoint({ apis, dispatcher, clock, region }: RestEndpointParts) {
  const protocols = new Map<string | undefined, RestProtocol>(
    apis.flatMap(({ name, protocol }) => (protocol.kind === 'rest' ? [[name, protocol]] : [])),
  );
  return {
    /** A request is for the API that it is signed for. */
    serves: (message: IncomingMessage): boolean => protocols.has(readSignature(message.headers).service),
    async handle(message: IncomingMessage, response: ServerResponse, signal: AbortSignal): Promise<void> {
      const body = await readBody(message);
      const signature = readSignature(message.headers);
      const service = signature.service!;
      const protocol = protocols.get(service)!;
      let refused = signature.refused;
      let call: RestCall = { operation: 'unknown', input: {} };
      try {
        const { method = 'GET', url = '/', headers } = message;
        call = protocol.read({ method, url, headers, body });
      } catch (thrown) {
        if (!(thrown instanceof AwsFault)) throw thrown;
        refused ??= thrown;
      }
      const outgoing = await dispatcher.handle({
        service,
        ...call,
        ...callerOf(signature, region),
        signal,
        ...(refused ? { refused } : {}),
      });
      if (signal.aborted) return;
      const answer = outgoing.error
        ? protocol.writeError(outgoing.error, outgoing.requestId)
        : protocol.write(call.operation, outgoing.body);
      const now = (clock.kind === 'virtual' ? Date.now() : clock.now()) + outgoing.clockOffset;
      const headers = {
        ...answer.headers,
        [protocol.requestIdHeader]: outgoing.requestId,
        Date: new Date(now).toUTCString(),
      };
      await deliver(response, { ...answer, headers }, outgoing.delivery, realSleep, signal);
    },
  };
}

export type RestEndpoint = ReturnType<typeof createRestEndpoint>;
