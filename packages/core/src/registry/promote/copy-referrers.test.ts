import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { fakeWorld } from '../../testing/fake-world.ts';
import type { Descriptor, Manifest, Registry, RegistryTarget } from '../../world/registry.ts';
import type { ImageTree } from '../read/image-tree.ts';
import { BlobTally } from './copy-image.ts';
import { copyReferrers } from './copy-referrers.ts';

const from = { registry: 'one.example', repository: 'web' };
const to = { registry: 'two.example', repository: 'web' };
const manifestOf = (content: object): Manifest => {
  const bytes = new TextEncoder().encode(JSON.stringify({ schemaVersion: 2, ...content }));
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  return { mediaType: 'm', digest, size: bytes.length, bytes };
};
const listed = ({ mediaType, digest, size }: Descriptor, beside: object = {}) => ({
  mediaType,
  digest,
  size,
  ...beside,
});

/** Two registries without blobs; the source has the referrers API where a list is given. */
function registries(source: Record<string, Manifest>, target: Record<string, Manifest>, api?: Descriptor[]) {
  const held = (name: { registry: string }) => (name.registry === from.registry ? source : target);
  const find = async (name: RegistryTarget) =>
    held(name)[name.reference] ?? Object.values(held(name)).find(({ digest }) => digest === name.reference);
  return {
    head: find,
    manifest: find,
    putManifest: async (name: RegistryTarget, manifest: Manifest) => {
      held(name)[name.reference] = manifest;
      return manifest.digest;
    },
    referrers: async ({ registry, reference }: RegistryTarget) =>
      api && registry === from.registry ? (reference === image.digest ? api : []) : undefined,
  } as unknown as Registry;
}

const image = manifestOf({});
const treeOf = (root: Manifest, ...children: readonly Manifest[]): ImageTree => ({
  root,
  manifests: [...children, root],
  blobs: [],
});
const tag = image.digest.replace(':', '-');
const signature = manifestOf({ subject: listed(image), of: 'signature' });
const bill = manifestOf({ subject: listed(image), of: 'bill' });
const copied = async (
  source: Record<string, Manifest>,
  target: Record<string, Manifest>,
  api?: Descriptor[],
) => {
  const world = fakeWorld({});
  const registry = registries(source, target, api);
  const { images } = await copyReferrers(world, registry, treeOf(image), from, to, new BlobTally());
  const digests = images.map(({ root }) => root.digest);
  const index = target[tag] && JSON.parse(new TextDecoder().decode(target[tag].bytes));
  return { digests, lines: world.host.lines, manifests: index?.manifests };
};
const what = { artifactType: 'application/vnd.example.signature', annotations: { by: 'release' } };

test('what refers to an image is listed in the target as in the source, with what it is', async () => {
  const index = manifestOf({ manifests: [listed(signature, what)] });
  const { digests, manifests } = await copied({ v1: image, s: signature, [tag]: index }, { v1: image });
  expect(digests).toEqual([signature.digest]);
  expect(manifests).toEqual([listed(signature, what)]);
});

test('what the API of the source tells is told where the target lists by a tag', async () => {
  const { manifests } = await copied({ v1: image, s: signature }, { v1: image }, [
    { ...listed(signature), ...what },
  ]);
  expect(manifests).toEqual([listed(signature, what)]);
});

test('what the target lists already stays as it is', async () => {
  const theirs = listed(bill, {
    artifactType: 'text/spdx',
    annotations: { of: 'them' },
    platform: { os: 'linux' },
  });
  const target = { v1: image, b: bill, [tag]: manifestOf({ manifests: [theirs] }) };
  const { manifests } = await copied({ v1: image, s: signature }, target, [
    { ...listed(signature), ...what },
  ]);
  expect(manifests).toEqual([theirs, listed(signature, what)]);
});

test('an unreadable entry in the target list is ignored', async () => {
  const target = { v1: image, [tag]: manifestOf({ manifests: [null] }) };
  const { manifests } = await copied({ v1: image, s: signature }, target, [listed(signature)]);
  expect(manifests).toEqual([null, listed(signature)]);
});

