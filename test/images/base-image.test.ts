import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { buildPush } from '@landfall/core/operations/build-push';
import { runReported } from '@landfall/report/run-reported';
import { describeUnless, noImageTools } from '../runner/requirements.ts';
import { imageWorld, removeImages } from './image-world.ts';
import { loopbackRegistry } from './loopback-registry.ts';
import { tagDigest } from './oci-image.ts';

const commit = { sha: '0123456789abcdef0123456789abcdef01234567', committedAt: '2029-12-31T00:00:00Z' };

const run = async (inputs: Record<string, string>, Dockerfile: string) => {
  using world = imageWorld({ inputs, files: { Dockerfile }, commit });
  const result = await runReported(buildPush, world);
  expect(result.error).toBeUndefined();
  return { ...result, lines: world.host.lines };
};

describeUnless(noImageTools)('a base image, on a real engine', () => {
  test('is pinned by digest, and the image on it is built again once its tag has moved', async () => {
    await using registry = await loopbackRegistry();
    const team = `landfall-test/${randomBytes(6).toString('hex')}`;
    const base = { registry: registry.host, repository: `${team}/base`, tags: 'stable' };
    const web = {
      registry: registry.host,
      repository: `${team}/web`,
      tags: 'v1',
      'skip-if-exists': 'true',
      'base-image': `BASE=${registry.host}/${team}/base:stable`,
    };
    const onBase = 'ARG BASE\nFROM ${BASE}\nCOPY Dockerfile /\n';
    const buildBase = (mark: string) => run(base, `FROM scratch\nCOPY busybox /\nLABEL mark=${mark}\n`);

    const first = (await buildBase('one')).outputs.digest!;
    const one = await run(web, onBase);
    const pinned = (digest: string) => ({ BASE: `${registry.host}/${team}/base@${digest}` });
    expect(JSON.parse(one.outputs['base-images']!)).toEqual(pinned(first));
    expect(one.images[0]?.built).toBe(true);

    const again = await run(web, onBase);
    expect([again.images[0]?.built, again.outputs.digest]).toEqual([false, one.outputs.digest]);

    const second = (await buildBase('two')).outputs.digest!;
    const moved = await run(web, onBase);
    expect(JSON.parse(moved.outputs['base-images']!)).toEqual(pinned(second));
    expect(moved.images[0]?.built).toBe(true);
    expect(moved.lines).toContain(
      `notice: the base image BASE changed from ${first} to ${second}: building again`,
    );
    expect(moved.outputs.digest).not.toBe(one.outputs.digest);
    expect(await tagDigest(registry.host, `${team}/web`, 'v1')).toBe(moved.outputs.digest);
    removeImages(`${registry.host}/${team}/base:stable`, `${registry.host}/${team}/web:v1`);
  });
});
