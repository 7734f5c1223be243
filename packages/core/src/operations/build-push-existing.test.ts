import { describe, expect, test } from '@jest/globals';
import {
  type BuildFixture,
  buildIn,
  digest,
  encoded,
  imageId,
  manifestOf,
  manifestWith,
  other,
  registry,
  tagsOf,
  warnings,
} from '../testing/build-fixture.ts';
import type { Manifest } from '../world/registry.ts';

const name = `${registry}/team/web`;
const notices = (lines: readonly string[]) => lines.filter((line) => line.startsWith('notice: '));
/** With `skip-if-exists`, where the tag of the commit names this. */
const kept = async (root: Manifest, fixture: BuildFixture = {}) => {
  const { world, result, held } = await buildIn({
    ...fixture,
    inputs: { 'skip-if-exists': 'true', ...fixture.inputs },
    held: { '0123456': root, [root.digest]: root, ...fixture.held },
  });
  return {
    built: result.images[0]?.built,
    result,
    held,
    notices: notices(world.host.lines),
    warnings: warnings(world),
  };
};

const config = (os: string, architecture: string) => ({ [imageId]: encoded({ os, architecture }) });
const [amd64, arm64, proof] = ['3', '4', '5'].map((one) => `sha256:${one.repeat(64)}`) as [
  string,
  string,
  string,
];
const index = (...entries: { digest: string; os?: string; architecture?: string }[]) =>
  manifestWith(
    {
      manifests: entries.map(({ digest: its, os = 'linux', architecture = 'amd64' }) => ({
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        digest: its,
        size: 1,
        platform: { os, architecture },
      })),
    },
    other,
  );
const children = { [amd64]: manifestOf(imageId, amd64), [arm64]: manifestOf(imageId, arm64) };
const whole = index({ digest: amd64 }, { digest: arm64, architecture: 'arm64' });

describe('skip-if-exists keeps an image that matches the build', () => {
  test.each<[string, Manifest, BuildFixture]>([
    [
      'of the one platform that is asked for',
      manifestOf(imageId),
      { blobs: config('linux', 'arm64'), inputs: { platforms: 'linux/arm64' } },
    ],
    ['of the engine’s own platform, where none is asked for', manifestOf(imageId), {}],
    [
      'of all platforms that are asked for',
      whole,
      { held: children, inputs: { platforms: 'linux/amd64,linux/arm64' } },
    ],
    [
      'with attestations',
      index({ digest: amd64 }, { digest: proof, os: 'unknown', architecture: 'unknown' }),
      { held: { ...children, [proof]: manifestOf(imageId, proof) }, inputs: { platforms: 'linux/amd64' } },
    ],
  ])('%s', async (_, root, fixture) => {
    const { built, result, notices: said } = await kept(root, fixture);
    expect([built, said]).toEqual([false, []]);
    expect(result.outputs).toMatchObject({ image: `${name}@${root.digest}`, verified: 'true' });
  });

  test.each<[string, Manifest, BuildFixture, string]>([
    [
      'of another platform than the one asked for',
      manifestOf(imageId),
      { blobs: config('linux', 'amd64'), inputs: { platforms: 'linux/arm64' } },
      'the existing image is for linux/amd64, not for linux/arm64',
    ],
    [
      'whose index lacks a platform that it names',
      whole,
      { held: { [amd64]: manifestOf(imageId, amd64) } },
      `the existing image is incomplete (${name} does not hold ${arm64}, which ${other} references)`,
    ],
    [
      'whose layers are gone',
      manifestOf(imageId),
      { held: { [`gone ${imageId}`]: manifestOf(imageId) } },
      `the existing image is incomplete (${name} does not hold ${imageId}, which ${digest} references)`,
    ],
    ['that is an empty index', index(), {}, 'what exists is not a runnable image'],
    [
      'that is a chart',
      manifestWith(
        { config: { mediaType: 'application/vnd.cncf.helm.config.v1+json', digest: imageId, size: 1 } },
        other,
      ),
      {},
      'what exists is not a runnable image',
    ],
    [
      'of a schema that is no longer in use',
      manifestWith({ schemaVersion: 1, fsLayers: [] }, other),
      {},
      `the existing image is incomplete (the manifest ${other} has a schema that is no longer supported)`,
    ],
  ])('and builds one again %s', async (_, root, fixture, why) => {
    const { built, notices: said } = await kept(root, fixture);
    expect([built, said]).toEqual([true, [`notice: ${why}: building again`]]);
  });

  test('and outputs no digest that the registry does not hold', async () => {
    const { built, result } = await kept(manifestOf(imageId, other), {
      onRead: (_, held) => held.delete(other),
    });
    expect(built).toBe(true);
    expect(result.outputs.digest).toBe(digest);
  });
});

