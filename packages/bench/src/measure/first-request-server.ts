import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FirstRequestServer {
  readonly url: string;
  /** Resolves with the time (performance.now) at which the next request arrives. Ask before it can. */
  arrival(): Promise<number>;
  close(): Promise<void>;
}

/**
 * A loopback server that notes when a request reaches it and answers as AWS does to a caller without the
 * permission, so that the program under measure ends at once and without a retry.
 */
export async function firstRequestServer(): Promise<FirstRequestServer> {
  let arrived: ((time: number) => void) | undefined;
  const server = createServer((request, response) => {
    arrived?.(performance.now());
    arrived = undefined;
    request.resume();
    response.writeHead(400, {
      'content-type': 'application/x-amz-json-1.1',
      'x-amzn-requestid': '00000000-0000-4000-8000-000000000000',
      connection: 'close',
    });
    response.end(JSON.stringify({ __type: 'AccessDeniedException', message: 'the bench permits nothing' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrival: () =>
      new Promise((resolve) => {
        arrived = resolve;
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
