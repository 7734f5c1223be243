import type { IncomingMessage, ServerResponse } from 'node:http';
import { expect, test } from '@jest/globals';
import { isLandfallError } from '@landfall/core/errors/landfall-error';
import type { Registry } from '@landfall/core/world/registry';
import { dockerRegistry } from './testing/docker-registry.ts';
import { httpRegistry } from './testing/http-registry.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const bytes = new TextEncoder().encode('{"schemaVersion":2}');
const manifest = { mediaType: 'm', digest, size: bytes.length, bytes };

const asks: Readonly<Record<string, (registry: Registry, host: string) => Promise<unknown>>> = {
  head: (registry, host) => registry.head(at(host, 'v1')),
  manifest: (registry, host) => registry.manifest(at(host, 'v1')),
  'manifest by digest': (registry, host) => registry.manifest(at(host, digest)),
  putManifest: (registry, host) => registry.putManifest(at(host, 'v1'), manifest),
  referrers: (registry, host) => registry.referrers(at(host, digest)),
  hasBlob: (registry, host) => registry.hasBlob(at(host, digest)),
  blob: (registry, host) => registry.blob(at(host, digest)),
  copyBlob: (registry, host) =>
    registry.copyBlob({
      from: { registry: host, repository: 'from' },
      to: { registry: host, repository: 'to' },
      digest,
      size: 4,
    }),
};
const at = (registry: string, reference: string) => ({ registry, repository: 'web', reference });

const statuses = [200, 201, 202, 204, 301, 307, 400, 401, 403, 404, 405, 409, 413, 418, 429, 500, 503];
const bodies = [
  '',
  'null',
  '5',
  '"text"',
  '[]',
  '{',
  '<html>',
  '{"errors":5}',
  '{"errors":[null]}',
  '{"errors":[{"code":5,"message":{}}]}',
  '{"schemaVersion":2,"mediaType":5,"manifests":{}}',
  '{"manifests":[null]}',
  '{"manifests":[{"digest":5}]}',
  '{"schemaVersion":"2"}',
  '\ud800',
];
const headers: readonly Readonly<Record<string, string>>[] = [
  {},
  { location: 'http://[' },
  { location: '/v2/' },
  { location: 'ftp://x.invalid/' },
  { link: '<http://[>; rel=next' },
  { link: 'nonsense' },
  { 'docker-content-digest': 'sha256:x' },
  { 'docker-content-digest': digest },
  { 'content-type': ';;' },
  { 'retry-after': 'soon' },
  { 'www-authenticate': 'Bearer' },
  { 'www-authenticate': 'Bearer realm="http://["' },
  { 'www-authenticate': 'Basic realm' },
  { 'www-authenticate': ',,"' },
];

/** What comes of a question to which a registry gives this one answer, whatever is asked. */
async function ended(name: string, answer: (request: IncomingMessage, response: ServerResponse) => void) {
  await using server = await httpRegistry(answer);
  const registry = dockerRegistry({});
  return await asks[name]!(registry, server.host).then(
    () => 'answered',
    (thrown: unknown) => (isLandfallError(thrown) ? thrown.code : thrown),
  );
}

test.each(Object.keys(asks))('%s makes of any answer a result or an error of a registry', async (name) => {
  const codes = [
    ...['answered', 'PUSH_DENIED', 'PUSH_FAILED', 'REPOSITORY_MISSING', 'CREDENTIALS_EXPIRED'],
    ...['ENDPOINT_UNREACHABLE', 'RESPONSE_INVALID', 'NOT_FOUND', 'TAG_IMMUTABLE'],
  ];
  for (const status of statuses) {
    const odd = [...bodies.map((body) => [body, {}] as const), ...headers.map((one) => ['', one] as const)];
    for (const [body, head] of odd) {
      const end = await ended(name, ({ method }, response) => {
        // Or nothing would ever be sent.
        if (name === 'copyBlob' && method === 'HEAD') response.writeHead(404).end();
        else if (name === 'copyBlob' && method === 'GET') response.writeHead(200).end('text');
        else response.writeHead(status, head).end(method === 'HEAD' ? undefined : body);
      });
      expect(codes.includes(String(end)) ? 'known' : [status, body, head, end]).toBe('known');
    }
  }
});

test.each([
  '5',
  '["x"]',
  '{"token":5}',
  '{"token":["x"]}',
  '{"token":"\\ud800"}',
  '{"token":"a\\nb"}',
  'null',
])('a token server that answers %s gives no token that is sent', async (body) => {
  const end = await ended('manifest', (request, response) => {
    if (request.url!.startsWith('/token')) response.writeHead(200).end(body);
    else {
      const realm = `http://${request.headers.host}/token`;
      response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}"` }).end();
    }
  });
  expect(['RESPONSE_INVALID', 'ENDPOINT_UNREACHABLE']).toContain(end);
});
