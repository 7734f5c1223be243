import { createHash } from 'node:crypto';
import type { GetAuthorizationTokenResponse } from '@aws-sdk/client-ecr';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { VirtualClock } from '../../clock/clock.ts';
import { type Sandbox, startSandbox } from '../../sandbox.ts';
import { sandboxForTests } from '../../testing/started.ts';
import { digestOf } from '../storage/digest.ts';

const running = sandboxForTests({ enforce: true });
let sandbox: Sandbox;
let login: string;
beforeAll(async () => {
  sandbox = running();
  login = await loginOf();
  await repository('team/web');
  await repository('other');
});

const repository = (repositoryName: string, more = {}) =>
  sandbox.dispatch('ecr', 'CreateRepository', { repositoryName, ...more });
async function loginOf(accessKeyId = 'LANDFALLADMIN'): Promise<string> {
  const answer = (await sandbox.dispatch(
    'ecr',
    'GetAuthorizationToken',
    {},
    accessKeyId,
  )) as GetAuthorizationTokenResponse;
  return `Basic ${answer.authorizationData![0]!.authorizationToken}`;
}
const ask = (
  method: string,
  path: string,
  init: { body?: string | Uint8Array<ArrayBuffer>; headers?: Record<string, string> } = {},
) =>
  fetch(new URL(path, sandbox.url), {
    method,
    ...init,
    headers: { Authorization: login, ...init.headers },
    redirect: 'manual',
  });
const problem = async (response: Response) => {
  const { errors } = (await response.json()) as { errors: { code: string; message: string }[] };
  return [response.status, errors[0]!.code, errors[0]!.message];
};
async function push(bytes: Buffer, name = 'team/web'): Promise<string> {
  const start = await ask('POST', `/v2/${name}/blobs/uploads/`);
  const digest = digestOf(bytes);
  const done = await ask('PUT', `${start.headers.get('location')}?digest=${digest}`, {
    body: new Uint8Array(bytes),
  });
  expect(done.status).toBe(201);
  return digest;
}
const ociManifest = 'application/vnd.oci.image.manifest.v1+json';
async function manifestOf(text: string, more = {}, name = 'team/web'): Promise<string> {
  const config = Buffer.from(JSON.stringify({ os: 'linux', architecture: 'amd64', text }));
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: ociManifest,
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: await push(config, name),
      size: config.length,
    },
    layers: [],
    ...more,
  });
}
const put = (reference: string, body: string, name = 'team/web') =>
  ask('PUT', `/v2/${name}/manifests/${reference}`, { body, headers: { 'Content-Type': ociManifest } });

describe('the login', () => {
  test('is requested with the scheme that Docker uses, and works with a token of ECR', async () => {
    const without = await fetch(`${sandbox.url}/v2/`);
    expect([
      without.status,
      without.headers.get('www-authenticate'),
      without.headers.get('docker-distribution-api-version'),
    ]).toEqual([401, `Basic realm="${sandbox.url}/",service="ecr.amazonaws.com"`, 'registry/2.0']);
    expect((await ask('GET', '/v2/')).status).toBe(200);
  });

  test('is refused with another user name, another password, or a password that is changed', async () => {
    const password = Buffer.from(login.slice(6), 'base64').toString().slice(4);
    const basic = (text: string) => ({
      headers: { Authorization: `Basic ${Buffer.from(text).toString('base64')}` },
    });
    for (const text of [
      `user:${password}`,
      'AWS:secret',
      `AWS:${password.slice(0, -1)}`,
      `AWS:x${password}`,
    ]) {
      expect((await ask('GET', '/v2/', basic(text))).status).toBe(401);
    }
  });

  test('ends with the token', async () => {
    const later = await startSandbox({ clock: 'virtual' });
    const answer = (await later.dispatch('ecr', 'GetAuthorizationToken')) as GetAuthorizationTokenResponse;
    const headers = { Authorization: `Basic ${answer.authorizationData![0]!.authorizationToken}` };
    const after = async (milliseconds: number) => {
      (later.clock as VirtualClock).advance(milliseconds);
      return await fetch(`${later.url}/v2/`, { headers });
    };
    expect((await after(12 * 3_600_000 - 1)).status).toBe(200);
    expect(await problem(await after(1))).toEqual([
      403,
      'DENIED',
      'Your authorization token has expired. Reauthenticate and try again.',
    ]);
    await later.close();
  });

  test('carries the permissions of the caller, request by request', async () => {
    sandbox.addPrincipal({
      accessKeyId: 'AKIAPULLER',
      name: 'puller',
      policy: {
        Statement: [
          { Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' },
          { Effect: 'Allow', Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], Resource: '*' },
        ],
      },
    });
    await put('permitted', await manifestOf('permitted'));
    const headers = { Authorization: await loginOf('AKIAPULLER') };
    expect((await ask('GET', '/v2/team/web/manifests/permitted', { headers })).status).toBe(200);
    expect(await problem(await ask('POST', '/v2/team/web/blobs/uploads/', { headers }))).toEqual([
      403,
      'DENIED',
      'User: arn:aws:iam::123456789012:user/puller is not authorized to perform: ecr:InitiateLayerUpload on resource: arn:aws:ecr:us-east-1:123456789012:repository/team/web because no identity-based policy allows the ecr:InitiateLayerUpload action',
    ]);
  });
});

