import { describe, expect, test } from '@jest/globals';
import { runReported } from '@landfall/report/run-reported';
import { LandfallError } from '../errors/landfall-error.ts';
import { type FakeAws, fakeWorld } from '../testing/fake-world.ts';
import {
  digestOf,
  type MemoryRegistries,
  type MemoryRepository,
  memoryRegistries,
} from '../testing/memory-registry.ts';
import type { Manifest, Registry, RegistryTarget } from '../world/registry.ts';
import { promoteImage } from './promote-image.ts';

test.each([
  ['docker.io/nginx:1.27', 'library/nginx'],
  ['docker.io/grafana/grafana:11.2.0', 'grafana/grafana'],
])('of Docker Hub %s is read as %s', async (source, repository) => {
  const asked: RegistryTarget[] = [];
  const registry = {
    manifest: async (target) => {
      asked.push(target);
      return undefined;
    },
  } as Partial<Registry> as Registry;
  const world = fakeWorld({
    inputs: { source, target: 'r.example/mirror' },
    registry: async () => registry,
  });
  const { error } = await runReported(promoteImage, world);
  const reference = source.split(':')[1]!;
  expect(asked).toEqual([{ registry: 'docker.io', repository, reference }]);
  expect(error).toMatchObject({
    code: 'NOT_FOUND',
    summary: `docker.io/${repository} has no image ${reference}`,
  });
});

const one = 'one.example/web';
const two = 'two.example/web';
const promote = async (
  registries: MemoryRegistries,
  inputs: Readonly<Record<string, string>>,
  ecr?: FakeAws['ecr'],
) => {
  const world = fakeWorld({
    inputs: { source: `${one}:v1`, target: two, ...inputs },
    registry: async () => registries,
    ...(ecr && { aws: { ecr } }),
  });
  const result = await runReported(promoteImage, world);
  return { ...result, lines: world.host.lines, requests: world.requests };
};
/** Two platforms under one tag. */
const putIndex = (registries: MemoryRegistries, name: string, tag: string) => {
  const platforms = ['amd64', 'arm64'].map((platform) =>
    registries.put(name, { blobs: [`config of ${platform}`, `layer of ${platform}`] }),
  );
  return { index: registries.put(name, { of: platforms }, tag), platforms };
};

describe('a target that holds the image in part', () => {
  test.each<[string, (target: MemoryRepository, platform: Manifest) => void, string]>([
    [
      'without one of its platforms',
      (target, { digest }) => target.manifests.delete(digest),
      'blobs: 0 copied (0 bytes), 0 mounted, 4 already there',
    ],
    [
      'without a layer',
      (target) => target.blobs.delete(digestOf('layer of arm64')),
      'blobs: 1 copied (14 bytes), 0 mounted, 3 already there',
    ],
  ])('%s is completed', async (_, remove, line) => {
    const registries = memoryRegistries();
    const { index, platforms } = putIndex(registries, one, 'v1');
    expect((await promote(registries, {})).error).toBeUndefined();
    const target = registries.at(two);
    remove(target, platforms[1]!);
    const { error, lines } = await promote(registries, {});
    expect(error).toBeUndefined();
    expect(lines).toEqual([`info: ${line}`, `info: ${two}:v1 was already ${index.digest}`]);
    expect(target).toEqual(registries.at(one));
  });

  test('is reported in a dry run', async () => {
    const registries = memoryRegistries();
    const { index, platforms } = putIndex(registries, one, 'v1');
    await promote(registries, {});
    registries.at(two).manifests.delete(platforms[1]!.digest);
    expect((await promote(registries, { 'dry-run': 'true' })).lines).toEqual([
      `info: would copy ${index.digest} to ${two}`,
      `info: ${two}:v1 is already ${index.digest}`,
    ]);
  });

  test('gets no further tag where it is the source as well', async () => {
    const registries = memoryRegistries();
    const { index } = putIndex(registries, one, 'v1');
    registries.at(one).blobs.delete(digestOf('layer of arm64'));
    const { error } = await promote(registries, { target: '', tags: 'live' });
    expect(error).toMatchObject({
      code: 'NOT_FOUND',
      summary: `${one} does not hold ${digestOf('layer of arm64')}, which ${index.digest} references`,
      remedy:
        'The repository holds only part of this image: promote it from where it is complete, or push it again.',
    });
    expect([...registries.at(one).tags.keys()]).toEqual(['v1']);
  });
});