describe('skip-if-exists with tags that move', () => {
  const inputs = { tags: 'latest\nsha\nstage' };

  test('a rerun for an older commit keeps its image, and sets them to it', async () => {
    const newer = manifestOf(imageId, other);
    const root = manifestOf(imageId);
    const { built, result, held } = await kept(root, { inputs, held: { latest: newer, stage: root } });
    expect(built).toBe(false);
    expect(result.outputs).toMatchObject({
      image: `${name}@${digest}`,
      tags: `${name}:latest\n${name}:0123456\n${name}:stage`,
      verified: 'true',
    });
    expect(tagsOf(held)).toEqual({ '0123456': digest, latest: digest, stage: digest });
    expect(result.ok).toBe(true);
  });

  test.each<[string, string | undefined, object]>([
    [
      'the tag of the commit is gone is PUSH_FAILED',
      undefined,
      {
        code: 'PUSH_FAILED',
        summary: `${name}:0123456 held ${digest}, and does not exist afterwards`,
      },
    ],
    [
      'the tag of the commit names another image is PUSH_FAILED',
      other,
      {
        code: 'PUSH_FAILED',
        summary: `${name}:0123456 held ${digest}, and points to ${other} afterwards`,
      },
    ],
  ])('when %s, after they were put on its image', async (_, named, error) => {
    const { result } = await kept(manifestOf(imageId), {
      inputs,
      held: { latest: manifestOf(imageId, other), stage: manifestOf(imageId, other) },
      onRead: (_reference, held) => {
        // Both point to it now, and something deletes or moves the tag that decided.
        if (held.get('stage')?.digest !== digest || held.get('latest')?.digest !== digest) return;
        if (named === undefined) held.delete('0123456');
        else held.set('0123456', manifestOf(imageId, named));
      },
    });
    expect(result.error).toMatchObject(error);
  });

  test('a tag that already pointed to the image and was re-pushed since causes a warning', async () => {
    const { result, warnings: said } = await kept(manifestOf(imageId), {
      inputs,
      held: { latest: manifestOf(imageId), stage: manifestOf(imageId, other) },
      onRead: (_reference, held) => {
        if (held.get('stage')?.digest === digest) held.set('latest', manifestOf(imageId, other));
      },
    });
    expect(result).toMatchObject({ ok: true, outputs: { verified: 'true' } });
    expect(said).toEqual([
      `warning: ${name}:latest now points to ${other}: another push moved it after it had pointed to ${digest}`,
    ]);
  });

  test.each([
    ['sha\n{{long-sha}}', 'one of the tags that name one image is missing', {}],
    [
      'latest\nstage',
      'no tag names one image, and they differ',
      { latest: manifestOf(imageId), stage: manifestOf(imageId, other) },
    ],
    [
      'latest\nghcr.io/team/web:{{sha}}',
      'one repository has none that names one image',
      { latest: manifestOf(imageId, other) },
    ],
  ])('%j is built: %s', async (tags, _, held) => {
    expect((await kept(manifestOf(imageId), { inputs: { tags }, held })).built).toBe(true);
  });
});
