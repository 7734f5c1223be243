import type { DescribeImagesResponse, GetAuthorizationTokenResponse } from '@aws-sdk/client-ecr';
import { expect, test } from '@jest/globals';
import { removeTag } from '@landfall/core/registry/promote/remove-tag';
import { startSandbox } from '@landfall/sandbox/sandbox';
import { awsWorld } from './aws-world.ts';
import { imageUser } from './image-user.ts';
import { imageType, putBlob, putManifest } from './oci-image.ts';

test('of an image in ECR the last tag goes with the image, and one of several stays', async () => {
  const sandbox = await startSandbox({ enforce: true });
  try {
    const repositoryName = 'staging';
    await sandbox.dispatch('ecr', 'CreateRepository', { repositoryName });
    const answer = await sandbox.dispatch('ecr', 'GetAuthorizationToken');
    const token = (answer as GetAuthorizationTokenResponse).authorizationData![0]!.authorizationToken!;
    const login = `Basic ${token}`;
    const config = await putBlob(sandbox.registry, repositoryName, Buffer.from('{}'), login);
    const content = {
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
      layers: [],
    };
    const put = (tag: string) =>
      putManifest(sandbox.registry, repositoryName, tag, imageType, content, login);
    const { digest } = await put('v1');
    await put('keep');

    const world = await awsWorld(sandbox, { principal: imageUser(sandbox) });
    const from = {
      registry: '123456789012.dkr.ecr.us-east-1.amazonaws.com',
      repository: repositoryName,
    };
    const remove = (tag: string) => removeTag(world, from, tag, digest);
    const images = async () => {
      const held = await sandbox.dispatch('ecr', 'DescribeImages', { repositoryName });
      return (held as DescribeImagesResponse).imageDetails!.map(({ imageTags }) => imageTags);
    };
    expect((await remove('v1')).kind).toBe('left');
    expect(await images()).toEqual([['v1', 'keep']]);
    await sandbox.dispatch('ecr', 'BatchDeleteImage', { repositoryName, imageIds: [{ imageTag: 'keep' }] });
    // Pushed again between the check of the tag and its removal.
    const api = await world.aws.ecr();
    const aws = {
      ...world.aws,
      ecr: async () => ({
        ...api,
        batchDeleteImage: async (...given: Parameters<typeof api.batchDeleteImage>) => {
          const newer = { ...content, annotations: { newer: 'yes' } };
          await putManifest(sandbox.registry, repositoryName, 'v1', imageType, newer, login);
          return api.batchDeleteImage(...given);
        },
      }),
    };
    expect(await removeTag({ ...world, aws }, from, 'v1', digest)).toEqual({
      kind: 'left',
      why: 'it was re-pushed in the meantime',
    });
    expect(await images()).toEqual([['v1'], undefined]);
    await put('v1');
    expect(await remove('v1')).toEqual({ kind: 'removed', others: [] });
    expect(await images()).toEqual([undefined]);
    expect(await remove('v1')).toEqual({ kind: 'gone' });
  } finally {
    await sandbox.close();
  }
});
