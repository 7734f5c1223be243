import { expect, test } from '@jest/globals';
import { dockerRegistry } from './testing/docker-registry.ts';
import { httpRegistry } from './testing/http-registry.ts';

const ociIndex = 'application/vnd.oci.image.index.v1+json';
const ociImage = 'application/vnd.oci.image.manifest.v1+json';
const dockerImage = 'application/vnd.docker.distribution.manifest.v2+json';

test.each<[string | undefined, object, string]>([
  ['application/octet-stream', { mediaType: dockerImage, config: {} }, dockerImage],
  [undefined, { mediaType: ociIndex, manifests: [] }, ociIndex],
  [undefined, { manifests: [] }, ociIndex],
  ['application/json', { config: {}, layers: [] }, ociImage],
  // A registry that calls an image what it is not would have it refused by another.
  [ociIndex, { mediaType: ociImage, config: {} }, ociImage],
  [`${dockerImage}; charset=utf-8`, { config: {} }, dockerImage],
  [ociImage, { mediaType: 'no\ntype', config: {} }, ociImage],
])('a manifest that comes as %j with %j is of the type %s', async (told, content, type) => {
  await using server = await httpRegistry((_, response) => {
    response
      .writeHead(200, told === undefined ? {} : { 'content-type': told })
      .end(JSON.stringify({ schemaVersion: 2, ...content }));
  });
  const registry = dockerRegistry({});
  const found = await registry.manifest({ registry: server.host, repository: 'web', reference: 'v1' });
  expect(found?.mediaType).toBe(type);
});
