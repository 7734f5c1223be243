import { expect, test } from '@jest/globals';
import { fakeWorld } from '../../testing/fake-world.ts';
import { removeTag } from './remove-tag.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const from = { registry: '012345678901.dkr.ecr.eu-central-1.amazonaws.com', repository: 'team/web' };
const remove = async (failures: object[] = []) => {
  const world = fakeWorld({
    aws: {
      ecr: {
        describeImages: async () => ({ imageDetails: [{ imageDigest: digest, imageTags: ['v1'] }] }),
        batchDeleteImage: async () => ({ failures }) as never,
      },
    },
  });
  return { world, end: removeTag(world, from, 'v1', digest) };
};

test('a tag of ECR is asked about and removed in its own region', async () => {
  const { world, end } = await remove();
  expect(await end).toEqual({ kind: 'removed', others: [] });
  expect(world.requests.map(({ operation, region }) => [operation, region])).toEqual([
    ['ecr:DescribeImages', 'eu-central-1'],
    ['ecr:BatchDeleteImage', 'eu-central-1'],
  ]);
});

test('a tag that a repeated request finds gone is removed', async () => {
  const { end } = await remove([{ failureCode: 'ImageNotFound' }]);
  expect(await end).toEqual({ kind: 'removed', others: [] });
});

test('a refusal of ECR is an error with its reason', async () => {
  const { end } = await remove([
    { failureCode: 'ImageReferencedByManifestList', failureReason: 'it is in an index' },
  ]);
  await expect(end).rejects.toMatchObject({
    code: 'PUSH_DENIED',
    summary: `${from.registry}/team/web:v1 could not be removed: it is in an index`,
    remedy:
      'An index in the source references this image, and the tag is its last: move the index, or keep the tag.',
  });
});