test('a target that shows what it was given some seconds later is waited for', async () => {
  const registries = memoryRegistries();
  const { index } = putIndex(registries, one, 'v1');
  let reads = 0;
  const late: MemoryRegistries = {
    ...registries,
    manifest: async (name, options) => {
      if (name.registry !== 'two.example') return registries.manifest(name, options);
      reads += 1;
      return reads < 4 ? undefined : registries.manifest(name, options);
    },
  };
  const { error, outputs } = await promote(late, { referrers: 'false' });
  expect(error).toBeUndefined();
  expect(outputs.tags).toBe(`${two}:v1`);
  expect(registries.at(two).tags.get('v1')).toBe(index.digest);
});

test('a credential helper that hangs ends it with a code that its page lists', async () => {
  const registries = memoryRegistries();
  putIndex(registries, one, 'v1');
  const hanging = new LandfallError('DOCKER_TIMED_OUT', { summary: 'docker-credential-x get was ended' });
  const { error } = await promote({ ...registries, manifest: () => Promise.reject(hanging) }, {});
  expect(error?.code).toBe('DOCKER_TIMED_OUT');
  expect(promoteImage.errors).toContain(error?.code);
});

test('an image that is incomplete in the source is promoted if the target has the rest', async () => {
  const registries = memoryRegistries();
  const { platforms } = putIndex(registries, one, 'v1');
  await promote(registries, {});
  registries.at(one).manifests.delete(platforms[0]!.digest);
  expect((await promote(registries, { tags: 'live' })).error).toBeUndefined();
});

describe('content lost from the target before the end', () => {
  /** As soon as the tag `live` is put, something else goes. */
  const losing = (remove: (target: MemoryRepository) => void) => {
    const registries = memoryRegistries({
      before: (request, { at }) => {
        if (request === `putManifest ${two}:live`) remove(at(two));
      },
    });
    return { registries, ...putIndex(registries, one, 'v1') };
  };

  test('a tag that was put before it is PUSH_FAILED', async () => {
    const { registries, index } = losing((target) => target.tags.delete('v1'));
    const { error, outputs } = await promote(registries, { tags: 'v1,live', move: 'true' });
    expect(error).toMatchObject({
      code: 'PUSH_FAILED',
      summary: `${two}:v1 was set to ${index.digest} but reads back as missing`,
      remedy:
        'Something else moved or removed the tag at the same time: find out what, then run the step again.',
    });
    expect(outputs.moved).toBeUndefined();
    expect([...registries.at(one).tags.keys()]).toEqual(['v1']);
  });

  test('the tag of a signature is PUSH_FAILED', async () => {
    const signatureTag = (digest: string) => `${digest.replace(':', '-')}.sig`;
    const { registries, index } = losing(({ tags }) => tags.delete(signatureTag(index.digest)));
    const { digest } = registries.put(one, { blobs: ['config', 'signature'] }, signatureTag(index.digest));
    const { error } = await promote(registries, { tags: 'live' });
    expect(error).toMatchObject({
      code: 'PUSH_FAILED',
      summary: `${two}:${signatureTag(index.digest)} was set to ${digest} but reads back as missing`,
    });
  });

  test('a layer is PUSH_FAILED, and the source keeps its tag', async () => {
    const layer = digestOf('layer of amd64');
    const { registries, index } = losing((target) => target.blobs.delete(layer));
    const { error } = await promote(registries, { tags: 'live', move: 'true' });
    expect(error).toMatchObject({
      code: 'PUSH_FAILED',
      summary: `${two} accepted ${index.digest}, but does not hold ${layer} of it afterwards; the source is unchanged`,
      remedy: 'Find out what deletes from the target (a lifecycle or cleanup rule), then run the step again.',
    });
    expect([...registries.at(one).tags.keys()]).toEqual(['v1']);
  });
});

test.each([
  ['goes along where the source holds it', true],
  ['is left where it is otherwise', false],
])('a layer that is available elsewhere %s', async (_, held) => {
  const registries = memoryRegistries();
  const layer = { mediaType: 'l', digest: digestOf('windows'), size: 7, urls: ['https://x.example'] };
  registries.put(one, { blobs: ['config'], beside: { layers: [layer] } }, 'v1');
  if (held) registries.at(one).blobs.set(layer.digest, layer.size);
  expect((await promote(registries, {})).error).toBeUndefined();
  expect(registries.at(two).blobs.has(layer.digest)).toBe(held);
});

