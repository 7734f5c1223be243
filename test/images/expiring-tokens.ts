import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LoopbackRegistry } from './loopback-registry.ts';
import type { TokenServer } from './token-server.ts';

interface ExpiringRegistry extends LoopbackRegistry {
  /** `PATCH`, `PUT` …: the requests that came with a token that was at its end. */
  readonly late: readonly string[];
}

interface TokenUse {
  readonly method: string;
  /** How often this token has come, this time included. */
  readonly used: number;
  /** How many requests came too late before this one. */
  readonly late: number;
}

/**
 * The same registry by another address, where a token is at its end when the test says so, so that it need not wait
 * for it.
 */
export async function expiringTokens(
  registry: LoopbackRegistry,
  { realm, service }: TokenServer,
  isAtEnd: (use: TokenUse) => boolean,
): Promise<ExpiringRegistry> {
  const uses = new Map<string, number>();
  const late: string[] = [];
  const [hostname, port] = registry.host.split(':');
  const server = createServer((request, response) => {
    const { authorization = '' } = request.headers;
    const used = (uses.get(authorization) ?? 0) + 1;
    uses.set(authorization, used);
    const { method = '' } = request;
    if (authorization.startsWith('Bearer ') && isAtEnd({ method, used, late: late.length })) {
      late.push(method);
      const scope = /^\/v2\/(.+)\/(?:blobs|manifests|referrers)\//.exec(request.url ?? '')?.[1];
      request.resume();
      response.writeHead(401, {
        'content-type': 'application/json',
        'www-authenticate': `Bearer realm="${realm}",service="${service}"${scope ? `,scope="repository:${scope}:pull,push"` : ''},error="invalid_token"`,
      });
      response.end('{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}');
      return;
    }
    const { url: path, headers } = request;
    const onward = send({ hostname, port, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    late,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
