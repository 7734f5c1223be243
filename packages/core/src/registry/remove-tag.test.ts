import { expect, test } from '@jest/globals';
import { fakeWorld } from '../testing/fake-world.ts';
import type { Registry } from '../world/registry.ts';
import { removeTag } from './remove-tag.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const from = { registry: '012345678901.dkr.ecr.eu-central-1.amazonaws.com', repository: 'team/web' };
const remove = async (held: string | undefined, failures: object[] = []) => {
  const world = fakeWorld({ aws: { ecr: { batchDeleteImage: async () => ({ failures }) as never } } });
  const head = async () => held && { mediaType: 'm', digest: held, size: 1 };
  return { world, end: removeTag(world, { head } as unknown as Registry, from, 'v1', digest) };
};

test('a tag of ECR is removed by its own API, in its own region, and by its name alone', async () => {
  const { world, end } = await remove(digest);
  expect(await end).toBe('removed');
  expect(world.requests).toEqual([
    {
      operation: 'ecr:BatchDeleteImage',
      region: 'eu-central-1',
      input: {
        registryId: '012345678901',
        repositoryName: 'team/web',
        imageIds: [{ imageTag: 'v1' }],
      },
    },
  ]);
});

test.each([
  ['is gone', undefined, 'gone'],
  ['names another image by now', `sha256:${'b'.repeat(64)}`, 'moved'],
])('a tag that %s is left alone', async (_, held, expected) => {
  const { world, end } = await remove(held);
  expect(await end).toBe(expected);
  expect(world.requests).toEqual([]);
});

test('a refusal of ECR is an error with its reason', async () => {
  const { end } = await remove(digest, [
    { failureCode: 'ImageReferencedByManifestList', failureReason: 'it is in an index' },
  ]);
  await expect(end).rejects.toMatchObject({
    code: 'PUSH_DENIED',
    summary: `${from.registry}/team/web:v1 could not be removed: it is in an index`,
    remedy:
      'An index in the source names this image, and the tag is its last: move the index, or leave the tag.',
  });
});
