import { test } from '@jest/globals';
import { runReported } from '@landfall/report/run-reported';
import fc from 'fast-check';
import { LandfallError } from '../../errors/landfall-error.ts';
import { promoteImage } from '../../operations/promote-image.ts';
import { type FakeAws, fakeWorld } from '../../testing/fake-world.ts';
import {
  type MemoryRegistries,
  type MemoryRepository,
  memoryRegistries,
} from '../../testing/memory-registry.ts';

const source = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/staging';
const target = 'two.example/live';
const tags = ['v1', 'live'];

/** Something that someone else does right before a request of the run. */
interface Act {
  readonly at: number;
  readonly kind: 'remove manifest' | 'remove blob' | 'remove tag' | 'move tag';
  readonly where: 'source' | 'target';
  readonly which: number;
}
interface Scenario {
  /** The layers of each platform, by number; without platforms it is an image of its own. */
  readonly platforms: readonly (readonly number[])[];
  readonly index: boolean;
  /** What the target holds before, of manifests and blobs in turn. */
  readonly held: readonly boolean[];
  readonly otherTag: boolean;
  readonly move: boolean;
  readonly acts: readonly Act[];
  /** The request before which the first run ends. */
  readonly killedAt: number | undefined;
}

const scenarios: fc.Arbitrary<Scenario> = fc.record({
  platforms: fc.array(fc.array(fc.nat(3), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }),
  index: fc.boolean(),
  held: fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
  otherTag: fc.boolean(),
  move: fc.boolean(),
  acts: fc.array(
    fc.record({
      at: fc.nat(70),
      kind: fc.constantFrom('remove manifest', 'remove blob', 'remove tag', 'move tag'),
      where: fc.constantFrom('source', 'target'),
      which: fc.nat(11),
    }),
    { maxLength: 2 },
  ),
  killedAt: fc.option(fc.nat(70), { nil: undefined }),
});

const nth = <T>(items: Iterable<T>, which: number) => {
  const all = [...items];
  return all.length === 0 ? undefined : all[which % all.length];
};

/** ECR's API on the source: an image goes with its last tag, a pair of tag and digest that does not match stays. */
const ecrOf = (held: MemoryRepository, asked: (request: string) => void) => {
  const tagsOf = (digest: string) => [...held.tags].flatMap(([tag, is]) => (is === digest ? [tag] : []));
  return {
    async describeImages({ imageIds }) {
      asked('ecr:DescribeImages');
      const imageDigest = held.tags.get(imageIds![0]!.imageTag!);
      if (imageDigest !== undefined)
        return { imageDetails: [{ imageDigest, imageTags: tagsOf(imageDigest) }] };
      throw new LandfallError('NOT_FOUND', { summary: '', facts: { code: 'ImageNotFoundException' } });
    },
    async batchDeleteImage({ imageIds }) {
      asked('ecr:BatchDeleteImage');
      const { imageTag = '', imageDigest = held.tags.get(imageTag) ?? '' } = imageIds![0]!;
      if (held.tags.get(imageTag) !== imageDigest) {
        const failureCode = held.tags.has(imageTag) ? 'ImageTagDoesNotMatchDigest' : 'ImageNotFound';
        return { failures: [{ failureCode }] };
      }
      const gone = tagsOf(imageDigest);
      for (const tag of gone) held.tags.delete(tag);
      held.manifests.delete(imageDigest);
      return { imageIds: gone.map((tag) => ({ imageDigest, imageTag: tag })) };
    },
  } satisfies FakeAws['ecr'];
};

