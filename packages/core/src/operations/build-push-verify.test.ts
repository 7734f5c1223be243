import { describe, expect, test } from '@jest/globals';
import { LandfallError } from '../errors/landfall-error.ts';
import {
  buildIn,
  digest,
  encoded,
  imageId,
  manifestOf,
  other,
  type RegistryContent,
  registry,
  tagsOf,
  warnings,
} from '../testing/build-fixture.ts';

const name = `${registry}/team/web`;
const theirs = manifestOf(`sha256:${'7'.repeat(64)}`, other);
const earlier = manifestOf(`sha256:${'8'.repeat(64)}`, `sha256:${'c'.repeat(64)}`);

/** Once every tag is pushed, and before any is read back. */
const afterLast =
  (last: string, change: (held: RegistryContent) => void) => (tag: string, held: RegistryContent) => {
    if (tag === last) change(held);
  };

describe('every tag is read back after the last push', () => {
  const remedy =
    'Find out what else moves or deletes this tag (another job, a lifecycle or cleanup rule), then run the step again.';

  test.each<[string, string, Parameters<typeof buildIn>[0], string]>([
    [
      'that the registry took and did not keep',
      'sha',
      { afterPush: afterLast('0123456', (held) => held.delete('0123456')) },
      `${name}:0123456 was pushed as ${digest}, and does not exist afterwards`,
    ],
    [
      'that another deleted while the next was pushed',
      'sha\nlatest',
      { afterPush: afterLast('latest', (held) => held.delete('0123456')) },
      `${name}:0123456 was pushed as ${digest}, and does not exist afterwards`,
    ],
    [
      'of one image alone that another push put on another',
      'sha',
      { afterPush: afterLast('0123456', (held) => held.set('0123456', theirs)) },
      `${name}:0123456 was pushed as ${digest}, and points to ${other} afterwards`,
    ],
    [
      'that was new and that another push put on another image',
      'stage',
      { afterPush: afterLast('stage', (held) => held.set('stage', theirs)) },
      `${name}:stage was pushed as ${digest}, and points to ${other} afterwards`,
    ],
    [
      'that moves and still names what it named before',
      'sha\nlatest',
      { held: { latest: theirs }, afterPush: afterLast('latest', (held) => held.set('latest', theirs)) },
      `${name}:latest was pushed as ${digest}, and points to ${other} afterwards`,
    ],
  ])('a tag %s is an error', async (_, tags, fixture, summary) => {
    const { result } = await buildIn({ ...fixture, inputs: { tags } });
    expect(result.error).toMatchObject({ code: 'PUSH_FAILED', summary, remedy });
    expect([result.outputs.image, result.outputs.verified]).toEqual([undefined, undefined]);
  });

  test.each(['latest', 'stage'])(
    'a tag %s that moves and that another push has moved since is a warning',
    async (tag) => {
      const { world, result } = await buildIn({
        inputs: { tags: `sha\n${tag}` },
        held: { [tag]: earlier },
        afterPush: afterLast(tag, (held) => held.set(tag, theirs)),
      });
      expect(result.error).toBeUndefined();
      expect(result.outputs).toMatchObject({ image: `${name}@${digest}`, verified: 'true' });
      expect(warnings(world)).toEqual([
        `warning: ${name}:${tag} now points to ${other}: another push moved it after this one had set it to ${digest}`,
      ]);
    },
  );

  test.each<[string, (held: RegistryContent) => void, string]>([
    ['its manifest', (held) => held.delete(digest), `${name} has no image ${digest}`],
    [
      'its configuration',
      (held) => held.set(`gone ${imageId}`, theirs),
      `${name} does not hold ${imageId}, which ${digest} references`,
    ],
  ])(
    'an image that lacks %s is an error, though another push has moved its tag since',
    async (_, change, lacks) => {
      const { result } = await buildIn({
        inputs: { tags: 'latest' },
        afterPush: afterLast('latest', (held) => change(held.set('latest', theirs))),
      });
      expect(result.error).toMatchObject({
        code: 'PUSH_FAILED',
        summary: `${name}@${digest} was pushed but is incomplete afterwards: ${lacks}`,
        remedy:
          'Find out what deletes from the repository (a lifecycle or cleanup rule), then run the step again.',
      });
    },
  );

  test('a stale read after the push is repeated', async () => {
    let reads = 0;
    const { world, result } = await buildIn({
      afterPush: afterLast('0123456', (held) => held.delete('0123456')),
      onRead: (_, held) => {
        reads += 1;
        if (reads === 4) held.set('0123456', manifestOf(imageId));
      },
    });
    expect(result.error).toBeUndefined();
    expect(world.clock.elapsed()).toBe(3000);
  });

  test.each([
    ['PUSH_DENIED', {}],
    ['ENDPOINT_UNREACHABLE', {}],
    ['PUSH_FAILED', { status: 429 }],
  ] as const)(
    'a registry that cannot be read (%s %j) is reported in an output and a warning',
    async (code, facts) => {
      const { world, result } = await buildIn({
        inputs: { tags: 'sha\nlatest' },
        onRead: () => {
          throw new LandfallError(code, { summary: `no answer: ${code}`, facts });
        },
      });
      expect(result.error).toBeUndefined();
      expect(result.outputs).toMatchObject({ image: `${name}@${digest}`, verified: 'false' });
      expect(warnings(world)).toEqual([
        `warning: not verified: ${name} could not be read after the push, so only the push itself confirms that it holds the image: no answer: ${code}`,
      ]);
    },
  );
});

