import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AdminApi } from '../admin/admin-api.ts';
import type { AwsEndpoint } from '../protocol/http/aws-endpoint.ts';
import { refuseCbor, speaksCbor } from '../protocol/http/cbor-refusal.ts';
import type { RestEndpoint } from '../protocol/http/rest-endpoint.ts';
import type { RegistryServer } from '../registry/http/registry-server.ts';

interface HttpParts {
  readonly aws: AwsEndpoint;
  readonly rest: RestEndpoint;
  readonly registry: RegistryServer;
  readonly admin: AdminApi;
  defect(error: unknown, where: string): void;
}

/** Names under which a client of this machine reaches us. Any other name is a web page's trick (DNS rebinding). */
const ownNames = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/i;

/** One port for the AWS APIs (POST /, and S3: whatever is signed for it), the registry (/v2/) and the sandbox's own API (/_sandbox/). */
export function createHttpServer(parts: HttpParts): Server {
  const handle = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const path = (message.url ?? '/').split('?')[0]!;
    if (!ownNames.test(message.headers.host ?? '')) {
      return refuse(
        response,
        403,
        `The sandbox answers to 127.0.0.1 and localhost, not to "${message.headers.host ?? ''}".`,
      );
    }
    if (/^\/_sandbox(?:\/|$)/.test(path)) {
      if (message.headers.origin !== undefined)
        return refuse(response, 403, 'The sandbox is not for web pages.');
      return parts.admin.handle(message, response);
    }
    if (parts.rest.serves(message)) return parts.rest.handle(message, response, gone.signal);
    if (/^\/v2(?:\/|$)/.test(path)) return parts.registry.handle(message, response, gone.signal);
    if (speaksCbor(message)) return refuseCbor(response);
    if (message.method === 'POST') return parts.aws.handle(message, response, gone.signal);
    return refuse(
      response,
      path === '/' ? 200 : 404,
      'Landfall sandbox. AWS APIs: POST /. Registry: /v2/. Its own API: /_sandbox/health.',
    );
  };
  const server = createServer((message, response) => {
    handle(message, response).catch((error) => {
      // A client that disconnects while it sends its request is not an error.
      if (message.destroyed && !message.complete) return;
      parts.defect(error, `${message.method} ${message.url}`);
      if (response.headersSent) response.destroy();
      else refuse(response, 500, 'A defect of the sandbox; its log says more.');
    });
  });
  // A large layer over a slow engine may take longer than Node's five minutes.
  server.requestTimeout = 0;
  return server;
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(`${text}\n`);
}

/** Listens on loopback alone. Throws an Error that names the port when it is taken. */
export async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(`Port ${port} is in use. Choose another one, or 0 for any that is free.`, {
              cause: error,
            })
          : error,
      ),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

export async function stopListening(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
