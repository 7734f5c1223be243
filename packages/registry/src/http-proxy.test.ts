import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { createHttp, readBody } from './http.ts';
import { httpRegistry } from './testing/http-registry.ts';

/** A proxy that notes where it is asked to go, and goes to the registry of the test instead. */
async function proxy(registry: string) {
  const asked: string[] = [];
  const [host, port] = registry.split(':');
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.end('by proxy');
  });
  server.on('connect', (request, socket) => {
    asked.push(`CONNECT ${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trim());
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    const onward = connect(Number(port), host);
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
    socket.pipe(onward).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    asked,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

describe('H11: the registry client', () => {
  const send = async (environment: Record<string, string>, url: string) => {
    const response = await createHttp(environment)({ method: 'GET', url: new URL(url) });
    return Buffer.from(await readBody(response, 1000, 'a proxy')).toString();
  };

  test('goes to a registry over TLS through HTTPS_PROXY, with the user of the proxy', async () => {
    await using registry = await httpRegistry((_, response) => response.end('no TLS here'));
    await using through = await proxy(registry.host);
    const HTTPS_PROXY = through.url.replace('http://', 'http://me:word@');
    // What answers does not speak TLS; that it was reached by the tunnel is what counts.
    await expect(send({ HTTPS_PROXY }, 'https://registry.example/v2/')).rejects.toThrow();
    expect(through.asked).toEqual([`CONNECT registry.example:443 Basic ${btoa('me:word')}`]);
  });

  test('goes straight to what NO_PROXY names and to what is on this machine, as the engine does', async () => {
    await using registry = await httpRegistry((_, response) => response.end('straight'));
    await using through = await proxy(registry.host);
    const environment = { HTTP_PROXY: through.url, HTTPS_PROXY: through.url, NO_PROXY: '.invalid' };
    expect(await send(environment, `http://${registry.host}/v2/`)).toBe('straight');
    await expect(send(environment, 'https://registry.invalid/v2/')).rejects.toThrow('ENOTFOUND');
    expect(through.asked).toEqual([]);
    expect(await send(environment, 'http://token.example/token')).toBe('by proxy');
    expect(through.asked).toEqual(['GET http://token.example/token']);
  });
});
