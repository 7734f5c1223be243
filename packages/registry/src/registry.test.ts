import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type FakePrograms, fakePrograms } from '@landfall/docker/testing/fake-programs';
import { dockerRegistry } from './testing/docker-registry.ts';
import { httpRegistry } from './testing/http-registry.ts';

const bytes = new TextEncoder().encode('{"schemaVersion":2}');
const digestOf = (content: Uint8Array | string) =>
  `sha256:${createHash('sha256').update(content).digest('hex')}`;
const digest = digestOf(bytes);
const mediaType = 'application/vnd.oci.image.manifest.v1+json';
const manifest = { bytes, digest, mediaType, size: bytes.length };
const basic = `Basic ${btoa('AWS:correct-horse')}`;

const registryOf = async (programs: FakePrograms, config?: object) => {
  await mkdir(join(programs.folder, 'home/.docker'), { recursive: true });
  if (config) await writeFile(join(programs.folder, 'home/.docker/config.json'), JSON.stringify(config));
  return dockerRegistry(programs.environment);
};
const login = (host: string) => ({ auths: { [host]: { auth: btoa('AWS:correct-horse') } } });

describe('a login', () => {
  test('of Docker is used when the registry asks for Basic, and not before', async () => {
    await using programs = await fakePrograms();
    await using server = await httpRegistry(({ headers }, response) => {
      if (headers.authorization === basic) response.writeHead(200, { 'content-type': mediaType }).end(bytes);
      else response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
    });
    const registry = await registryOf(programs, login(server.host));
    const target = { registry: server.host, repository: 'a/b', reference: 'v1' };
    expect(await registry.manifest(target)).toEqual({ ...manifest, bytes: Buffer.from(bytes) });
    await registry.manifest(target);
    expect(server.requests.map(({ authorization }) => authorization)).toEqual([undefined, basic, basic]);
  });

  test('is exchanged for a token where a token server is named, once for each scope', async () => {
    await using programs = await fakePrograms();
    await using server = await httpRegistry((request, response) => {
      const { host, authorization } = request.headers;
      if (request.url!.startsWith('/token')) {
        const right =
          authorization === basic && request.url === '/token?service=reg&scope=repository%3Aa%2Fb%3Apull';
        response.writeHead(right ? 200 : 401).end('{"token":"t1"}');
      } else if (authorization === 'Bearer t1') {
        response
          .writeHead(200, {
            'content-type': mediaType,
            'docker-content-digest': digest,
            'content-length': '19',
          })
          .end();
      } else {
        response
          .writeHead(401, {
            'www-authenticate': `Bearer realm="http://${host}/token",service="reg",scope="x"`,
          })
          .end();
      }
    });
    const registry = await registryOf(programs, login(server.host));
    const target = { registry: server.host, repository: 'a/b', reference: 'v1' };
    expect(await registry.head(target)).toEqual({ mediaType, digest, size: 19 });
    await registry.head(target);
    expect(server.requests.filter(({ line }) => line.startsWith('GET /token'))).toHaveLength(1);
  });

  test('comes from a credential helper where the configuration names one', async () => {
    await using programs = await fakePrograms();
    await programs.add(
      'docker-credential-mine',
      'read s; echo "{\\"ServerURL\\":\\"$s\\",\\"Username\\":\\"AWS\\",\\"Secret\\":\\"correct-horse\\"}"',
    );
    await using server = await httpRegistry(({ headers }, response) => {
      response
        .writeHead(headers.authorization === basic ? 404 : 401, { 'www-authenticate': 'Basic realm="x"' })
        .end();
    });
    const registry = await registryOf(programs, { credHelpers: { [server.host]: 'mine' } });
    expect(await registry.head({ registry: server.host, repository: 'a', reference: 'v1' })).toBeUndefined();
  });

  test('that is missing is PUSH_DENIED with what to do', async () => {
    await using programs = await fakePrograms();
    await using server = await httpRegistry((_, response) => {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
    });
    const registry = await registryOf(programs);
    await expect(
      registry.head({ registry: server.host, repository: 'a', reference: 'v1' }),
    ).rejects.toMatchObject({
      code: 'PUSH_DENIED',
      summary: `the registry ${server.host} requires a login, and Docker has none for it`,
    });
  });

  test('is not told to a token server that is not encrypted', async () => {
    await using programs = await fakePrograms();
    await using server = await httpRegistry((_, response) => {
      response.writeHead(401, { 'www-authenticate': 'Bearer realm="http://evil.example/token"' }).end();
    });
    const registry = await registryOf(programs, login(server.host));
    await expect(
      registry.head({ registry: server.host, repository: 'a', reference: 'v1' }),
    ).rejects.toMatchObject({
      code: 'RESPONSE_INVALID',
    });
    expect(server.requests).toHaveLength(1);
  });
});

