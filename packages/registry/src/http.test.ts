import { expect, test } from '@jest/globals';
import { createHttp, readBody } from './http.ts';
import { httpRegistry } from './testing/http-registry.ts';

test('the end of an upload is waited for longer than anything else', async () => {
  const given = Promise.withResolvers<void>();
  await using server = await httpRegistry(({ method }, response) => {
    // Answered when the other request has been given up.
    if (method === 'PUT') void given.promise.then(() => response.writeHead(201).end());
    else response.once('close', given.resolve);
  });
  const http = createHttp({}, { put: 60_000, other: 20 });
  const url = new URL(`http://${server.host}/v2/a/blobs/uploads/1`);
  const put = http({ method: 'PUT', url, body: new Uint8Array() });
  await expect(http({ method: 'GET', url })).rejects.toThrow('no response for 0.02 s');
  expect((await put).statusCode).toBe(201);
});

test('a body that drips is given up after its time, although bytes come in', async () => {
  await using server = await httpRegistry((_, response) => {
    response.writeHead(200);
    const drip = setInterval(() => response.write('x'), 5);
    response.once('close', () => clearInterval(drip));
  });
  const response = await createHttp({})({ method: 'GET', url: new URL(`http://${server.host}/`) });
  await expect(readBody(response, 4_000_000, 'r.example', undefined, 50)).rejects.toMatchObject({
    code: 'ENDPOINT_UNREACHABLE',
    summary: 'the response from the registry r.example was cut off: it was not complete after 0.05 s',
    facts: { transient: true },
  });
});

test('a head that drips is given up after its time, although bytes come in', async () => {
  await using server = await httpRegistry(({ socket }) => {
    socket.write('HTTP/1.1 200 OK\r\nX-Long: ');
    const drip = setInterval(() => socket.write('x'), 5);
    socket.once('close', () => clearInterval(drip));
  });
  const http = createHttp({}, { put: 50, other: 60_000 });
  await expect(http({ method: 'GET', url: new URL(`http://${server.host}/`) })).rejects.toThrow(
    'no complete response headers after 0.05 s',
  );
});
