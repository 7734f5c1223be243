/** `create-image-index` with its own HTTP client, and a registry that lies. */
import { expect, test } from '@jest/globals';
import { createImageIndex } from '@landfall/core/operations/create-image-index';
import { fakeWorld } from '@landfall/core/testing/fake-world';
import { dockerRegistry } from '@landfall/registry/testing/docker-registry';
import { runReported } from '@landfall/report/run-reported';
import fc from 'fast-check';
import { propertyRuns, propertyTimeout } from '../../runner/property-runs.ts';
import { digestOf, imageType, indexType } from '../oci-image.ts';
import { goneAfterwards } from './audit.ts';
import {
  type Lie,
  type LyingRegistry,
  lies,
  lyingRegistry,
  type RepositoryContent,
} from './lying-registry.ts';

const tags = ['v1', 'live'];
const platforms = ['amd64', 'arm64', 's390x'].map((architecture) => ({ architecture, os: 'linux' }));

interface Scenario {
  readonly lies: readonly Lie[];
  /** Whether a lie is told at each occasion, in turn. */
  readonly told: readonly boolean[];
  /** For each platform, whether it is pushed as an index with an attestation. */
  readonly attested: readonly boolean[];
  /** What the first tag names before. */
  readonly before: boolean;
}

const scenarios: fc.Arbitrary<Scenario> = fc.record({
  lies: fc.subarray([...lies], { minLength: 1, maxLength: 3 }),
  told: fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
  attested: fc.array(fc.boolean(), { minLength: 1, maxLength: 3 }),
  before: fc.boolean(),
});

/** What several runners have pushed: the digests that they tell, and what an index of them must list. */
function putImages(held: RepositoryContent, { attested }: Scenario) {
  const listed: string[] = [];
  const parts: string[] = [];
  const blob = (text: string) => {
    held.blobs.set(digestOf(text), Buffer.from(text));
    parts.push(digestOf(text));
    return { mediaType: 'application/octet-stream', digest: digestOf(text), size: text.length };
  };
  const put = (type: string, content: object) => {
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: type, ...content }));
    held.manifests.set(digestOf(bytes), { type, bytes });
    return { mediaType: type, digest: digestOf(bytes), size: bytes.length };
  };
  const digests = attested.map((isAttested, at) => {
    const platform = platforms[at];
    const image = put(imageType, { config: blob(JSON.stringify(platform)), layers: [blob(`layer ${at}`)] });
    listed.push(image.digest);
    if (!isAttested) return image.digest;
    const unknown = { os: 'unknown', architecture: 'unknown' };
    const proof = put(imageType, { config: blob(JSON.stringify(unknown)), layers: [blob(`proof ${at}`)] });
    listed.push(proof.digest);
    return put(indexType, {
      manifests: [
        { ...image, platform },
        { ...proof, platform: unknown },
      ],
    }).digest;
  });
  return { digests, listed, parts };
}

async function create(registry: LyingRegistry, digests: readonly string[]) {
  const inputs = { repository: `${registry.host}/web`, digests: digests.join(), tags: tags.join() };
  const world = fakeWorld({ inputs, registry: async () => dockerRegistry({ HOME: '/nonexistent' }) });
  return runReported(createImageIndex, world);
}

/** What is wrong with what the registry holds indeed. */
function problems(
  { log }: LyingRegistry,
  { manifests, blobs, tags: named }: RepositoryContent,
  { listed, parts }: ReturnType<typeof putImages>,
  digest: string | undefined,
  since = 0,
): readonly string[] {
  const lacks = [
    ...[...listed, `${digest}`].filter((one) => !manifests.has(one)),
    ...parts.filter((one) => !blobs.has(one)),
    ...tags.filter((tag) => named.get(tag) !== digest),
  ].filter((what) => !goneAfterwards(log.slice(since), what));
  const index = manifests.get(`${digest}`);
  if (index === undefined) return lacks;
  const content = JSON.parse(index.bytes.toString()) as { manifests: readonly { digest: string }[] };
  const lists = content.manifests.map((one) => one.digest).toSorted();
  return lists.join() === listed.toSorted().join() ? lacks : [...lacks, `lists ${lists.join(', ')}`];
}

async function run(scenario: Scenario): Promise<void> {
  let occasion = 0;
  await using registry = await lyingRegistry((lie) => {
    if (!scenario.lies.includes(lie)) return false;
    occasion += 1;
    return scenario.told[occasion % scenario.told.length] === true;
  });
  const held = registry.at('web');
  const images = putImages(held, scenario);
  if (scenario.before) held.tags.set('v1', images.digests[0]!);
  const first = await create(registry, images.digests);
  if (first.ok) return expect(problems(registry, held, images, first.outputs.digest)).toEqual([]);
  expect(first.error).not.toMatchObject({ code: 'INTERNAL' });
  // What others removed is pushed again; what the lies have left behind must not matter.
  registry.reform();
  putImages(held, scenario);
  const since = registry.log.length;
  const again = await create(registry, images.digests);
  expect(again.error).toBeUndefined();
  expect(problems(registry, held, images, again.outputs.digest, since)).toEqual([]);
}

test(
  'green means that every tag names an index of exactly the images given; and what was red is green when it is honest',
  async () => {
    await fc.assert(
      fc.asyncProperty(scenarios, (scenario) => run(scenario)),
      propertyRuns(100),
    );
  },
  propertyTimeout,
);