describe('a token server', () => {
  test.each([
    [
      429,
      'PUSH_FAILED',
      'The registry is rate limiting: run the step again later.',
      { transient: true, retryAfter: 7000 },
    ],
    [
      503,
      'PUSH_FAILED',
      'Run the step again; layers already pushed are not sent twice.',
      { transient: true, retryAfter: 7000 },
    ],
    [
      401,
      'PUSH_DENIED',
      'The login stored by Docker for HOST was rejected: log in to it again.',
      { transient: false },
    ],
  ])(
    'that answers %i says so, and blames the login only when it is that',
    async (status, code, remedy, facts) => {
      await using programs = await fakePrograms();
      await using server = await httpRegistry(({ headers, url }, response) => {
        if (url!.startsWith('/token'))
          response.writeHead(status, { 'retry-after': '7' }).end('{"details":"not now"}');
        else
          response
            .writeHead(401, { 'www-authenticate': `Bearer realm="http://${headers.host}/token"` })
            .end();
      });
      const registry = await registryOf(programs, login(server.host));
      await expect(
        registry.head({ registry: server.host, repository: 'a', reference: 'v1' }),
      ).rejects.toMatchObject({
        code,
        summary: `the token server of ${server.host} answered ${status}: not now`,
        remedy: remedy.replace('HOST', server.host),
        facts: { registry: server.host, status, ...facts },
      });
    },
  );
});