test('a registry that cannot be read and tags that the engine pushed as different images are an error', async () => {
  const { result } = await buildIn({
    inputs: { tags: 'sha\nlatest' },
    docker: { push: async ({ reference }) => ({ digest: reference.endsWith('latest') ? other : digest }) },
    onRead: () => {
      throw new LandfallError('PUSH_DENIED', { summary: 'no' });
    },
  });
  expect(result.error).toMatchObject({
    code: 'PUSH_FAILED',
    summary: `the tags of ${name} were pushed as different images: ${digest}, ${other}`,
  });
});

describe('an immutable tag together with one that moves', () => {
  const configOf = (created: string, command: string) =>
    encoded({ created, rootfs: { diff_ids: ['sha256:1'] }, config: { Cmd: [command] } });
  const theirId = `sha256:${'9'.repeat(64)}`;
  const held = manifestOf(theirId, other);
  const again = (tags: string, command = 'x') =>
    buildIn({
      inputs: { tags },
      held: { '0123456': held, latest: held, [other]: held },
      blobs: { [imageId]: configOf('2031', 'x'), [theirId]: configOf('2030', command) },
      onPush: (tag) => {
        if (tag === '0123456')
          throw new LandfallError('TAG_IMMUTABLE', { summary: 'immutable', facts: { transient: false } });
      },
    });

  test.each(['sha\nlatest', 'latest\nsha', 'stage\nsha'])(
    'a run again that builds other bytes of the same content leaves all on the build that is there: %j',
    async (tags) => {
      const { held: store, result } = await again(tags);
      expect(result.error).toBeUndefined();
      expect(result.outputs).toMatchObject({
        image: `${name}@${other}`,
        tags: tags
          .split('\n')
          .map((tag) => `${name}:${tag.replace('sha', '0123456')}`)
          .join('\n'),
        verified: 'true',
      });
      expect(new Set(Object.values(tagsOf(store)))).toEqual(new Set([other]));
    },
  );

  test('an engine that knows its images by their manifests compares by the configuration that the builder tells', async () => {
    const { held: store, result } = await buildIn({
      held: { '0123456': held, [other]: held },
      blobs: { [imageId]: configOf('2031', 'x'), [theirId]: configOf('2030', 'x') },
      docker: {
        build: async () => ({
          builder: 'buildx',
          imageId: digest,
          metadata: { 'containerimage.config.digest': imageId },
        }),
      },
      onPush: () => {
        throw new LandfallError('TAG_IMMUTABLE', { summary: 'immutable' });
      },
    });
    expect(result.error).toBeUndefined();
    expect(tagsOf(store)).toEqual({ '0123456': other });
  });

  test('a run that built different content moves no tag', async () => {
    const { held: store, result } = await again('latest\nsha', 'y');
    expect(result.error).toMatchObject({
      code: 'TAG_IMMUTABLE',
      details: [`${name}:0123456: failed`, `${name}:latest: not tried`],
    });
    expect(tagsOf(store)).toEqual({ '0123456': other, latest: other });
  });

  test('a written tag that was pushed before it is put on the build that is there, too', async () => {
    const { held: store, result } = await buildIn({
      inputs: { tags: 'stage\nv1' },
      held: { v1: held, [other]: held },
      blobs: { [imageId]: configOf('2031', 'x'), [theirId]: configOf('2030', 'x') },
      onPush: (tag) => {
        if (tag === 'v1') throw new LandfallError('TAG_IMMUTABLE', { summary: 'immutable' });
      },
    });
    expect(result.error).toBeUndefined();
    expect(tagsOf(store)).toEqual({ stage: other, v1: other });
  });
});

test('a push that is cut off may have arrived anyway, and the error says so', async () => {
  const { result } = await buildIn({
    inputs: { tags: 'sha\nlatest' },
    onPush: (tag) => {
      if (tag === 'latest') throw new LandfallError('CANCELLED', { summary: 'docker was cancelled' });
    },
  });
  expect(result.error).toMatchObject({
    code: 'CANCELLED',
    details: [`${name}:0123456: pushed as ${digest}`, `${name}:latest: cut off, and may have arrived`],
  });
});
