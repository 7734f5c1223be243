/** `build-push` with its own HTTP client, and a registry that takes a push and then lies about it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { expect, test } from '@jest/globals';
import { buildPush } from '@landfall/core/operations/build-push';
import { fakeWorld } from '@landfall/core/testing/fake-world';
import { dockerRegistry } from '@landfall/registry/testing/docker-registry';
import { httpRegistry } from '@landfall/registry/testing/http-registry';
import { runReported } from '@landfall/report/run-reported';
import { digestOf, imageType } from './oci-image.ts';

const config = Buffer.from(JSON.stringify({ os: 'linux', architecture: 'amd64', config: { Cmd: ['x'] } }));
const layer = Buffer.from('a layer');
const descriptor = (mediaType: string, bytes: Buffer) => ({
  mediaType,
  digest: digestOf(bytes),
  size: bytes.length,
});
const image = Buffer.from(
  JSON.stringify({
    schemaVersion: 2,
    mediaType: imageType,
    config: descriptor('application/vnd.oci.image.config.v1+json', config),
    layers: [descriptor('application/vnd.oci.image.layer.v1.tar+gzip', layer)],
  }),
);
const other = Buffer.from(image.toString().replace('"schemaVersion":2', '"schemaVersion": 2'));
const odd = Buffer.from('{"schemaVersion":2,"layers":5}');
const digest = digestOf(image);

interface Store {
  readonly tags: Map<string, string>;
  /** Manifests and blobs, by digest. */
  readonly content: Map<string, Buffer>;
}
interface RegistryRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly store: Store;
  /** `manifests/v1`, `blobs/sha256:…`. */
  readonly path: string;
  readonly method: string;
}
/** Answers in its own way, and says so, or leaves the answer to the honest registry. */
type Lie = (asked: RegistryRequest) => boolean;

function answerHonestly({ response, store, path, method }: RegistryRequest, body: Buffer): void {
  const [kind, reference = ''] = path.split('/');
  if (method === 'PUT') {
    store.content.set(digestOf(body), body);
    store.tags.set(reference, digestOf(body));
    response.writeHead(201, { 'docker-content-digest': digestOf(body) }).end();
    return;
  }
  const bytes = store.content.get(store.tags.get(reference) ?? reference);
  if (!bytes) {
    response.writeHead(404, { 'content-type': 'application/json' });
    response.end(method === 'HEAD' ? '' : '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}');
    return;
  }
  response.writeHead(200, {
    'content-type': kind === 'manifests' ? imageType : 'application/octet-stream',
    'content-length': bytes.length,
    'docker-content-digest': digestOf(bytes),
  });
  response.end(method === 'HEAD' ? undefined : bytes);
}

/** The engine sends everything and its tag by itself; what comes after is asked of the registry over HTTP. */
async function pushTo(lie: Lie, tags = 'v1\nlatest') {
  const store: Store = { tags: new Map(), content: new Map() };
  await using server = await httpRegistry((request, response, body) => {
    const path = (request.url ?? '').replace('/v2/web/', '');
    const asked = { request, response, store, path, method: request.method ?? '' };
    if (!lie(asked)) answerHonestly(asked, body);
  });
  const world = fakeWorld({
    commit: { sha: '0123456789abcdef0123456789abcdef01234567' },
    files: { Dockerfile: 'FROM scratch\n' },
    inputs: { registry: server.host, repository: 'web', tags },
    docker: {
      chooseBuilder: async () => ({ kind: 'buildkit', description: 'BuildKit', loads: true }),
      build: async () => ({ builder: 'buildkit', imageId: digestOf(config), metadata: {} }),
      tag: async () => {},
      push: async ({ reference }) => {
        for (const bytes of [config, layer, image]) store.content.set(digestOf(bytes), bytes);
        store.tags.set(reference.split(':').at(-1)!, digest);
        return { digest };
      },
    },
    registry: async () => dockerRegistry({ HOME: '/nonexistent' }),
  });
  return { ...(await runReported(buildPush, world)), store };
}