describe('a repository', () => {
  test("that was not created is unknown, in ECR's words", async () => {
    expect(await problem(await ask('POST', '/v2/nope/blobs/uploads/'))).toEqual([
      404,
      'NAME_UNKNOWN',
      "The repository with name 'nope' does not exist in the registry with id '123456789012'",
    ]);
  });

  test('lists its tags in order and in pages', async () => {
    await repository('tagged');
    const manifest = await manifestOf('tags', {}, 'tagged');
    for (const tag of ['c', 'a', 'b']) await put(tag, manifest, 'tagged');
    expect(await (await ask('GET', '/v2/tagged/tags/list')).json()).toEqual({
      name: 'tagged',
      tags: ['a', 'b', 'c'],
    });
    const page = await ask('GET', '/v2/tagged/tags/list?n=2');
    expect(page.headers.get('link')).toBe('</v2/tagged/tags/list?n=2&last=b>; rel="next"');
    expect(await (await ask('GET', '/v2/tagged/tags/list?n=2&last=b')).json()).toEqual({
      name: 'tagged',
      tags: ['c'],
    });
    expect(await (await ask('GET', '/v2/tagged/tags/list?n=0')).json()).toEqual({ name: 'tagged', tags: [] });
  });
});

describe('a blob', () => {
  const bytes = Buffer.from('0123456789');
  const digest = digestOf(bytes);

  test('is pushed at once, in one request or in chunks, and read whole or in part', async () => {
    const single = await ask('POST', `/v2/team/web/blobs/uploads/?digest=${digest}`, {
      body: new Uint8Array(bytes),
    });
    expect([single.status, single.headers.get('location')]).toEqual([201, `/v2/team/web/blobs/${digest}`]);
    const whole = await ask('GET', `/v2/team/web/blobs/${digest}`);
    expect([await whole.text(), whole.headers.get('docker-content-digest')]).toEqual(['0123456789', digest]);
    const part = await ask('GET', `/v2/team/web/blobs/${digest}`, { headers: { Range: 'bytes=2-4' } });
    expect([part.status, await part.text(), part.headers.get('content-range')]).toEqual([
      206,
      '234',
      'bytes 2-4/10',
    ]);
    const beyond = await ask('GET', `/v2/team/web/blobs/${digest}`, { headers: { Range: 'bytes=10-' } });
    expect(beyond.status).toBe(416);
    const head = await ask('HEAD', `/v2/team/web/blobs/${digest}`);
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '10', '']);
  });

  test('in chunks wants each where the last one ended', async () => {
    const start = await ask('POST', '/v2/team/web/blobs/uploads/');
    const location = start.headers.get('location')!;
    const chunk = (range: string, text: string) =>
      ask('PATCH', location, { body: text, headers: { 'Content-Range': range } });
    expect((await chunk('0-3', '0123')).headers.get('range')).toBe('0-3');
    expect(await problem(await chunk('8-9', '89'))).toEqual([
      416,
      'BLOB_UPLOAD_INVALID',
      'The next byte expected is 4.',
    ]);
    const status = await ask('GET', location);
    expect([status.status, status.headers.get('range')]).toEqual([204, '0-3']);
    await chunk('4-9', '456789');
    expect((await ask('PUT', `${location}?digest=${digest}`)).status).toBe(201);
  });

  test('with another digest than it says is refused and gone', async () => {
    const start = await ask('POST', '/v2/team/web/blobs/uploads/');
    const location = start.headers.get('location')!;
    const wrong = digestOf(Buffer.from('else'));
    expect(await problem(await ask('PUT', `${location}?digest=${wrong}`, { body: 'data' }))).toEqual([
      400,
      'DIGEST_INVALID',
      `The content has the digest '${digestOf(Buffer.from('data'))}', not '${wrong}'.`,
    ]);
    expect((await ask('HEAD', `/v2/team/web/blobs/${wrong}`)).status).toBe(404);
    expect((await ask('PATCH', location, { body: 'x' })).status).toBe(404);
  });

  test('may have a sha512 digest', async () => {
    const sha512 = `sha512:${createHash('sha512').update(bytes).digest('hex')}`;
    const pushed = await ask('POST', `/v2/team/web/blobs/uploads/?digest=${sha512}`, {
      body: new Uint8Array(bytes),
    });
    expect(pushed.status).toBe(201);
    expect(await (await ask('GET', `/v2/team/web/blobs/${sha512}`)).text()).toBe('0123456789');
  });

  test('is mounted from another repository without being sent again, and uploaded where it is not there', async () => {
    await push(bytes);
    const mounted = await ask('POST', `/v2/other/blobs/uploads/?mount=${digest}&from=team/web`);
    expect([mounted.status, mounted.headers.get('location')]).toEqual([201, `/v2/other/blobs/${digest}`]);
    const absent = await ask(
      'POST',
      `/v2/other/blobs/uploads/?mount=${digestOf(Buffer.from('absent'))}&from=team/web`,
    );
    expect(absent.status).toBe(202);
  });

  test('an upload can be cancelled', async () => {
    const location = (await ask('POST', '/v2/team/web/blobs/uploads/')).headers.get('location')!;
    expect((await ask('DELETE', location)).status).toBe(204);
    expect((await ask('GET', location)).status).toBe(404);
  });
});