async function checkScenario({
  platforms,
  index,
  held,
  otherTag,
  move,
  acts,
  killedAt,
}: Scenario): Promise<string | undefined> {
  const log: string[] = [];
  /** Of the first run, until it is killed. */
  let killed = killedAt === undefined;
  /** What the others did, `target tag v1`, and when: the length of the log. */
  const done = new Map<string, number>();
  const left = [...acts];
  const before = (request: string) => {
    log.push(request);
    for (const act of left.filter(({ at }) => at === log.length)) {
      left.splice(left.indexOf(act), 1);
      const name = act.where === 'source' ? source : target;
      const repository = registries.at(name);
      const members = { manifest: repository.manifests, blob: repository.blobs, tag: repository.tags };
      const what = act.kind.split(' ')[1] as keyof typeof members;
      const member = nth<string>(members[what].keys(), act.which);
      if (member === undefined) continue;
      done.set(`${name}${what === 'tag' ? ':' : '@'}${member}`, log.length);
      if (act.kind === 'move tag') repository.tags.set(member, newer.digest);
      else members[what].delete(member);
    }
    if (!killed && log.length === killedAt) {
      killed = true;
      throw new LandfallError('CANCELLED', { summary: 'killed' });
    }
  };
  const registries: MemoryRegistries = memoryRegistries({ before });
  const images = platforms.map((layers, at) =>
    registries.put(source, { blobs: [`config ${at}`, ...layers.map((one) => `layer ${one}`)] }),
  );
  const root = index ? registries.put(source, { of: images }) : images[0]!;
  registries.at(source).tags.set('v1', root.digest);
  const theirs = registries.put(target, { blobs: ['theirs'] }, 'theirs');
  const newer = registries.put('elsewhere.example/x', { blobs: ['newer'] });
  if (otherTag) registries.at(source).tags.set('keep', root.digest);
  const wanted = {
    manifests: index ? [...images, root] : [root],
    blobs: [...registries.at(source).blobs].filter(([digest]) =>
      (index ? images : [root]).some(({ bytes }) => new TextDecoder().decode(bytes).includes(digest)),
    ),
  };
  const parts = [...wanted.manifests.map(({ digest }) => digest), ...wanted.blobs.map(([digest]) => digest)];
  for (const [at, manifest] of wanted.manifests.entries())
    if (held[at]) registries.at(target).manifests.set(manifest.digest, manifest);
  for (const [at, [digest, size]] of wanted.blobs.entries())
    if (held[at + wanted.manifests.length]) registries.at(target).blobs.set(digest, size);
  // What is in both from the start, as others left it.
  const sourceBefore = new Map(registries.at(source).tags);

  const run = () =>
    runReported(
      promoteImage,
      fakeWorld({
        inputs: { source: `${source}:v1`, target, tags: tags.join(), move: String(move), referrers: 'false' },
        registry: async () => registries,
        aws: { ecr: ecrOf(registries.at(source), before) },
      }),
    );
  let result = await run();
  let from = 0;
  const first = result;
  if (!result.ok && result.error?.code === 'CANCELLED') {
    from = log.length;
    result = await run();
  }
  const { error, outputs } = result;
  if (error && !['NOT_FOUND', 'PUSH_FAILED'].includes(error.code))
    return `ended ${error.code}: ${error.summary}`;
  const removed = !registries.at(source).tags.has('v1');
  if (error && done.size === 0 && !(removed && first.error?.code === 'CANCELLED'))
    return `red although nobody else did anything: ${error.summary}`;

  // Whatever the end: nothing of others is lost.
  if (registries.at(target).tags.get('theirs') !== theirs.digest && !done.has(`${target}:theirs`))
    return 'a tag of others in the target is lost';
  for (const [tag, digest] of sourceBefore) {
    if (done.has(`${source}:${tag}`)) continue;
    const now = registries.at(source).tags.get(tag);
    if (now !== digest && !(move && tag === 'v1' && now === undefined))
      return `${tag} of the source is ${now}`;
  }
  if (done.has(`${source}:v1`) && acts.some(({ kind, where }) => kind === 'move tag' && where === 'source')) {
    const now = registries.at(source).tags.get('v1');
    if (now === undefined && !acts.some(({ kind }) => kind === 'remove tag'))
      return 'a newer image lost its tag';
  }
  if (error) return undefined;

  // Green: all of it is there, or was when it was read after the last write.
  if (outputs.digest !== root.digest && !done.has(`${source}:v1`)) return `promoted ${outputs.digest}`;
  if (outputs.digest !== root.digest) return undefined;
  const own = log.slice(from);
  const lastWrite = own.findLastIndex((request) => /^(?:putManifest|copyBlob) two/.test(request));
  const seen = (name: string) => {
    const read = own.findLastIndex(
      (request) => request === `manifest ${name}` || request === `hasBlob ${name}`,
    );
    if (read <= lastWrite) return `${name} was not read after the last write`;
    const lost = done.get(name);
    return lost === undefined || lost <= from + read + 1 ? `${name} is not there` : undefined;
  };
  const { manifests, blobs, tags: now } = registries.at(target);
  for (const part of parts) {
    if (manifests.has(part) || blobs.has(part)) continue;
    const wrong = seen(`${target}@${part}`);
    if (wrong) return wrong;
  }
  for (const tag of tags) {
    if (now.get(tag) === root.digest) continue;
    const wrong = seen(`${target}:${tag}`);
    if (wrong) return wrong;
  }
  return undefined;
}

test('green means that the target holds all of it, no matter who acts in between, and nothing of others is lost', async () => {
  await fc.assert(
    fc.asyncProperty(scenarios, async (scenario) => {
      const wrong = await checkScenario(scenario);
      if (wrong !== undefined) throw new Error(wrong);
    }),
    { numRuns: 500 },
  );
});