describe('an answer', () => {
  test('that asks to be left alone for a while says for how long', async () => {
    await using programs = await fakePrograms();
    await using server = await httpRegistry((_, response) =>
      response
        .writeHead(429, { 'retry-after': '90' })
        .end('{"errors":[{"code":"TOOMANYREQUESTS","message":"slow down"}]}'),
    );
    const registry = await registryOf(programs);
    await expect(
      registry.manifest({ registry: server.host, repository: 'a', reference: 'v1' }),
    ).rejects.toMatchObject({
      code: 'PUSH_FAILED',
      summary: `${server.host} refused to read a (v1): 429 slow down (it asks to retry after 1m30s)`,
      remedy: 'The registry is rate limiting: run the step again later.',
      facts: { transient: true, retryAfter: 90_000 },
    });
  });

  test.each([
    [404, 'NAME_UNKNOWN', 'The repository does not exist', 'REPOSITORY_MISSING'],
    [403, 'DENIED', 'not allowed', 'PUSH_DENIED'],
    [400, 'TAG_INVALID', 'the tag is immutable', 'TAG_IMMUTABLE'],
    [429, 'TOOMANYREQUESTS', 'slow down', 'PUSH_FAILED'],
    [500, 'UNKNOWN', 'oh', 'PUSH_FAILED'],
  ])('B08: %i %s has its own code, and quotes the registry', async (status, ociCode, message, code) => {
    await using programs = await fakePrograms();
    await using server = await httpRegistry((_, response) => {
      response.writeHead(status).end(JSON.stringify({ errors: [{ code: ociCode, message }] }));
    });
    const registry = await registryOf(programs);
    const target = { registry: server.host, repository: 'a', reference: 'v1' };
    await expect(registry.putManifest(target, manifest)).rejects.toMatchObject({
      code,
      summary: `${server.host} refused to write a (v1): ${status} ${message}`,
      facts: { status, codes: [ociCode] },
    });
  });

  test('to HEAD that has no digest is followed by a read of the manifest itself', async () => {
    await using programs = await fakePrograms();
    await using server = await httpRegistry(({ method }, response) =>
      response.writeHead(200, { 'content-type': mediaType }).end(method === 'HEAD' ? undefined : bytes),
    );
    const registry = await registryOf(programs);
    const target = { registry: server.host, repository: 'a', reference: 'v1' };
    expect(await registry.head(target)).toEqual({ mediaType, digest, size: bytes.length });
    // By digest as well: something that answers 200 to everything holds no image.
    await expect(registry.head({ ...target, reference: digestOf('another') })).rejects.toMatchObject({
      code: 'RESPONSE_INVALID',
      summary: `${server.host} answered for a (${digestOf('another')}) with content that has digest ${digest}, not ${digestOf('another')}`,
    });
  });

  test('to HEAD that refuses is followed by a request for the reason', async () => {
    await using programs = await fakePrograms();
    await using server = await httpRegistry(({ method }, response) => {
      const message = 'Your authorization token has expired. Reauthenticate and try again.';
      const body = JSON.stringify({ errors: [{ code: 'DENIED', message }] });
      response.writeHead(403).end(method === 'HEAD' ? undefined : body);
    });
    const registry = await registryOf(programs);
    await expect(
      registry.head({ registry: server.host, repository: 'a', reference: 'v1' }),
    ).rejects.toMatchObject({ code: 'CREDENTIALS_EXPIRED' });
    expect(server.requests.map(({ line }) => line)).toEqual([
      'HEAD /v2/a/manifests/v1',
      'GET /v2/a/manifests/v1',
    ]);
  });

  test('to HEAD that a proxy does not let through is had by GET', async () => {
    await using programs = await fakePrograms();
    await using server = await httpRegistry(({ method }, response) => {
      if (method === 'HEAD') response.writeHead(405).end();
      else response.writeHead(200, { 'content-type': mediaType }).end(bytes);
    });
    const registry = await registryOf(programs);
    const target = { registry: server.host, repository: 'a', reference: 'v1' };
    expect(await registry.head(target)).toEqual({ mediaType, digest, size: bytes.length });
  });

  test('to HEAD by digest that tells another digest is RESPONSE_INVALID', async () => {
    await using programs = await fakePrograms();
    await using server = await httpRegistry((_, response) =>
      response.writeHead(200, { 'content-type': mediaType, 'docker-content-digest': digest }).end(),
    );
    const registry = await registryOf(programs);
    const reference = digestOf('another');
    await expect(registry.head({ registry: server.host, repository: 'a', reference })).rejects.toMatchObject({
      code: 'RESPONSE_INVALID',
      summary: `${server.host} answered for a@${reference} with the digest ${digest}`,
    });
  });

  test('with other content than its digest says is RESPONSE_INVALID', async () => {
    await using programs = await fakePrograms();
    await using server = await httpRegistry((_, response) => response.writeHead(200).end('{"evil":true}'));
    const registry = await registryOf(programs);
    await expect(
      registry.manifest({ registry: server.host, repository: 'a', reference: digest }),
    ).rejects.toMatchObject({ code: 'RESPONSE_INVALID' });
  });

  test('without a tag is undefined, without a repository an error', async () => {
    await using programs = await fakePrograms();
    await using server = await httpRegistry(({ url }, response) => {
      const code = url!.includes('/none/') ? 'NAME_UNKNOWN' : 'MANIFEST_UNKNOWN';
      response.writeHead(404).end(JSON.stringify({ errors: [{ code, message: 'no' }] }));
    });
    const registry = await registryOf(programs);
    const target = { registry: server.host, repository: 'a', reference: 'v1' };
    expect(await registry.manifest(target)).toBeUndefined();
    await expect(registry.manifest({ ...target, repository: 'none' })).rejects.toMatchObject({
      code: 'REPOSITORY_MISSING',
    });
  });

  test('that never comes is ENDPOINT_UNREACHABLE, and a cancel CANCELLED', async () => {
    await using programs = await fakePrograms();
    const registry = await registryOf(programs);
    const target = { registry: '127.0.0.1:1', repository: 'a', reference: 'v1' };
    await expect(registry.head(target)).rejects.toMatchObject({
      code: 'ENDPOINT_UNREACHABLE',
      facts: { transient: true },
    });
    await expect(registry.head(target, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });

  test('from a registry whose name does not exist is not waited for again', async () => {
    await using programs = await fakePrograms();
    const registry = await registryOf(programs);
    await expect(
      registry.head({ registry: 'registry.invalid', repository: 'a', reference: 'v1' }),
    ).rejects.toMatchObject({
      code: 'ENDPOINT_UNREACHABLE',
      summary: expect.stringMatching(/^the registry registry\.invalid did not respond: getaddrinfo /),
      facts: { transient: false },
    });
  });

  test('that breaks off is ENDPOINT_UNREACHABLE, which a second try fixes', async () => {
    await using programs = await fakePrograms();
    await using server = await httpRegistry((_, response) => {
      response.writeHead(200, { 'content-type': mediaType, 'content-length': '100' });
      response.write('{"schema', () => response.destroy());
    });
    const registry = await registryOf(programs);
    await expect(
      registry.manifest({ registry: server.host, repository: 'a', reference: 'v1' }),
    ).rejects.toMatchObject({
      code: 'ENDPOINT_UNREACHABLE',
      summary: `the response from the registry ${server.host} was cut off: aborted`,
      facts: { transient: true },
    });
  });

  test('that never ends is RESPONSE_INVALID', async () => {
    await using programs = await fakePrograms();
    await using server = await httpRegistry((_, response) => {
      response.writeHead(200, { 'content-type': mediaType }).end(' '.repeat(4 * 1024 * 1024 + 1));
    });
    const registry = await registryOf(programs);
    await expect(
      registry.manifest({ registry: server.host, repository: 'a', reference: 'v1' }),
    ).rejects.toMatchObject({
      code: 'RESPONSE_INVALID',
      summary: `the registry ${server.host} answered with more than 4194304 bytes`,
    });
  });

  test.each([
    ['text/html; charset=utf-8', '<!DOCTYPE html>', 'text/html, which is not a manifest'],
    [mediaType, '', `${mediaType}, which is not a manifest`],
    ['application/json', 'null', 'application/json, which is not a manifest'],
  ])('that is %s %j instead of a manifest is RESPONSE_INVALID', async (type, body, said) => {
    await using programs = await fakePrograms();
    await using server = await httpRegistry((_, response) =>
      response.writeHead(200, { 'content-type': type }).end(body),
    );
    const registry = await registryOf(programs);
    await expect(
      registry.manifest({ registry: server.host, repository: 'a', reference: 'v1' }),
    ).rejects.toMatchObject({
      code: 'RESPONSE_INVALID',
      summary: `${server.host} answered for a:v1 with ${said}`,
    });
  });

  test('of a token server that never comes is ENDPOINT_UNREACHABLE, and names it', async () => {
    await using programs = await fakePrograms();
    await using server = await httpRegistry((_, response) => {
      response.writeHead(401, { 'www-authenticate': 'Bearer realm="http://127.0.0.1:1/token"' }).end();
    });
    const registry = await registryOf(programs, login(server.host));
    await expect(
      registry.head({ registry: server.host, repository: 'a', reference: 'v1' }),
    ).rejects.toMatchObject({
      code: 'ENDPOINT_UNREACHABLE',
      summary: `the token server of ${server.host} did not respond: connect ECONNREFUSED 127.0.0.1:1`,
      facts: { registry: server.host, transient: true },
    });
  });
});

describe('a blob', () => {
  const content = 'x'.repeat(300_000);
  const blob = digestOf(content);

  test('is fetched from where the registry sends us, without our login', async () => {
    await using programs = await fakePrograms();
    await using store = await httpRegistry((_, response) => response.writeHead(200).end('hello'));
    await using server = await httpRegistry(({ headers }, response) => {
      if (headers.authorization) response.writeHead(307, { location: `http://${store.host}/signed` }).end();
      else response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
    });
    const registry = await registryOf(programs, login(server.host));
    const target = { registry: server.host, repository: 'a', reference: digestOf('hello') };
    expect(Buffer.from((await registry.blob(target))!).toString()).toBe('hello');
    expect(store.requests).toEqual([{ line: 'GET /signed', authorization: undefined }]);
  });

  test('whose store does not answer is ENDPOINT_UNREACHABLE, and names the store', async () => {
    await using programs = await fakePrograms();
    await using server = await httpRegistry((_, response) =>
      response.writeHead(307, { location: 'http://127.0.0.1:1/signed?key=secret' }).end(),
    );
    const registry = await registryOf(programs);
    await expect(
      registry.blob({ registry: server.host, repository: 'a', reference: digestOf('hello') }),
    ).rejects.toMatchObject({
      code: 'ENDPOINT_UNREACHABLE',
      summary: `127.0.0.1:1, to which ${server.host} redirects, did not respond: connect ECONNREFUSED 127.0.0.1:1`,
    });
  });

  test('that breaks off on its way is the fault of its source, and the target is not blamed', async () => {
    await using programs = await fakePrograms();
    await using from = await httpRegistry((_, response) => {
      response.writeHead(200, { 'content-length': String(content.length) });
      response.write('xxx', () => response.destroy());
    });
    await using to = await httpRegistry(({ method }, response) => {
      if (method === 'HEAD') response.writeHead(404).end();
      else response.writeHead(202, { location: '/v2/b/blobs/uploads/u' }).end();
    });
    const registry = await registryOf(programs);
    await expect(
      registry.copyBlob({
        from: { registry: from.host, repository: 'a' },
        to: { registry: to.host, repository: 'b' },
        digest: blob,
        size: content.length,
      }),
    ).rejects.toMatchObject({
      code: 'ENDPOINT_UNREACHABLE',
      summary: `the registry ${from.host} closed the connection in the middle of ${blob}: aborted`,
      facts: { registry: from.host, transient: true },
    });
  });

  const copy = async (
    answer: Parameters<typeof httpRegistry>[0],
    source = content,
    size = content.length,
  ) => {
    await using programs = await fakePrograms();
    await using from = await httpRegistry((_, response) => response.writeHead(200).end(source));
    await using to = await httpRegistry(answer);
    const registry = await registryOf(programs);
    let moved = 0;
    const result = await registry
      .copyBlob({
        from: { registry: from.host, repository: 'a' },
        to: { registry: to.host, repository: 'b' },
        digest: blob,
        size,
        onBytes: (count) => {
          moved += count;
        },
      })
      .catch((thrown) => thrown);
    return { result, moved, lines: to.requests.map(({ line }) => line) };
  };

  test('that is there already is not sent', async () => {
    const { result, moved, lines } = await copy((_, response) => response.writeHead(200).end());
    expect([result, moved]).toEqual(['present', 0]);
    expect(lines).toEqual([`HEAD /v2/b/blobs/${blob}`, `GET /v2/b/blobs/${blob}`]);
  });

  test.each([
    ['its first byte comes', 206],
    ['all of it comes', 200],
    ['it is elsewhere', 307],
    ['it may not be read', 403],
  ])('is there where %s (%i)', async (_, status) => {
    const ranges: (string | undefined)[] = [];
    const { result } = await copy(({ method, headers }, response) => {
      ranges.push(headers.range);
      response.writeHead(method === 'HEAD' ? 200 : status, { location: '/store' }).end();
    });
    expect(result).toBe('present');
    expect(ranges).toEqual([undefined, 'bytes=0-0']);
  });

  test('that may be neither looked for nor read is told by what the look needs', async () => {
    const { result } = await copy(({ method }, response) => {
      const errors = [{ code: 'DENIED', message: 'not authorized to perform: ecr:GetDownloadUrlForLayer' }];
      response.writeHead(403).end(method === 'HEAD' ? undefined : JSON.stringify({ errors }));
    });
    expect(result).toMatchObject({
      code: 'PUSH_DENIED',
      summary: expect.stringMatching(
        /^127\.0\.0\.1:\d+ refused to report whether b holds sha256:\w{64}: 403$/,
      ),
      remedy:
        'Log in to this registry first, with permission to check which layers this repository holds (for ECR: ecr:BatchCheckLayerAvailability).',
    });
  });

  test('is there where it is empty, and no byte can come (416)', async () => {
    const { result } = await copy(
      ({ method }, response) => response.writeHead(method === 'HEAD' ? 200 : 416).end(),
      '',
      0,
    );
    expect(result).toBe('present');
  });

  test.each([
    ['HEAD tells another size', { 'content-length': '2' }, 206, {}],
    ['the range tells another size', {}, 206, { 'content-range': 'bytes 0-0/2' }],
    ['it has no first byte', {}, 416, {}],
  ])('that was cut off is sent, where %s', async (_, told, status, range) => {
    const { result, moved } = await copy(({ method }, response) => {
      if (method === 'HEAD') response.writeHead(200, told).end();
      else if (method === 'GET') response.writeHead(status, range).end();
      else response.writeHead(method === 'PUT' ? 201 : 202, { location: '/v2/b/blobs/uploads/1' }).end();
    });
    expect([result, moved]).toEqual(['copied', content.length]);
  });

  test('that is told of out of a cache, and is gone, is sent', async () => {
    const { result, moved } = await copy(({ method }, response) => {
      const status = { HEAD: 200, GET: 404, POST: 202, PATCH: 202 }[method!] ?? 201;
      response.writeHead(status, { location: '/v2/b/blobs/uploads/1' }).end();
    });
    expect([result, moved]).toEqual(['copied', content.length]);
  });

  test('goes from one registry to the other as a stream, and its digest closes the upload', async () => {
    let received = 0;
    const { result, moved, lines } = await copy(({ method }, response, body) => {
      received += body.length;
      if (method === 'HEAD') response.writeHead(404).end();
      else if (method === 'POST')
        response.writeHead(202, { location: '/v2/b/blobs/uploads/u?state=1' }).end();
      // What ECR answers to a PATCH.
      else if (method === 'PATCH')
        response.writeHead(201, { location: '/v2/b/blobs/uploads/u?state=2' }).end();
      else response.writeHead(201).end();
    });
    expect([result, moved]).toEqual(['copied', content.length]);
    expect(received).toBe(content.length);
    expect(lines).toEqual([
      `HEAD /v2/b/blobs/${blob}`,
      'POST /v2/b/blobs/uploads/',
      'PATCH /v2/b/blobs/uploads/u?state=1',
      `PUT /v2/b/blobs/uploads/u?state=2&digest=${encodeURIComponent(blob)}`,
    ]);
  });

  test.each([
    ['other content', 'y'.repeat(content.length), false],
    ['a part of its content', 'x'.repeat(content.length - 1), true],
  ])('that comes with %s is not put, and its source is named', async (_, given, transient) => {
    const { result, moved, lines } = await copy(({ method }, response) => {
      if (method === 'HEAD') response.writeHead(404).end();
      else response.writeHead(202, { location: '/v2/b/blobs/uploads/u' }).end();
    }, given);
    // Of no use, and yet sent.
    expect(moved).toBe(given.length);
    const { registry } = result.facts;
    expect(result).toMatchObject({
      code: 'RESPONSE_INVALID',
      summary: `${registry}/a returned content with digest ${digestOf(given)} for the blob ${blob}, ${given.length} of ${content.length} bytes`,
      remedy: 'Check for a proxy between this machine and the endpoint.',
      facts: { transient },
    });
    expect(lines.some((line) => line.startsWith('PUT'))).toBe(false);
  });

  test('of another repository of the registry is mounted, and no byte moves', async () => {
    await using programs = await fakePrograms();
    await using server = await httpRegistry(({ method }, response) =>
      response.writeHead(method === 'HEAD' ? 404 : 201).end(),
    );
    const registry = await registryOf(programs);
    const name = (repository: string) => ({ registry: server.host, repository });
    expect(await registry.copyBlob({ from: name('a'), to: name('b'), digest: blob, size: 1 })).toBe(
      'mounted',
    );
    expect(server.requests[1]!.line).toBe(
      `POST /v2/b/blobs/uploads/?mount=${encodeURIComponent(blob)}&from=a`,
    );
  });
});