describe('a manifest', () => {
  test('is found by tag and by digest, byte for byte', async () => {
    const manifest = `${await manifestOf('exact')}\n`;
    const digest = digestOf(Buffer.from(manifest));
    const made = await put('exact', manifest);
    expect([made.status, made.headers.get('docker-content-digest')]).toEqual([201, digest]);
    for (const reference of ['exact', digest]) {
      const got = await ask('GET', `/v2/team/web/manifests/${reference}`);
      expect([await got.text(), got.headers.get('content-type')]).toEqual([manifest, ociManifest]);
    }
    expect((await ask('HEAD', '/v2/team/web/manifests/absent')).status).toBe(404);
  });

  test('is refused without its blobs, with another digest, or when it is none', async () => {
    const foreign = JSON.stringify({
      schemaVersion: 2,
      mediaType: ociManifest,
      config: { digest: digestOf(Buffer.from('no')), size: 2 },
      layers: [],
    });
    expect((await problem(await put('x', foreign))).slice(0, 2)).toEqual([404, 'MANIFEST_BLOB_UNKNOWN']);
    expect(
      (await problem(await put(digestOf(Buffer.from('no')), await manifestOf('x')))).slice(0, 2),
    ).toEqual([400, 'DIGEST_INVALID']);
    expect((await problem(await put('x', '{}'))).slice(0, 2)).toEqual([400, 'MANIFEST_INVALID']);
    expect((await problem(await put('x', 'x'.repeat(4 * 1024 * 1024 + 1)))).slice(0, 2)).toEqual([
      413,
      'SIZE_INVALID',
    ]);
  });

  test('under an immutable tag cannot be replaced; pushing the same again changes nothing', async () => {
    await repository('fixed', { imageTagMutability: 'IMMUTABLE' });
    const manifest = await manifestOf('one', {}, 'fixed');
    expect((await put('v1', manifest, 'fixed')).status).toBe(201);
    expect((await put('v1', manifest, 'fixed')).status).toBe(201);
    expect(await problem(await put('v1', await manifestOf('two', {}, 'fixed'), 'fixed'))).toEqual([
      400,
      'TAG_INVALID',
      "The image tag 'v1' already exists in the 'fixed' repository and cannot be overwritten because the tag is immutable.",
    ]);
  });

  test('is listed as a referrer of its subject, by artifact type', async () => {
    const subject = await manifestOf('subject');
    const digest = digestOf(Buffer.from(subject));
    const artifact = await manifestOf('sbom', {
      artifactType: 'application/sbom',
      subject: { mediaType: ociManifest, digest, size: subject.length },
    });
    const pushed = await put(digestOf(Buffer.from(artifact)), artifact);
    expect(pushed.headers.get('oci-subject')).toBe(digest);
    const listed = await ask('GET', `/v2/team/web/referrers/${digest}`);
    expect(listed.headers.get('content-type')).toBe('application/vnd.oci.image.index.v1+json');
    expect(await listed.json()).toEqual({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [
        {
          mediaType: ociManifest,
          digest: digestOf(Buffer.from(artifact)),
          size: artifact.length,
          artifactType: 'application/sbom',
        },
      ],
    });
    const other = await ask('GET', `/v2/team/web/referrers/${digest}?artifactType=application/other`);
    expect([
      other.headers.get('oci-filters-applied'),
      ((await other.json()) as { manifests: unknown[] }).manifests,
    ]).toEqual(['artifactType', []]);
  });

  test('goes by its digest; a tag goes alone', async () => {
    const manifest = await manifestOf('goes');
    const digest = digestOf(Buffer.from(manifest));
    await put('goes', manifest);
    expect((await ask('DELETE', '/v2/team/web/manifests/goes')).status).toBe(202);
    expect((await ask('GET', `/v2/team/web/manifests/${digest}`)).status).toBe(200);
    expect((await ask('DELETE', `/v2/team/web/manifests/${digest}`)).status).toBe(202);
    expect((await ask('GET', `/v2/team/web/manifests/${digest}`)).status).toBe(404);
  });
});