const isRead = ({ method }: RegistryRequest) => method === 'GET' || method === 'HEAD';
/** A lie about what is read of this tag or digest. */
const about =
  (path: string, tell: (response: ServerResponse, asked: RegistryRequest) => void): Lie =>
  (asked) => {
    if (!isRead(asked) || asked.path !== path) return false;
    tell(asked.response, asked);
    return true;
  };
const send = (response: ServerResponse, bytes: Buffer, headers: Record<string, string> = {}) => {
  response.writeHead(200, {
    'content-type': imageType,
    'docker-content-digest': digestOf(bytes),
    ...headers,
  });
  response.end(response.req.method === 'HEAD' ? undefined : bytes);
};

test('an honest registry holds every tag by the digest that is passed on', async () => {
  const { error, outputs, store } = await pushTo(() => false);
  expect(error).toBeUndefined();
  expect(outputs).toMatchObject({ digest, verified: 'true' });
  expect(Object.fromEntries(store.tags)).toEqual({ v1: digest, latest: digest });
});

test.each<[string, Lie, string, string]>([
  [
    'answers 201 for a tag and keeps nothing',
    ({ method, path, response }) => {
      if (method !== 'PUT' || path !== 'manifests/latest') return false;
      response.writeHead(201, { 'docker-content-digest': digest }).end();
      return true;
    },
    'PUSH_FAILED',
    `HOST/web:latest was pushed as ${digest}, and does not exist afterwards`,
  ],
  [
    'answers 201 with another digest',
    ({ method, response }) => {
      if (method !== 'PUT') return false;
      response.writeHead(201, { 'docker-content-digest': digestOf(other) }).end();
      return true;
    },
    'RESPONSE_INVALID',
    `HOST stored web:latest as ${digestOf(other)}, not ${digest}`,
  ],
  [
    'serves another image for a tag under the digest of the right one',
    about('manifests/v1', (response) => send(response, other, { 'docker-content-digest': digest })),
    'RESPONSE_INVALID',
    `HOST answered for web (v1) with content that has digest ${digestOf(other)}, not ${digest}`,
  ],
  [
    'serves another image for a tag',
    about('manifests/v1', (response) => send(response, other)),
    'PUSH_FAILED',
    `HOST/web:v1 was pushed as ${digest}, and points to ${digestOf(other)} afterwards`,
  ],
  [
    'has lost the layer',
    about(`blobs/${digestOf(layer)}`, (response) => response.writeHead(404).end()),
    'PUSH_FAILED',
    `HOST/web@${digest} was pushed but is incomplete afterwards: HOST/web does not hold ${digestOf(layer)}, which ${digest} references`,
  ],
  [
    'serves a page in the place of a manifest',
    about('manifests/v1', (response) => send(response, Buffer.from('<html>log in</html>'))),
    'RESPONSE_INVALID',
    `HOST answered for web:v1 with ${imageType}, which is not a manifest`,
  ],
  [
    'serves a manifest whose layers are a number',
    about(`manifests/${digest}`, (response) => send(response, odd, { 'docker-content-digest': digest })),
    'RESPONSE_INVALID',
    `HOST answered for web (${digest}) with content that has digest ${digestOf(odd)}, not ${digest}`,
  ],
])('a registry that %s makes no step green', async (_, lie, code, summary) => {
  const { error, outputs } = await pushTo(lie);
  expect(error?.code).toBe(code);
  expect(error?.summary.replace(/127\.0\.0\.1:\d+/g, 'HOST')).toBe(summary);
  expect([outputs.image, outputs.verified]).toEqual([undefined, undefined]);
});

test('a registry that forbids to read is told as not verified', async () => {
  const { error, outputs } = await pushTo((asked) => {
    if (!isRead(asked)) return false;
    asked.response.writeHead(403, { 'content-type': 'application/json' });
    asked.response.end('{"errors":[{"code":"DENIED"}]}');
    return true;
  });
  expect(error).toBeUndefined();
  expect(outputs).toMatchObject({ digest, verified: 'false' });
});
