import { expect, test } from '@jest/globals';
import { promoteImage } from '@landfall/core/operations/promote-image';
import { runReported } from '@landfall/report/run-reported';
import { describeUnless, noImageTools } from '../runner/requirements.ts';
import { imageWorld } from './image-world.ts';
import { loopbackRegistry } from './loopback-registry.ts';
import { imageType, indexType, putMultiPlatformImage, tagDigest } from './oci-image.ts';

const promote = async (inputs: Record<string, string>) => {
  using world = imageWorld({ inputs });
  return { ...(await runReported(promoteImage, world)), lines: world.host.lines };
};

describeUnless(noImageTools)('between real registries', () => {
  test('an index goes over with all its platforms and attestations, and keeps its digest', async () => {
    await using one = await loopbackRegistry();
    await using two = await loopbackRegistry();
    const digest = await putMultiPlatformImage(one.host, 'staging/web', 'v1', 3_000_000);
    const inputs = {
      source: `${one.host}/staging/web:v1`,
      target: `${two.host}/production/web`,
      // Named twice, it is set once.
      tags: 'v1,live,v1',
    };
    const { error, outputs, lines } = await promote(inputs);
    expect(error).toBeUndefined();
    const reference = `${two.host}/production/web`;
    expect(lines).toEqual([
      expect.stringMatching(/^info: blobs: \d copied \(300\d{4} bytes\), 0 mounted, 0 already there$/),
      `info: ${reference}:v1 is now ${digest}`,
      `info: ${reference}:live is now ${digest}`,
    ]);
    expect(outputs).toMatchObject({
      image: `${two.host}/production/web@${digest}`,
      digest,
      tags: `${two.host}/production/web:v1\n${two.host}/production/web:live`,
      repository: 'production/web',
    });
    // The layer that the platforms share went over once.
    expect(Number(outputs['bytes-moved'])).toBeGreaterThan(3_000_000);
    expect(Number(outputs['bytes-moved'])).toBeLessThan(3_010_000);
    expect(await tagDigest(two.host, 'production/web', 'live')).toBe(digest);

    const again = await promote(inputs);
    expect(again.outputs).toMatchObject({ digest, 'bytes-moved': '0' });
    expect(again.lines).toEqual([
      `info: ${reference} held ${digest} already`,
      `info: ${reference}:v1 was already ${digest}`,
      `info: ${reference}:live was already ${digest}`,
    ]);
  });

  test('within a registry every blob is mounted, and no byte moves', async () => {
    await using registry = await loopbackRegistry();
    const digest = await putMultiPlatformImage(registry.host, 'staging/web', 'v1');
    const { outputs } = await promote({
      source: `${registry.host}/staging/web@${digest}`,
      target: `${registry.host}/production/web:live`,
    });
    expect(outputs).toMatchObject({
      digest,
      'bytes-moved': '0',
      tags: `${registry.host}/production/web:live`,
    });
    expect(await tagDigest(registry.host, 'production/web', 'live')).toBe(digest);
  });

  test('a target that lost a platform, a layer or its tag has it again', async () => {
    await using one = await loopbackRegistry();
    await using two = await loopbackRegistry();
    const digest = await putMultiPlatformImage(one.host, 'web', 'v1');
    const inputs = { source: `${one.host}/web:v1`, target: `${two.host}/live` };
    await promote(inputs);
    const read = async (reference: string) => {
      const answer = await fetch(`http://${two.host}/v2/live/manifests/${reference}`, {
        headers: { accept: `${indexType}, ${imageType}` },
      });
      expect(answer.status).toBe(200);
      return answer.json();
    };
    const remove = async (path: string) => {
      const answer = await fetch(`http://${two.host}/v2/live/${path}`, { method: 'DELETE' });
      expect(answer.status).toBe(202);
    };
    const { manifests } = (await read(digest)) as { manifests: readonly { digest: string }[] };
    const platforms = manifests.map((one) => one.digest);
    const { layers } = (await read(platforms[0]!)) as { layers: readonly { digest: string }[] };
    await remove(`manifests/${platforms[1]}`);
    await remove(`blobs/${layers[1]!.digest}`);

    const again = await promote(inputs);
    expect(again.error).toBeUndefined();
    expect(again.lines[0]).toMatch(/^info: blobs: 1 copied \(100 bytes\), 0 mounted, \d already there$/);
    await read(platforms[1]!);
    const blob = await fetch(`http://${two.host}/v2/live/blobs/${layers[1]!.digest}`, { method: 'HEAD' });
    expect(blob.status).toBe(200);

    // With the manifest that it names a tag goes, too.
    await remove(`manifests/${digest}`);
    expect((await promote(inputs)).error).toBeUndefined();
    expect(await tagDigest(two.host, 'live', 'v1')).toBe(digest);
  });

  test('without a target the image gets further tags where it is', async () => {
    await using registry = await loopbackRegistry();
    const digest = await putMultiPlatformImage(registry.host, 'web', 'v1');
    const { outputs, lines } = await promote({ source: `${registry.host}/web:v1`, tags: 'live' });
    expect(lines).toEqual([`info: ${registry.host}/web:live is now ${digest}`]);
    expect(outputs.image).toBe(`${registry.host}/web@${digest}`);
    expect(await tagDigest(registry.host, 'web', 'live')).toBe(digest);
  });

  test('a dry run says what would go where and which tag would leave which image, and writes nothing', async () => {
    await using registry = await loopbackRegistry();
    const { host } = registry;
    const before = await putMultiPlatformImage(host, 'live', 'v1', 1000);
    const digest = await putMultiPlatformImage(host, 'staging/web', 'v2', 2000);
    const dry = async (inputs: Record<string, string>) => {
      using world = imageWorld({ inputs: { ...inputs, 'dry-run': 'true' } });
      const { error, outputs } = await runReported(promoteImage, world);
      expect(error).toBeUndefined();
      return { outputs, lines: world.host.lines };
    };
    expect(
      await dry({ source: `${host}/staging/web:v2`, target: `${host}/live`, tags: 'v1,v2', move: 'true' }),
    ).toEqual({
      outputs: { digest },
      lines: [
        `info: would copy ${digest} to ${host}/live`,
        `info: would set ${host}/live:v1 to ${digest}, instead of ${before}`,
        `info: would set ${host}/live:v2 to ${digest}, which is a new tag`,
        `info: would leave ${host}/staging/web:v2 in place: only Amazon ECR checks on deletion that a tag still points to this image, and ${host} might delete what was pushed in the meantime`,
      ],
    });
    expect(await tagDigest(host, 'live', 'v1')).toBe(before);
    expect(await tagDigest(host, 'live', 'v2')).toBeNull();
    expect((await dry({ source: `${host}/live:v1`, tags: 'v1' })).lines).toEqual([
      `info: ${host}/live holds ${before} already`,
      `info: ${host}/live:v1 is already ${before}`,
    ]);
  });

  test('a source that is not there is NOT_FOUND, and nothing is written', async () => {
    await using registry = await loopbackRegistry();
    await putMultiPlatformImage(registry.host, 'web', 'v1');
    const { error } = await promote({ source: `${registry.host}/web:v2`, target: `${registry.host}/live` });
    expect(error).toMatchObject({ code: 'NOT_FOUND', summary: `${registry.host}/web has no image v2` });
    expect(await tagDigest(registry.host, 'live', 'v2')).toBeNull();
  });
});

test.each([
  [{ source: 'web:1', tags: 'a' }, 'source must name its registry host (docker.io for Docker Hub)'],
  [{ source: 'r.example/web', tags: 'a' }, 'source must name a tag or a digest: "latest" is never assumed'],
  [
    { source: 'r.example/web:1', target: 'r.example/b:live', tags: 'v1,v2' },
    'tags does not have live, the tag of target: add it there, or remove it from target',
  ],
  [{ source: 'r.example/web:1' }, 'tags is required when there is no target: nothing would change'],
  [
    { source: 'r.example/web:1', target: `r.example/b@sha256:${'a'.repeat(64)}` },
    'target must not contain a digest: it is that of the source',
  ],
])('what cannot be meant is refused before anything is asked: %j', async (inputs, summary) => {
  expect((await promote(inputs as Record<string, string>)).error).toMatchObject({
    code: 'INPUT_INVALID',
    summary,
  });
});
