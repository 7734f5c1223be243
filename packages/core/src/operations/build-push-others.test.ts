/** Others push and delete between any two requests of a push. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LandfallError } from '../errors/landfall-error.ts';
import {
  type BuildFixture,
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
/** The rules, and the tag that each makes. */
const made: Readonly<Record<string, string>> = {
  sha: '0123456',
  latest: 'latest',
  stage: 'stage',
  '{{branch}}': 'main',
};
const moving = ['latest', 'main'];
const [earlierId, foreignId] = ['6', '7'].map((one) => `sha256:${one.repeat(64)}`) as [string, string];
/** Another build of the same content, and an image of other content. */
const images = {
  earlier: manifestOf(earlierId, other),
  foreign: manifestOf(foreignId, `sha256:${'c'.repeat(64)}`),
};
const config = (created: string, command: string) => encoded({ created, config: { Cmd: [command] } });
const blobs = {
  [imageId]: config('2031', 'x'),
  [earlierId]: config('2030', 'x'),
  [foreignId]: config('2030', 'y'),
};

interface Event {
  /** Before which request to the registry. */
  readonly at: number;
  readonly act: 'delete tag' | 'move tag' | 'delete image' | 'delete blob';
  readonly tag: string;
}

const tag = fc.constantFrom(...Object.values(made));
const scenario = fc.record({
  rules: fc.uniqueArray(fc.constantFrom(...Object.keys(made)), { minLength: 1 }),
  held: fc.dictionary(tag, fc.constantFrom('earlier' as const, 'foreign' as const)),
  immutable: fc.uniqueArray(tag),
  skip: fc.boolean(),
  loads: fc.boolean(),
  events: fc.array(
    fc.record({
      at: fc.nat(14),
      act: fc.constantFrom('delete tag', 'move tag', 'delete image', 'delete blob'),
      tag,
    }) as fc.Arbitrary<Event>,
    { maxLength: 3 },
  ),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer S> ? S : never;

async function build({ rules, held, immutable, skip, loads, events }: Scenario, before?: RegistryContent) {
  const start: Record<string, (typeof images)['earlier']> = { bystander: images.foreign };
  for (const image of Object.values(images)) start[image.digest] = image;
  for (const [key, image] of Object.entries(held)) start[key] = images[image];
  // A separate builder has sent its image before any tag is put on it.
  if (!loads) start[digest] = manifestOf(imageId);
  let requests = 0;
  /** What the run was told of each tag when it last asked. */
  const told = new Map<string, string | undefined>();
  const happen = (store: RegistryContent) => {
    for (const event of events.filter(({ at }) => at === requests)) {
      if (event.act === 'delete tag') store.delete(event.tag);
      if (event.act === 'move tag') store.set(event.tag, images.foreign);
      if (event.act === 'delete image') store.delete(digest);
      if (event.act === 'delete blob') store.set(`gone ${imageId}`, images.foreign);
    }
    requests += 1;
  };
  const fixture: BuildFixture = {
    inputs: { tags: rules.join('\n'), 'skip-if-exists': String(skip) },
    commit: { sha: '0123456789abcdef0123456789abcdef01234567', branch: 'main' },
    held: before ? Object.fromEntries(before) : start,
    blobs,
    builder: { loads },
    ...(!loads && { docker: { build: async () => ({ builder: 'buildx', digest, imageId, metadata: {} }) } }),
    onPush: (pushed, store) => {
      happen(store);
      if (immutable.includes(pushed) && store.has(pushed))
        throw new LandfallError('TAG_IMMUTABLE', { summary: 'immutable' });
    },
    onRead: (reference, store) => {
      happen(store);
      told.set(reference, store.get(reference)?.digest);
    },
  };
  const run = await buildIn(fixture);
  return { ...run, told };
}

test('green means that every tag was last seen on the output image, or a warning names what it points to', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (drawn) => {
      const { result, told, held, world } = await build(drawn);
      expect(held.get('bystander')).toBe(images.foreign);
      expect(result.error?.code).not.toBe('INTERNAL');
      if (!result.ok) return;
      expect(result.outputs).toMatchObject({ verified: 'true', image: `${name}@${result.outputs.digest}` });
      expect(told.get(result.outputs.digest!)).toBe(result.outputs.digest);
      for (const reference of result.outputs.tags!.split('\n')) {
        const own = reference.slice(name.length + 1);
        if (told.get(own) === result.outputs.digest) continue;
        // Of several immutable tags each may keep a build of its own, and the others are on one of them.
        const several =
          drawn.immutable.filter((one) => drawn.rules.some((rule) => made[rule] === one)).length > 1;
        const kept = several && [digest, other].includes(told.get(own)!);
        const warned = warnings(world).some((line) =>
          line.startsWith(`warning: ${reference} now points to `),
        );
        expect([own, kept || (warned && (moving.includes(own) || own in drawn.held))]).toEqual([own, true]);
      }
    }),
    { numRuns: 1500 },
  );
});

test('without interference it is green unless an immutable tag holds other content, and a second run changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (drawn) => {
      const alone = { ...drawn, events: [] };
      const first = await build(alone);
      const own = drawn.rules.map((rule) => made[rule]!);
      const refused =
        own.some((one) => drawn.immutable.includes(one) && one in drawn.held) &&
        own.some((one) => drawn.held[one] === 'foreign');
      if (!first.result.ok) {
        expect([first.result.error?.code, refused]).toEqual(['TAG_IMMUTABLE', true]);
        return;
      }
      // Of several immutable tags each may keep a build of its own.
      if (own.filter((one) => drawn.immutable.includes(one)).length > 1) return;
      const again = await build(alone, first.held);
      expect(again.result.error).toBeUndefined();
      expect(again.result.outputs.digest).toBe(first.result.outputs.digest);
      expect(tagsOf(again.held)).toEqual(tagsOf(first.held));
    }),
    { numRuns: 500 },
  );
});
