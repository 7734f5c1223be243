import { describe, expect, test } from '@jest/globals';
import { runReported } from '@landfall/report/run-reported';
import { LandfallError } from '../errors/landfall-error.ts';
import { fakeWorld } from '../testing/fake-world.ts';
import { digestOf, type MemoryRegistries, memoryRegistries } from '../testing/memory-registry.ts';
import type { Manifest, Registry } from '../world/registry.ts';
import { createImageIndex } from './create-image-index.ts';

const place = 'r.example/team/web';
const dockerImage = 'application/vnd.docker.distribution.manifest.v2+json';
const dockerList = 'application/vnd.docker.distribution.manifest.list.v2+json';
const ociIndex = 'application/vnd.oci.image.index.v1+json';

/** A registry with images, each of the platform that its configuration tells. */
function registry(before?: (request: string, registries: MemoryRegistries) => void) {
  const configurations = new Map<string, Uint8Array>();
  const memory = memoryRegistries({ ...(before && { before }) });
  const image = (platform: object, beside: object = {}): Manifest => {
    const text = JSON.stringify(platform);
    configurations.set(digestOf(text), new TextEncoder().encode(text));
    return memory.put(place, { blobs: [text, `layer ${text}`], beside });
  };
  const api: Registry = { ...memory, blob: async ({ reference }) => configurations.get(reference) };
  return {
    api,
    memory,
    image,
    /** As BuildKit pushes it: an index of the image and its attestation. */
    attested(platform: object): {
      readonly image: Manifest;
      readonly attestation: Manifest;
      readonly index: Manifest;
    } {
      const own = image(platform);
      const attestation = image({ os: 'unknown', architecture: 'unknown', of: own.digest });
      const annotations = {
        'vnd.docker.reference.digest': own.digest,
        'vnd.docker.reference.type': 'attestation-manifest',
      };
      const entries = [
        { ...described(own), platform },
        { ...described(attestation), annotations, platform: { architecture: 'unknown', os: 'unknown' } },
      ];
      return { image: own, attestation, index: memory.put(place, { of: entries }) };
    },
  };
}
const described = ({ mediaType, digest, size }: Manifest) => ({ mediaType, digest, size });
/** An entry of an index that says of an image what it may not be. */
const claimed = (image: Manifest, platform: object) => ({ ...described(image), platform });
const amd64 = { architecture: 'amd64', os: 'linux' };
const arm64 = { architecture: 'arm64', os: 'linux', variant: 'v8' };

async function create(api: Registry, inputs: Readonly<Record<string, string>>) {
  const writes: string[] = [];
  const world = fakeWorld({
    commit: { sha: '0123456789abcdef0123456789abcdef01234567' },
    inputs: { repository: 'team/web', registry: 'r.example', tags: 'v1', ...inputs },
    registry: async () => ({
      ...api,
      async putManifest(target, manifest, options) {
        writes.push(target.reference);
        return await api.putManifest(target, manifest, options);
      },
    }),
  });
  const { error, outputs } = await runReported(createImageIndex, world);
  return { error, outputs, writes, lines: world.host.lines, clock: world.clock };
}
const contentOf = (memory: MemoryRegistries, tag: string) => {
  const { tags, manifests } = memory.at(place);
  return JSON.parse(new TextDecoder().decode(manifests.get(tags.get(tag)!)!.bytes));
};

test('images are listed with the platforms of their configurations, and tagged', async () => {
  const { api, memory, image } = registry();
  const [one, two] = [image(arm64), image(amd64)];
  const digests = `${one.digest},${two.digest}`;
  const { error, outputs, lines } = await create(api, { digests, tags: 'sha\nlatest' });
  expect(error).toBeUndefined();
  expect(contentOf(memory, 'latest')).toEqual({
    schemaVersion: 2,
    mediaType: ociIndex,
    manifests: [
      { ...described(two), platform: amd64 },
      { ...described(one), platform: arm64 },
    ],
  });
  const digest = memory.at(place).tags.get('latest');
  expect(outputs).toEqual({
    image: `${place}@${digest}`,
    digest,
    repository: 'team/web',
    tags: `${place}:0123456\n${place}:latest`,
    version: '0123456',
  });
  expect(lines).toEqual([
    `info: ${place}:0123456 is now ${digest}`,
    `info: ${place}:latest is now ${digest}`,
  ]);
});