test('what the source lists and does not hold is omitted with a warning', async () => {
  const index = manifestOf({ manifests: [listed(bill), listed(signature)] });
  const { digests, lines, manifests } = await copied(
    { v1: image, s: signature, [tag]: index },
    { v1: image },
  );
  expect(digests).toEqual([signature.digest]);
  expect(manifests).toEqual([listed(signature)]);
  expect(lines).toEqual([
    `warning: one.example/web lists ${bill.digest} as referring to ${image.digest}, but does not hold it`,
  ]);
});

test('what a target with the API does not list is a warning', async () => {
  const world = fakeWorld({});
  const registry = {
    ...registries({ v1: image, s: signature }, { v1: image }),
    referrers: async ({ registry: host, reference }: RegistryTarget) =>
      host === from.registry && reference === image.digest ? [listed(signature)] : [],
  } as Registry;
  await copyReferrers(world, registry, treeOf(image), from, to, new BlobTally());
  expect(world.host.lines).toEqual([
    `warning: two.example/web holds ${signature.digest}, but does not list it as referring to ${image.digest}`,
  ]);
});

/** Someone else writes the list right after each of the first `times` writes of ours. */
const contested = (times: number) => {
  const target: Record<string, Manifest> = { v1: image, b: bill };
  const registry = registries({ v1: image, s: signature }, target, [listed(signature)]);
  let writes = 0;
  const put: Registry['putManifest'] = async (name, manifest, options) => {
    await registry.putManifest(name, manifest, options);
    if (name.reference === tag) {
      writes += 1;
      if (writes <= times) target[tag] = manifestOf({ manifests: [listed(bill)] });
    }
    return manifest.digest;
  };
  const end = copyReferrers(
    fakeWorld({}),
    { ...registry, putManifest: put },
    treeOf(image),
    from,
    to,
    new BlobTally(),
  );
  return { end, target };
};

test('a list that someone else writes at the same time is completed again', async () => {
  const { end, target } = contested(2);
  await end;
  const index = JSON.parse(new TextDecoder().decode(target[tag]!.bytes));
  expect(index.manifests).toEqual([listed(bill), listed(signature)]);
});

test('a list that does not keep what is written is PUSH_FAILED', async () => {
  await expect(contested(3).end).rejects.toMatchObject({
    code: 'PUSH_FAILED',
    summary: `two.example/web:${tag}, the list of what refers to ${image.digest}, does not keep ${signature.digest}`,
    remedy: 'Something else is writing the list at the same time: find out what, then run the step again.',
  });
});

test('signatures of signatures without end are an error, not cut off', async () => {
  const held: Record<string, Manifest> = { v1: image };
  const of = new Map<string, Descriptor>();
  for (let depth = 1, subject = image; depth <= 9; depth += 1) {
    const next = manifestOf({ depth, subject: listed(subject) });
    held[String(depth)] = next;
    of.set(subject.digest, listed(next));
    subject = next;
  }
  const registry = {
    ...registries(held, { v1: image }),
    referrers: async ({ reference }: RegistryTarget) => [of.get(reference) ?? []].flat(),
  } as Registry;
  await expect(
    copyReferrers(fakeWorld({}), registry, treeOf(image), from, to, new BlobTally()),
  ).rejects.toMatchObject({
    code: 'RESPONSE_INVALID',
    summary: `one.example/web has signatures of signatures of ${image.digest} more than 8 deep`,
    remedy: 'Promote with `referrers: false`, and copy what refers to the image some other way.',
  });
});

test('the platforms of an index are queried concurrently, four at a time', async () => {
  const platforms = Array.from({ length: 6 }, (_, at) => manifestOf({ at }));
  const index = manifestOf({ manifests: platforms.map((one) => listed(one)) });
  let running = 0;
  let most = 0;
  const asked: string[] = [];
  const registry = {
    ...registries({}, {}),
    referrers: async ({ reference }: RegistryTarget) => {
      asked.push(reference);
      running += 1;
      most = Math.max(most, running);
      await new Promise(setImmediate);
      running -= 1;
      return [];
    },
  } as Registry;
  const tree = treeOf(index, ...platforms);
  await copyReferrers(fakeWorld({}), registry, tree, from, to, new BlobTally());
  expect(asked).toEqual([index, ...platforms].map(({ digest }) => digest));
  expect(most).toBe(4);
});
