import { expect, test } from '@jest/globals';
import { createImageIndex } from '@landfall/core/operations/create-image-index';
import { runReported } from '@landfall/report/run-reported';
import { describeUnless, noImageTools } from '../runner/requirements.ts';
import { imageWorld } from './image-world.ts';
import { loopbackRegistry } from './loopback-registry.ts';
import { indexType, putMultiPlatformImage, tagDigest } from './oci-image.ts';

describeUnless(noImageTools)('in a real registry', () => {
  test('an index of what another index lists is taken, and is the same the second time', async () => {
    await using registry = await loopbackRegistry();
    const { host } = registry;
    const digests = await putMultiPlatformImage(host, 'team/web', 'v1');
    const create = async () => {
      using world = imageWorld({
        inputs: {
          repository: `${host}/team/web`,
          digests,
          platforms: 'linux/amd64,linux/arm64',
          tags: `live\n${host}/team/web:v2`,
          annotations: 'org.opencontainers.image.title=web',
        },
      });
      return { ...(await runReported(createImageIndex, world)), lines: world.host.lines };
    };
    const { error, outputs } = await create();
    expect(error).toBeUndefined();
    expect(outputs.tags).toBe(`${host}/team/web:live\n${host}/team/web:v2`);
    const answer = await fetch(`http://${host}/v2/team/web/manifests/${outputs.digest}`, {
      headers: { accept: indexType },
    });
    expect(await answer.json()).toMatchObject({
      mediaType: indexType,
      annotations: { 'org.opencontainers.image.title': 'web' },
      manifests: [
        { platform: { architecture: 'amd64' } },
        { platform: { architecture: 'arm64' } },
        { platform: { architecture: 'unknown' } },
      ],
    });
    for (const tag of ['live', 'v2']) expect(await tagDigest(host, 'team/web', tag)).toBe(outputs.digest);
    expect((await create()).lines).toEqual(
      ['live', 'v2'].map((tag) => `info: ${host}/team/web:${tag} was already ${outputs.digest}`),
    );
  });
});
