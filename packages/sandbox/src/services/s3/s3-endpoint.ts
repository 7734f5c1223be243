import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SandboxClock } from '../../clock/clock.ts';
import { AwsFault } from '../../protocol/aws-service.ts';
import { deliver } from '../../protocol/deliver.ts';
import type { Dispatcher } from '../../protocol/dispatcher.ts';
import { readBody, realSleep } from '../../protocol/http-body.ts';
import { callerOf, readSignature } from '../../protocol/signature.ts';
import { writeS3Answer, writeS3Error } from './s3-answer.ts';
import { readS3Request, type S3Request } from './s3-request.ts';

export interface S3EndpointParts {
  readonly dispatcher: Dispatcher;
  readonly clock: SandboxClock;
  readonly region: string;
}

/** A request is for S3 when it is signed for S3: its paths are anybody's. */
export const isForS3 = (message: IncomingMessage): boolean => readSignature(message.headers).service === 's3';

/** S3 in the path style, as SDKs and the aws CLI send it to an address that is an IP. */
export function createS3Endpoint({ dispatcher, clock, region }: S3EndpointParts) {
  return {
    async handle(message: IncomingMessage, response: ServerResponse, signal: AbortSignal): Promise<void> {
      const body = await readBody(message);
      const signature = readSignature(message.headers);
      let refused = signature.refused;
      let request: S3Request = { operation: 'unknown', input: {} };
      try {
        if (!body)
          throw new AwsFault('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size');
        const { method = 'GET', url = '/', headers } = message;
        request = readS3Request({ method, url, headers, body });
      } catch (thrown) {
        if (!(thrown instanceof AwsFault)) throw thrown;
        refused ??= thrown;
      }
      const outgoing = await dispatcher.handle({
        service: 's3',
        ...request,
        ...callerOf(signature, region),
        signal,
        ...(refused ? { refused } : {}),
      });
      if (signal.aborted) return;
      const answer = outgoing.error
        ? writeS3Error(outgoing.error, outgoing.requestId)
        : writeS3Answer(request.operation, outgoing.body);
      const now = (clock.kind === 'virtual' ? Date.now() : clock.now()) + outgoing.clockOffset;
      const headers = {
        ...answer.headers,
        'x-amz-request-id': outgoing.requestId,
        Date: new Date(now).toUTCString(),
      };
      await deliver(response, { ...answer, headers }, outgoing.delivery, realSleep, signal);
    },
  };
}

export type S3Endpoint = ReturnType<typeof createS3Endpoint>;
