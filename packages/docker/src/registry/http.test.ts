import { expect, test } from '@jest/globals';
import { httpRegistry } from '../testing/http-registry.ts';
import { createHttp } from './http.ts';

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
  await expect(http({ method: 'GET', url })).rejects.toThrow('no answer for 0.02 s');
  expect((await put).statusCode).toBe(201);
});