test('an index that names nothing is refused, and no tag is put', async () => {
  const registries = memoryRegistries();
  const { digest } = registries.put(one, { of: [] }, 'v1');
  const { error } = await promote(registries, {});
  expect(error).toMatchObject({
    code: 'RESPONSE_INVALID',
    summary: `${digest} in ${one} references nothing: neither platforms nor a configuration or layers`,
    remedy: 'Push the image again, and promote the new push.',
  });
  expect(registries.at(two).tags.size).toBe(0);
});

describe('a move', () => {
  const ecrHost = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
  const staging = `${ecrHost}/staging`;
  /** ECR's own API on a repository: an image goes with its last tag, and by digest with all of them. */
  const ecrOf = (registries: MemoryRegistries, between: (held: MemoryRepository) => void = () => {}) => {
    const held = registries.at(staging);
    const tagsOf = (digest: string) => [...held.tags].flatMap(([tag, is]) => (is === digest ? [tag] : []));
    return {
      async describeImages({ imageIds }) {
        const imageDigest = held.tags.get(imageIds![0]!.imageTag!);
        if (imageDigest !== undefined)
          return { imageDetails: [{ imageDigest, imageTags: tagsOf(imageDigest) }] };
        throw new LandfallError('NOT_FOUND', { summary: '', facts: { code: 'ImageNotFoundException' } });
      },
      async batchDeleteImage({ imageIds }) {
        between(held);
        const { imageTag = '', imageDigest = '' } = imageIds![0]!;
        if (held.tags.get(imageTag) !== imageDigest)
          return { failures: [{ failureCode: 'ImageTagDoesNotMatchDigest' }] };
        const gone = tagsOf(imageDigest);
        for (const tag of gone) held.tags.delete(tag);
        held.manifests.delete(imageDigest);
        return { imageIds: gone.map((tag) => ({ imageDigest, imageTag: tag })) };
      },
    } satisfies FakeAws['ecr'];
  };
  const moving = { source: `${staging}:v1`, move: 'true', referrers: 'false' };

  test('takes the last tag off an image in ECR, if it names that image when ECR deletes it', async () => {
    const registries = memoryRegistries();
    const { index } = putIndex(registries, staging, 'v1');
    const { error, outputs, lines, requests } = await promote(registries, moving, ecrOf(registries));
    expect(error).toBeUndefined();
    expect(outputs.moved).toBe('true');
    expect(lines.slice(1)).toEqual([
      `info: ${two}:v1 is now ${index.digest}`,
      `info: ${staging}:v1 was removed`,
      `notice: ${staging} no longer holds ${index.digest}, because it had no other tag: tasks that reference it there can no longer be started`,
    ]);
    const image = { registryId: '123456789012', repositoryName: 'staging' };
    expect(requests.map(({ operation, input }) => [operation, input])).toEqual([
      ['registry', undefined],
      ['ecr:DescribeImages', { ...image, imageIds: [{ imageTag: 'v1' }] }],
      ['ecr:BatchDeleteImage', { ...image, imageIds: [{ imageTag: 'v1', imageDigest: index.digest }] }],
    ]);
  });

  test('leaves the tag in place if reading what refers to the image is denied at the source', async () => {
    const registries = memoryRegistries();
    const { index } = putIndex(registries, staging, 'v1');
    const denied = new LandfallError('PUSH_DENIED', { summary: 'not for you' });
    const asked: MemoryRegistries = {
      ...registries,
      referrers: async (name, options) => {
        if (name.registry === ecrHost) throw denied;
        return registries.referrers(name, options);
      },
    };
    const { error, outputs, lines, requests } = await promote(
      asked,
      { ...moving, referrers: 'true' },
      ecrOf(registries),
    );
    expect(error).toBeUndefined();
    expect(outputs.moved).toBe('false');
    expect(lines.at(-1)).toBe(
      `warning: ${staging}:v1 is left in place: what refers to the image there, and is not copied, would be orphaned`,
    );
    expect(requests.map(({ operation }) => operation)).not.toContain('ecr:BatchDeleteImage');
    expect(registries.at(staging).tags.get('v1')).toBe(index.digest);
    expect(registries.at(two).tags.get('v1')).toBe(index.digest);
  });

  test('leaves a tag that was pushed again just before ECR deletes it', async () => {
    const registries = memoryRegistries();
    putIndex(registries, staging, 'v1');
    const newer = registries.put(staging, { blobs: ['newer'] });
    const ecr = ecrOf(registries, ({ tags }) => tags.set('v1', newer.digest));
    const { error, outputs, lines } = await promote(registries, moving, ecr);
    expect(error).toBeUndefined();
    expect(outputs.moved).toBe('false');
    expect(lines.at(-1)).toBe(`warning: ${staging}:v1 is left in place: it was re-pushed in the meantime`);
    expect(registries.at(staging).tags.get('v1')).toBe(newer.digest);
  });

  test('leaves one of several tags of an image', async () => {
    const registries = memoryRegistries();
    const { index } = putIndex(registries, staging, 'v1');
    registries.at(staging).tags.set('keep', index.digest);
    const { error, outputs, lines } = await promote(registries, moving, ecrOf(registries));
    expect(error).toBeUndefined();
    expect(outputs.moved).toBe('false');
    expect(lines.at(-1)).toBe(
      `warning: ${staging}:v1 is left in place: the image has other tags there (keep), and with several tags Amazon ECR deletes one without checking that it still points to this image`,
    );
    expect([...registries.at(staging).tags.keys()]).toEqual(['v1', 'keep']);
  });

  test('restores a tag that was added in the meantime and deleted with the image', async () => {
    const registries = memoryRegistries();
    const { index } = putIndex(registries, staging, 'v1');
    const ecr = ecrOf(registries, ({ tags }) => tags.set('late', index.digest));
    const { error, lines } = await promote(registries, moving, ecr);
    expect(error).toBeUndefined();
    expect(lines.at(-1)).toBe(
      `warning: ${staging}:late was added to the image in the meantime, was removed with it, and has been restored`,
    );
    expect([...registries.at(staging).tags]).toEqual([['late', index.digest]]);
  });

  test('between two names of one repository puts the image back, and is PUSH_FAILED', async () => {
    const registries = memoryRegistries({ aliases: { 'proxy.example': ecrHost } });
    const { index } = putIndex(registries, staging, 'v1');
    const target = 'proxy.example/staging';
    const { error } = await promote(registries, { ...moving, target }, ecrOf(registries));
    expect(error).toMatchObject({
      code: 'PUSH_FAILED',
      summary: `when ${staging}:v1 was removed, the image also disappeared from ${target}: both are the same repository. It has been restored`,
      remedy: 'Omit `move`: within a repository, an image only gets more tags.',
    });
    expect([...registries.at(staging).tags]).toEqual([['v1', index.digest]]);
    expect(registries.at(staging).manifests.has(index.digest)).toBe(true);
  });

  test.each([{}, { 'dry-run': 'true' }])('leaves the tag in place in any other registry %j', async (dry) => {
    const registries = memoryRegistries();
    putIndex(registries, one, 'v1');
    const { error, outputs, lines } = await promote(registries, { move: 'true', ...dry });
    expect(error).toBeUndefined();
    const why =
      'only Amazon ECR checks on deletion that a tag still points to this image, and one.example might delete what was pushed in the meantime';
    expect([outputs.moved, lines.at(-1)]).toEqual(
      'dry-run' in dry
        ? [undefined, `info: would leave ${one}:v1 in place: ${why}`]
        : ['false', `warning: ${one}:v1 is left in place: ${why}`],
    );
    expect([...registries.at(one).tags.keys()]).toEqual(['v1']);
  });
});

test.each([
  ['ghcr.io/o/web:1', 'ghcr.io:443/o/web'],
  ['docker.io/o/web:1', 'registry-1.docker.io/o/web'],
  ['index.docker.io/web:1', 'docker.io/library/web'],
  ['127.0.0.1:5000/web:1', 'localhost:5000/web'],
  ['public.ecr.aws/a/web:1', 'ecr-public.aws.com/a/web'],
  [
    '123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:1',
    '123456789012.dkr.ecr.eu-west-1.amazonaws.com:443/web',
  ],
])('a move from %s to %s would take the very tag away', async (source, target) => {
  expect((await promote(memoryRegistries(), { source, target, move: 'true' })).error).toMatchObject({
    code: 'INPUT_INVALID',
    summary: 'move would remove the very tag that the image is to get',
  });
});