test('an image that goes takes along its own blobs, and none of a push that has not sent its manifest yet', async () => {
  const gone = Buffer.from('only of the image that goes');
  const shared = Buffer.from('of two images');
  const arriving = Buffer.from('of an image on its way');
  const layer = async (bytes: Buffer) => ({
    mediaType: 'application/vnd.oci.image.layer.v1.tar',
    digest: await push(bytes),
    size: bytes.length,
  });
  const [own, both] = [await layer(gone), await layer(shared)];
  await put('goes', await manifestOf('goes', { layers: [own, both] }));
  await put('stays', await manifestOf('stays', { layers: [both] }));
  const { digest } = await layer(arriving);
  await sandbox.dispatch('ecr', 'BatchDeleteImage', {
    repositoryName: 'team/web',
    imageIds: [{ imageTag: 'goes' }],
  });
  const there = async (blob: string) => (await ask('HEAD', `/v2/team/web/blobs/${blob}`)).status;
  expect(await Promise.all([own.digest, both.digest, digest].map(there))).toEqual([404, 200, 200]);
});

describe('a fault in the registry', () => {
  test('answers a push with the status that was requested, in the form of the specification', async () => {
    sandbox.fault({
      service: 'registry',
      operation: 'PutManifest',
      count: 1,
      fault: { kind: 'error', code: 'TOOMANYREQUESTS', status: 429, message: 'slow down', retryAfter: 1 },
    });
    const manifest = await manifestOf('slow');
    const refused = await put('slow', manifest);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await problem(refused)).toEqual([429, 'TOOMANYREQUESTS', 'slow down']);
    expect((await put('slow', manifest)).status).toBe(201);
  });

  test('a reset after the effect leaves the image pushed', async () => {
    const manifest = await manifestOf('reset');
    sandbox.fault({
      service: 'registry',
      operation: 'PutManifest',
      count: 1,
      fault: { kind: 'reset', effect: 'applied' },
    });
    await expect(put('reset', manifest)).rejects.toThrow('fetch failed');
    expect((await ask('HEAD', '/v2/team/web/manifests/reset')).status).toBe(200);
  });
});
