import type { ServerResponse } from 'node:http';
import type { SandboxClock } from '../../clock/clock.ts';
import type { Delivery } from '../dispatcher.ts';

interface Letter {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

const page =
  '<!DOCTYPE html><html><head><title>Sign in to the network</title></head><body>Please sign in to use this network.</body></html>';

/** Sends an answer, well or badly. Bytes drip in real time, whatever the sandbox's clock. */
export async function deliver(
  response: ServerResponse,
  letter: Letter,
  delivery: Delivery | undefined,
  wait: SandboxClock['sleep'],
  signal: AbortSignal,
): Promise<void> {
  const body = Buffer.from(letter.body as string);
  const head = (status: number, length: number, headers = letter.headers) =>
    response.writeHead(status, { ...headers, 'Content-Length': String(length) });
  switch (delivery?.kind) {
    case undefined:
      head(letter.status, body.length);
      response.end(body);
      return;
    case 'hang':
      return;
    case 'reset':
      // A plain destroy would close politely; a reset is what a broken path looks like.
      response.socket?.resetAndDestroy();
      return;
    case 'html':
      head(200, Buffer.byteLength(page), { 'Content-Type': 'text/html; charset=utf-8' });
      response.end(page);
      return;
    case 'empty':
      head(200, 0);
      response.end();
      return;
    case 'null':
      head(200, 4);
      response.end('null');
      return;
    case 'truncate':
      head(letter.status, body.length);
      response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.socket?.resetAndDestroy());
      return;
    case 'drip': {
      const bytes = delivery.bytes ?? 1;
      head(letter.status, body.length);
      response.flushHeaders();
      for (let at = 0; at < body.length && !signal.aborted; at += bytes) {
        response.write(body.subarray(at, at + bytes));
        await wait(delivery.everyMilliseconds ?? 200, signal);
      }
      response.end();
      return;
    }
  }
}
