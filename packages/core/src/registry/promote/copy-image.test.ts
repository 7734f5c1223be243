import { expect, test } from '@jest/globals';
import type { Manifest, Registry } from '../../world/registry.ts';
import { BlobTally, copyImage } from './copy-image.ts';

const from = { registry: 'one.example', repository: 'web' };
const to = { registry: 'two.example', repository: 'web' };
const digest = `sha256:${'a'.repeat(64)}`;
const missing = `sha256:${'b'.repeat(64)}`;

/** What copying says of a source that holds this one manifest, and what was written. */
async function copied(content: object) {
  const bytes = new TextEncoder().encode(JSON.stringify(content));
  const held: Manifest = { mediaType: 'm', digest, size: bytes.length, bytes };
  const written: string[] = [];
  const registry = {
    head: async () => undefined,
    manifest: async ({ reference }: { reference: string }) => (reference === missing ? undefined : held),
    copyBlob: async ({ digest: blob }: { digest: string }) => written.push(blob),
    putManifest: async ({ reference }: { reference: string }) => written.push(reference),
  } as unknown as Registry;
  const source = { ...from, reference: 'v1' };
  const thrown = await copyImage(registry, source, to, new BlobTally(), new AbortController().signal).catch(
    (error: unknown) => error,
  );
  return { thrown, written };
}

test('an index of which the source holds some platforms only is an error that says so', async () => {
  const { thrown, written } = await copied({
    schemaVersion: 2,
    manifests: [{ mediaType: 'm', digest: missing, size: 4 }],
  });
  expect(thrown).toMatchObject({
    code: 'NOT_FOUND',
    summary: `one.example/web does not hold ${missing}, which ${digest} references`,
    remedy:
      'The repository holds only part of this image: promote it from where it is complete, or push it again.',
  });
  expect(written).toEqual([]);
});

test('a manifest of the first schema is an error with a way out', async () => {
  const { thrown } = await copied({ schemaVersion: 1, fsLayers: [] });
  expect(thrown).toMatchObject({
    code: 'RESPONSE_INVALID',
    summary: `the manifest ${digest} has a schema that is no longer supported`,
    remedy: 'Push the image again with a current Docker.',
  });
});

test('a layer by another digest than sha256 is refused before anything is sent', async () => {
  const layer = `sha512:${'c'.repeat(128)}`;
  const { thrown, written } = await copied({ schemaVersion: 2, layers: [{ digest: layer, size: 4 }] });
  expect(thrown).toMatchObject({
    code: 'RESPONSE_INVALID',
    summary: `the manifest ${digest} names ${layer}, but only sha256 digests are supported`,
    remedy: 'Build the image with sha256 digests, as every builder does by default.',
  });
  expect(written).toEqual([]);
});
