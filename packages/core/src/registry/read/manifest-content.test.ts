import { expect, test } from '@jest/globals';
import { contentOf } from './manifest-content.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const read = (content: unknown) => {
  const bytes = new TextEncoder().encode(JSON.stringify(content));
  return contentOf({ mediaType: 'm', digest, size: bytes.length, bytes });
};

test.each([
  [{ layers: 5 }, 'has `layers` that are not a list'],
  [{ manifests: {} }, 'has `manifests` that are not a list'],
  [{ layers: [null] }, 'references a blob without digest or size'],
  [{ layers: ['sha256:x'] }, 'references a blob without digest or size'],
  [{ manifests: [[]] }, 'references a blob without digest or size'],
  [{ config: 5 }, 'references a blob without digest or size'],
  [{ config: { digest, size: -1 } }, 'references a blob without digest or size'],
])('a manifest with %j is RESPONSE_INVALID', (members, why) => {
  expect(() => read({ schemaVersion: 2, ...members })).toThrow(
    expect.objectContaining({ code: 'RESPONSE_INVALID', summary: `the manifest ${digest} ${why}` }),
  );
});

test.each([[null], [[]], [{ layers: null }], ['text']])('%j is of no schema that is in use', (content) => {
  expect(() => read(content)).toThrow(`the manifest ${digest} has a schema that is no longer supported`);
});

test('a layer that is available elsewhere is distinguished', () => {
  const layer = { mediaType: 'l', digest, size: 1 };
  const other = { ...layer, digest: `sha256:${'b'.repeat(64)}` };
  expect(
    read({
      schemaVersion: 2,
      layers: [
        { ...layer, urls: ['https://x.example'] },
        { ...other, urls: [] },
      ],
    }),
  ).toEqual({ manifests: [], blobs: [other], foreign: [layer] });
});
