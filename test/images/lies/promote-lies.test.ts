/** `promote-image` with its own HTTP client, between an honest registry and one that lies. */
import { expect, test } from '@jest/globals';
import { promoteImage } from '@landfall/core/operations/promote-image';
import { fakeWorld } from '@landfall/core/testing/fake-world';
import { dockerRegistry } from '@landfall/registry/testing/docker-registry';
import { runReported } from '@landfall/report/run-reported';
import fc from 'fast-check';
import { propertyRuns, propertyTimeout } from '../../runner/property-runs.ts';
import { digestOf, imageType, indexType } from '../oci-image.ts';
import { audited, lacking } from './audit.ts';
import {
  type Lie,
  type LyingRegistry,
  lies,
  lyingRegistry,
  type RepositoryContent,
} from './lying-registry.ts';

const tags = ['v1', 'live'];

interface Scenario {
  readonly lies: readonly Lie[];
  /** Whether a lie is told at each occasion, in turn. */
  readonly told: readonly boolean[];
  readonly platforms: number;
  readonly signatures: number;
  /** What the target holds before, of manifests and blobs in turn. */
  readonly held: readonly boolean[];
  /** Within one registry blobs are mounted. */
  readonly within: boolean;
}

const scenarios: fc.Arbitrary<Scenario> = fc.record({
  lies: fc.subarray([...lies], { minLength: 1, maxLength: 3 }),
  told: fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
  platforms: fc.integer({ min: 1, max: 3 }),
  signatures: fc.integer({ min: 0, max: 2 }),
  held: fc.array(fc.boolean(), { minLength: 16, maxLength: 16 }),
  within: fc.boolean(),
});

function putImage(held: RepositoryContent, { platforms, signatures }: Scenario): string {
  const put = (type: string, content: object) => {
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: type, ...content }));
    held.manifests.set(digestOf(bytes), { type, bytes });
    return { mediaType: type, digest: digestOf(bytes), size: bytes.length };
  };
  const blob = (text: string) => {
    held.blobs.set(digestOf(text), Buffer.from(text));
    return { mediaType: 'application/octet-stream', digest: digestOf(text), size: text.length };
  };
  const image = (_: unknown, at: number) =>
    put(imageType, { config: blob(`config ${at}`), layers: [blob('shared'), blob(`layer ${at}`)] });
  const index = put(indexType, { manifests: Array.from({ length: platforms }, image) });
  for (let at = 0; at < signatures; at += 1)
    put(imageType, { config: blob('{}'), layers: [blob(`signature ${at}`)], subject: index });
  held.tags.set('v1', index.digest);
  return index.digest;
}

async function promote(from: LyingRegistry, to: LyingRegistry) {
  const inputs = { source: `${from.host}/web:v1`, target: `${to.host}/live`, tags: tags.join() };
  const world = fakeWorld({ inputs, registry: async () => dockerRegistry({ HOME: '/nonexistent' }) });
  return runReported(promoteImage, world);
}

/** @param audit checks a target as a green run left it; by then it tells the truth */
async function run(
  scenario: Scenario,
  audit: (target: LyingRegistry, source: RepositoryContent) => Promise<void> = async () => {},
): Promise<void> {
  let occasion = 0;
  // Not about the source: what is lost there is not lost by a promotion.
  const tells = (lie: Lie, name: string) => {
    if (name !== 'live' || !scenario.lies.includes(lie)) return false;
    occasion += 1;
    return scenario.told[occasion % scenario.told.length]!;
  };
  await using other = await lyingRegistry();
  await using target = await lyingRegistry(tells);
  const from = scenario.within ? target : other;
  const source = other.at('web');
  const digest = putImage(source, scenario);
  if (scenario.within)
    for (const member of ['manifests', 'blobs', 'tags'] as const)
      for (const [key, value] of source[member]) target.at('web')[member].set(key, value as never);
  const held = target.at('live');
  let at = 0;
  for (const member of ['manifests', 'blobs'] as const)
    for (const [key, value] of source[member])
      if (scenario.held[at++ % 16]) held[member].set(key, value as never);

  const image = { manifests: [...source.manifests.keys()], blobs: [...source.blobs.keys()], digest };
  const first = await promote(from, target);
  if (first.ok) {
    expect(lacking(target, held, image, tags)).toEqual([]);
    target.reform();
    return await audit(target, source);
  }
  expect(first.error).not.toMatchObject({ code: 'INTERNAL' });
  // What the lies have left behind does no harm.
  target.reform();
  const since = target.log.length;
  const again = await promote(other, target);
  expect(again.error).toBeUndefined();
  expect(lacking(target, held, image, tags, since)).toEqual([]);
  await audit(target, source);
}

test(
  'green means that the target holds all of it, whatever it says; and what was red is green when it is honest',
  async () => {
    await fc.assert(
      fc.asyncProperty(scenarios, (scenario) => run(scenario)),
      propertyRuns(100),
    );
  },
  propertyTimeout,
);

audited(
  'pulls by each tag all that was promoted in spite of lies',
  scenarios.filter((scenario) => !scenario.lies.some((lie) => lie.startsWith('somebody'))),
  (scenario, pulled) =>
    run({ ...scenario, signatures: 0 }, async (target, source) => {
      for (const tag of tags)
        expect(await pulled(`${target.host}/live:${tag}`)).toEqual(
          [...source.manifests.keys(), ...source.blobs.keys()].toSorted(),
        );
    }),
);
