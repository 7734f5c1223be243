import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { SandboxClock } from '../../clock/clock.ts';
import type { Delivery } from '../../protocol/dispatcher.ts';
import { deliver } from '../../protocol/http/deliver.ts';
import type { RegistryFault } from './registry-fault.ts';
import type { RegistryAnswer } from './route.ts';

export const failure = (fault: RegistryFault): RegistryAnswer => {
  const body = JSON.stringify({ errors: [{ code: fault.code, message: fault.message }] });
  return {
    status: fault.status,
    headers: {
      'Content-Type': 'application/json',
      'Content-Length': String(Buffer.byteLength(body)),
      ...fault.headers,
    },
    body,
  };
};

/** Sends an answer, or what a fault makes of it. */
export async function send(
  response: ServerResponse,
  reply: RegistryAnswer,
  delivery: Delivery | undefined,
  requestId: string,
  clock: SandboxClock,
  clockOffset: number,
  signal: AbortSignal,
): Promise<void> {
  const headers = {
    'Docker-Distribution-Api-Version': 'registry/2.0',
    'x-amzn-requestid': requestId,
    Date: new Date(clock.now() + clockOffset).toUTCString(),
    ...reply.headers,
  };
  if (delivery) {
    if (reply.body instanceof Readable && (delivery.kind === 'truncate' || delivery.kind === 'drip')) {
      response.writeHead(reply.status, headers);
      const [first] = (await reply.body.take(1).toArray()) as Buffer[];
      response.write((first ?? Buffer.alloc(0)).subarray(0, Math.ceil((first?.length ?? 0) / 2)));
      reply.body.destroy();
      response.socket?.resetAndDestroy();
      return;
    }
    if (reply.body instanceof Readable) reply.body.destroy();
    const body = typeof reply.body === 'string' ? reply.body : '';
    await deliver(response, { status: reply.status || 200, headers, body }, delivery, clock.sleep, signal);
    return;
  }
  response.writeHead(
    reply.status,
    reply.body === undefined ? { 'Content-Length': '0', ...headers } : headers,
  );
  if (reply.body instanceof Readable) {
    const body = reply.body;
    body.on('error', () => response.destroy());
    signal.addEventListener('abort', () => body.destroy(), { once: true });
    body.pipe(response);
  } else response.end(reply.body);
}
