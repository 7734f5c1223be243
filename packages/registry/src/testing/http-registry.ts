import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HttpRegistry extends AsyncDisposable {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** `GET /v2/…`, in order, with what was sent to log in. */
  readonly requests: readonly { readonly line: string; readonly authorization: string | undefined }[];
}

/** A registry that answers as the test says. */
export async function httpRegistry(
  answer: (request: IncomingMessage, response: ServerResponse, body: Buffer) => void,
): Promise<HttpRegistry> {
  const requests: { line: string; authorization: string | undefined }[] = [];
  const server = createServer(async (request, response) => {
    requests.push({ line: `${request.method} ${request.url}`, authorization: request.headers.authorization });
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      // The client disconnected, as some tests want; there is no one to answer.
      return;
    }
    answer(request, response, Buffer.concat(chunks));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
