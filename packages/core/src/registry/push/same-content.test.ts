import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { Manifest, Registry } from '../../world/registry.ts';
import { sameIndex } from './same-content.ts';

const name = { registry: 'r.example', repository: 'web' };
const bytesOf = (content: object) => new TextEncoder().encode(JSON.stringify(content));
const digestOf = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** What a repository holds, as it was pushed into it. */
function repository() {
  const held = new Map<string, Uint8Array>();
  const put = (content: object) => {
    const bytes = bytesOf(content);
    const digest = digestOf(bytes);
    held.set(digest, bytes);
    return { mediaType: 'm', digest, size: bytes.length };
  };
  const image = (architecture: string, layer: string, created: string) =>
    put({
      schemaVersion: 2,
      config: put({ architecture, created, rootfs: { diff_ids: [layer] }, history: [{ created }] }),
    });
  const attestation = (of: string, built: string) => ({
    ...put({ schemaVersion: 2, built }),
    annotations: { 'vnd.docker.reference.type': 'attestation-manifest', 'vnd.docker.reference.digest': of },
  });
  const index = (...manifests: object[]): Manifest => {
    const bytes = bytesOf({ schemaVersion: 2, manifests });
    return { mediaType: 'm', digest: digestOf(bytes), size: bytes.length, bytes };
  };
  const registry = {
    manifest: async ({ reference }: { reference: string }) => {
      const bytes = held.get(reference);
      return bytes && { mediaType: 'm', digest: reference, size: bytes.length, bytes };
    },
    blob: async ({ reference }: { reference: string }) => held.get(reference),
  } as unknown as Registry;
  const same = (one: Manifest, two: Manifest) => sameIndex(registry, name, one, two, {});
  return { image, attestation, index, same };
}

const monday = '2030-01-07T00:00:00Z';
const friday = '2030-01-11T18:00:00Z';

describe('a second build of several platforms', () => {
  test('is of the same content where each platform differs in its times alone', async () => {
    const { image, index, same } = repository();
    const before = index(image('amd64', 'a', monday), image('arm64', 'b', monday));
    const after = index(image('arm64', 'b', friday), image('amd64', 'a', friday));
    expect(await same(before, after)).toBe(true);
  });

  test('is of the same content where only its provenance is of another run', async () => {
    const { image, attestation, index, same } = repository();
    const web = image('amd64', 'a', monday);
    const before = index(web, attestation(web.digest, monday));
    const after = index(web, attestation(web.digest, friday));
    expect(await same(before, after)).toBe(true);
  });

  test('is another where a platform has another layer', async () => {
    const { image, index, same } = repository();
    const arm = image('arm64', 'b', monday);
    expect(await same(index(image('amd64', 'a', monday), arm), index(image('amd64', 'x', monday), arm))).toBe(
      false,
    );
  });

  test('is another where there is one platform more, or another one', async () => {
    const { image, index, same } = repository();
    const amd = image('amd64', 'a', monday);
    const arm = image('arm64', 'a', monday);
    expect(await same(index(amd), index(amd, arm))).toBe(false);
    expect(await same(index(amd), index(arm))).toBe(false);
  });

  test('is another where it brings attestations and the tag has none', async () => {
    const { image, attestation, index, same } = repository();
    const web = image('amd64', 'a', monday);
    expect(await same(index(web), index(web, attestation(web.digest, friday)))).toBe(false);
  });

  test('is another than an image of one platform, and than an index of none', async () => {
    const { image, index, same } = repository();
    const bytes = bytesOf({ schemaVersion: 2, layers: [] });
    const single = { mediaType: 'm', digest: digestOf(bytes), size: bytes.length, bytes };
    expect(await same(single, index(image('amd64', 'a', monday)))).toBe(false);
    expect(await same(single, index())).toBe(false);
  });
});
