import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { fakePrograms } from '@landfall/docker/testing/fake-programs';
import { dockerRegistry } from './testing/docker-registry.ts';
import { type HttpRegistry, httpRegistry } from './testing/http-registry.ts';

const digestOf = (content: string) => `sha256:${createHash('sha256').update(content).digest('hex')}`;
const imageType = 'application/vnd.oci.image.manifest.v1+json';
const indexType = 'application/vnd.oci.image.index.v1+json';
const text = '{"schemaVersion":2}';
const digest = digestOf(text);
const basic = `Basic ${btoa('AWS:correct-horse')}`;

/** Asks a registry for which Docker has a login. */
async function at({ host }: HttpRegistry) {
  const programs = await fakePrograms();
  await mkdir(join(programs.folder, 'home/.docker'), { recursive: true });
  await writeFile(
    join(programs.folder, 'home/.docker/config.json'),
    JSON.stringify({ auths: { [host]: { auth: btoa('AWS:correct-horse') } } }),
  );
  const registry = dockerRegistry(programs.environment);
  const target = (reference: string) => ({ registry: host, repository: 'a', reference });
  return { registry, target, [Symbol.asyncDispose]: () => programs[Symbol.asyncDispose]() };
}
const refused = { 'www-authenticate': 'Basic realm="x"' };

describe('a registry that redirects', () => {
  test('is followed for manifests, to where its login is not told (registry.k8s.io)', async () => {
    await using real = await httpRegistry(({ method }, response) => {
      response
        .writeHead(200, {
          'content-type': imageType,
          'docker-content-digest': digest,
          'content-length': String(text.length),
        })
        .end(method === 'HEAD' ? undefined : text);
    });
    await using server = await httpRegistry(({ headers, url }, response) => {
      if (headers.authorization)
        response.writeHead(307, { location: `http://${real.host}/v2/mirrors${url!.slice(3)}` }).end();
      else response.writeHead(401, refused).end();
    });
    await using asked = await at(server);
    expect(await asked.registry.manifest(asked.target('v1'))).toMatchObject({ mediaType: imageType, digest });
    expect(await asked.registry.head(asked.target('v1'))).toEqual({
      mediaType: imageType,
      digest,
      size: text.length,
    });
    expect(real.requests).toEqual([
      { line: 'GET /v2/mirrors/a/manifests/v1', authorization: undefined },
      { line: 'HEAD /v2/mirrors/a/manifests/v1', authorization: undefined },
    ]);
  });

  test('is followed from host to host, and a login goes to its own host only', async () => {
    await using store = await httpRegistry((_, response) => response.writeHead(200).end('hello'));
    await using mirror = await httpRegistry((_, response) =>
      response.writeHead(302, { location: `http://${store.host}/signed` }).end(),
    );
    await using server = await httpRegistry(({ headers, url }, response) => {
      if (!headers.authorization) response.writeHead(401, refused).end();
      else if (url === '/here') response.writeHead(302, { location: `http://${mirror.host}/there` }).end();
      else response.writeHead(308, { location: '/here' }).end();
    });
    await using asked = await at(server);
    expect(Buffer.from((await asked.registry.blob(asked.target(digestOf('hello'))))!).toString()).toBe(
      'hello',
    );
    expect(server.requests.at(-1)).toEqual({ line: 'GET /here', authorization: basic });
    expect([...mirror.requests, ...store.requests]).toEqual([
      { line: 'GET /there', authorization: undefined },
      { line: 'GET /signed', authorization: undefined },
    ]);
  });

  test('to its store for a blob that it holds does not send that blob again', async () => {
    await using store = await httpRegistry((_, response) => response.writeHead(200).end());
    await using server = await httpRegistry((_, response) =>
      response.writeHead(307, { location: `http://${store.host}/signed` }).end(),
    );
    await using asked = await at(server);
    const repository = { registry: server.host, repository: 'a' };
    expect(
      await asked.registry.copyBlob({
        from: { registry: 'r.example', repository: 'b' },
        to: repository,
        digest,
        size: 19,
      }),
    ).toBe('present');
    expect(store.requests.map(({ line }) => line)).toEqual(['HEAD /signed']);
  });

  test('in a circle is RESPONSE_INVALID', async () => {
    await using server = await httpRegistry(({ url }, response) =>
      response.writeHead(302, { location: url }).end(),
    );
    await using asked = await at(server);
    await expect(asked.registry.head(asked.target('v1'))).rejects.toMatchObject({
      code: 'RESPONSE_INVALID',
      summary: `${server.host} redirects more than 5 times (at last to ${server.host})`,
    });
  });
});

describe('what refers to an image', () => {
  test.each([
    ['a redirect to a page (ghcr.io)', 303, 200, 'text/html'],
    ['a redirect to a page that asks for fewer requests', 303, 429, 'text/html'],
    ['a redirect to a page for people who are logged in', 303, 401, 'text/html'],
    ['a page of its own', 200, 0, 'text/html; charset=utf-8'],
    ['400', 400, 0, 'application/json'],
    ['404', 404, 0, 'application/json'],
    ['406', 406, 0, 'text/plain'],
  ])('cannot be asked by the API of a registry that answers with %s', async (_, status, then, type) => {
    await using page = await httpRegistry((_request, response) =>
      response.writeHead(then, { 'content-type': type }).end('<html>'),
    );
    await using server = await httpRegistry((_request, response) =>
      response.writeHead(status, { 'content-type': type, location: `http://${page.host}/x` }).end('{}'),
    );
    await using asked = await at(server);
    expect(await asked.registry.referrers(asked.target(digest))).toBeUndefined();
  });

  test('is read where a redirect leads to another registry that tells it', async () => {
    const found = { mediaType: imageType, digest: digestOf('signature'), size: 9 };
    await using real = await httpRegistry((_, response) =>
      response.writeHead(200, { 'content-type': indexType }).end(JSON.stringify({ manifests: [found] })),
    );
    await using server = await httpRegistry(({ url }, response) =>
      response.writeHead(307, { location: `http://${real.host}${url}` }).end(),
    );
    await using asked = await at(server);
    expect(await asked.registry.referrers(asked.target(digest))).toEqual([found]);
  });

  test.each([
    [503, 503],
    [307, 503],
  ])('is an error that passes where the answer is %i and then %i', async (status, then) => {
    await using real = await httpRegistry((_, response) => response.writeHead(then).end());
    await using server = await httpRegistry((_, response) =>
      response.writeHead(status, { location: `http://${real.host}/` }).end(),
    );
    await using asked = await at(server);
    await expect(asked.registry.referrers(asked.target(digest))).rejects.toMatchObject({
      code: 'PUSH_FAILED',
      facts: { status: 503, transient: true },
    });
  });
});