test('attestations come along, and the order of the digests makes no difference', async () => {
  const { api, memory, attested } = registry();
  const [one, two] = [attested(amd64), attested(arm64)];
  const digests = [one.index.digest, two.index.digest];
  const first = await create(api, { digests: digests.join(',') });
  expect(first.error).toBeUndefined();
  expect(contentOf(memory, 'v1').manifests).toHaveLength(4);
  expect(contentOf(memory, 'v1').manifests.slice(0, 2)).toEqual([
    { ...described(one.image), platform: amd64 },
    { ...described(two.image), platform: arm64 },
  ]);
  expect(contentOf(memory, 'v1').manifests).toContainEqual({
    ...described(two.attestation),
    annotations: {
      'vnd.docker.reference.digest': two.image.digest,
      'vnd.docker.reference.type': 'attestation-manifest',
    },
    platform: { architecture: 'unknown', os: 'unknown' },
  });
  const again = await create(api, { digests: digests.toReversed().join(',') });
  expect([again.error, again.writes, again.outputs.digest]).toEqual([undefined, [], first.outputs.digest]);
  expect(again.lines).toEqual([`info: ${place}:v1 was already ${first.outputs.digest}`]);
});

test('annotations are those of the index', async () => {
  const { api, memory, image } = registry();
  const annotations =
    'index:org.opencontainers.image.title=web, the site\norg.opencontainers.image.vendor=a=b';
  const { error } = await create(api, { digests: image(amd64).digest, annotations });
  expect(error).toBeUndefined();
  expect(contentOf(memory, 'v1').annotations).toEqual({
    'org.opencontainers.image.title': 'web, the site',
    'org.opencontainers.image.vendor': 'a=b',
  });
});

test('of images of Docker alone it is a manifest list of Docker, unless it has annotations', async () => {
  const { api, memory, image } = registry();
  const digests = image(amd64, { mediaType: dockerImage }).digest;
  memory
    .at(place)
    .manifests.set(digests, { ...memory.at(place).manifests.get(digests)!, mediaType: dockerImage });
  await create(api, { digests });
  expect(contentOf(memory, 'v1').mediaType).toBe(dockerList);
  await create(api, { digests, annotations: 'a=b' });
  expect(contentOf(memory, 'v1').mediaType).toBe(ociIndex);
});

test('digests are taken as docker prints them, and as the names of files', async () => {
  const { api, image } = registry();
  const [one, two, three] = [amd64, arm64, { architecture: 's390x', os: 'linux' }].map(
    (one) => image(one).digest,
  );
  const digests = `${place}@${one}\n${two!.slice('sha256:'.length)}\nteam/web@${three}`;
  expect(await create(api, { digests, platforms: 'linux/amd64,linux/arm64,linux/s390x' })).toMatchObject({
    error: undefined,
    writes: ['v1'],
  });
});

describe('nothing is written', () => {
  test('for a platform that is there twice', async () => {
    const { api, image, attested } = registry();
    const [one, two] = [image(arm64), attested({ architecture: 'arm64', os: 'linux' }).index];
    const { error, writes } = await create(api, { digests: `${one.digest},${two.digest}` });
    expect(error).toMatchObject({
      code: 'INPUT_INVALID',
      summary: `digests holds two images for linux/arm64: ${one.digest} and ${two.digest}`,
    });
    expect(writes).toEqual([]);
  });

  test('for an index that lists an image under a platform that its configuration is not for', async () => {
    const { api, memory, image } = registry();
    const [one, arm] = [image(amd64), image({ architecture: 'arm', os: 'linux' })];
    const lying = memory.put(place, {
      of: [claimed(one, amd64), claimed(one, arm64)],
    });
    const { error, writes } = await create(api, { digests: lying.digest });
    expect(error).toMatchObject({
      code: 'RESPONSE_INVALID',
      summary: `${lying.digest} cannot be listed in an index: it lists ${one.digest} for linux/arm64, and the configuration of that image is for linux/amd64`,
    });
    expect(writes).toEqual([]);
    // A configuration without a variant contradicts none.
    const seventh = { ...arm64, architecture: 'arm', variant: 'v7' };
    const older = memory.put(place, { of: [claimed(arm, seventh)] });
    expect((await create(api, { digests: older.digest, platforms: 'linux/arm/v7' })).error).toBeUndefined();
  });

  test('for one image under two platforms, where its configuration tells none', async () => {
    const { api, memory, image } = registry();
    const one = image({ architecture: '' });
    const lying = memory.put(place, {
      of: [claimed(one, amd64), claimed(one, arm64)],
    });
    const { error, writes } = await create(api, { digests: lying.digest });
    expect(error).toMatchObject({
      code: 'INPUT_INVALID',
      summary: `digests holds ${one.digest} for both linux/amd64 and linux/arm64`,
    });
    expect(writes).toEqual([]);
  });

  test('for other platforms than those that are named', async () => {
    const { api, image } = registry();
    const { error, writes } = await create(api, {
      digests: image(amd64).digest,
      platforms: 'linux/arm64/v8,linux/s390x',
    });
    expect(error).toMatchObject({
      code: 'INPUT_INVALID',
      summary: 'platforms lists linux/arm64, linux/s390x, and the images are for linux/amd64',
    });
    expect(writes).toEqual([]);
  });

  test('for digests that the repository does not hold, and all of them are named', async () => {
    const { api, memory, image } = registry();
    const [gone, other] = [`sha256:${'b'.repeat(64)}`, image(arm64)];
    const [layer] = [...memory.at(place).blobs.keys()].slice(-1);
    memory.at(place).blobs.delete(layer!);
    const { error, writes, clock } = await create(api, {
      digests: [image(amd64).digest, gone, other.digest].join(','),
    });
    expect(error).toMatchObject({
      code: 'NOT_FOUND',
      summary: `${place} does not hold 2 of the 3 images: ${place} has no image ${gone}; ${place} does not hold ${layer}, which ${other.digest} references`,
    });
    expect(writes).toEqual([]);
    // Another runner has just pushed them.
    expect(clock.elapsed()).toBe(15_000);
  });

  test('for an index of indexes, and for what is no image', async () => {
    const { api, memory, image, attested } = registry();
    const nested = memory.put(place, { of: [{ ...described(attested(amd64).index) }] });
    const chart = image({ name: 'chart' });
    expect((await create(api, { digests: nested.digest })).error).toMatchObject({
      code: 'RESPONSE_INVALID',
      summary: `${nested.digest} cannot be listed in an index: it lists another index`,
    });
    expect((await create(api, { digests: chart.digest })).error).toMatchObject({
      code: 'RESPONSE_INVALID',
      summary: `${chart.digest} cannot be listed in an index: it has no platform in its configuration`,
    });
  });

  test.each([
    [
      { tags: 'r.example/team/other:1' },
      'tags names r.example/team/other, and the images are in r.example/team/web: promote-image copies images from one repository to another',
    ],
    [
      { digests: `r.example/other@sha256:${'a'.repeat(64)}` },
      'digests names r.example/other, and the index is for r.example/team/web: promote-image copies images from one repository to another',
    ],
    [
      { digests: `sha256:${'a'.repeat(64)},${'a'.repeat(64)}` },
      `digests holds sha256:${'a'.repeat(64)} twice`,
    ],
    [{ digests: '' }, 'digests is required'],
    [
      { registry: '' },
      'registry is required, because the repository names no registry host (docker.io for Docker Hub)',
    ],
    [
      { annotations: 'manifest:a=b' },
      'annotations holds "manifest:a=b", which is not an annotation of the index like name=value',
    ],
  ])('where inputs cannot be meant, and nothing is read: %j', async (inputs, summary) => {
    const asked: string[] = [];
    const { api } = registry((request) => asked.push(request));
    const { error } = await create(api, { digests: `sha256:${'c'.repeat(64)}`, ...inputs });
    expect(error).toMatchObject({ code: 'INPUT_INVALID', summary });
    expect(asked).toEqual([]);
  });
});

describe('red', () => {
  test('where an immutable tag holds another image', async () => {
    const { api, memory, image } = registry();
    memory.at(place).tags.set('v1', image(arm64).digest);
    const digests = image(amd64).digest;
    const holds = memory.at(place).tags.get('v1');
    const immutable: Registry = {
      ...api,
      putManifest: async () => {
        throw new LandfallError('TAG_IMMUTABLE', { summary: 'immutable' });
      },
    };
    expect((await create(immutable, { digests })).error).toMatchObject({
      code: 'TAG_IMMUTABLE',
      summary: expect.stringMatching(new RegExp(`^${place}:v1 is immutable and holds ${holds}, not sha256:`)),
    });
  });

  test('where the index, or a tag set before, is gone at the end', async () => {
    const { api, memory, image } = registry((request, { at }) => {
      // Someone else moves the first tag while the second is set.
      if (request === `putManifest ${place}:v2`) at(place).tags.set('v1', other.digest);
    });
    const other = image(arm64);
    const { error } = await create(api, { digests: image(amd64).digest, tags: 'v1\nv2' });
    const digest = memory.at(place).tags.get('v2');
    expect(error).toMatchObject({
      code: 'PUSH_FAILED',
      summary: `${place}:v1 was set to ${digest} but reads back as ${other.digest}`,
    });
  });
});
