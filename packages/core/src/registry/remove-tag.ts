import { LandfallError } from '../errors/landfall-error.ts';
import { ecrHost } from '../image/ecr-host.ts';
import { nameOf } from '../image/image-reference.ts';
import type { Registry, RepositoryName } from '../world/registry.ts';
import type { World } from '../world/world.ts';

/**
 * Takes a tag off an image, if it still names that image. ECR deletes tags by its own API only, and an image with
 * its last tag. https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchDeleteImage.html
 * @throws PUSH_DENIED when the registry refuses, ACCESS_DENIED and the codes of ECR
 */
export async function removeTag(
  { aws, host }: World,
  registry: Registry,
  from: RepositoryName,
  tag: string,
  digest: string,
): Promise<'removed' | 'gone' | 'moved'> {
  const options = { signal: host.cancellation };
  const target = { ...from, reference: tag };
  const held = await registry.head(target, options);
  if (held === undefined) return 'gone';
  if (held.digest !== digest) return 'moved';
  const ecr = ecrHost(from.registry);
  if (ecr?.kind !== 'private') {
    await registry.deleteTag(target, options);
    return 'removed';
  }
  const { failures = [] } = await (await aws.ecr(ecr.region)).batchDeleteImage(
    {
      registryId: ecr.accountId,
      repositoryName: from.repository,
      // With the digest beside it, the request would be for the image, with all the tags that it has. A tag that
      // somebody moves between the look above and this is taken off the other image.
      imageIds: [{ imageTag: tag }],
    },
    options,
  );
  const [failure] = failures;
  if (failure && failure.failureCode !== 'ImageNotFound') {
    throw new LandfallError('PUSH_DENIED', {
      summary: `${nameOf(from)}:${tag} could not be removed: ${failure.failureReason ?? failure.failureCode}`,
      remedy:
        failure.failureCode === 'ImageReferencedByManifestList'
          ? 'An index in the source names this image, and the tag is its last: move the index, or leave the tag.'
          : 'Remove the tag by hand, or leave it: the target holds the image.',
      facts: { ...from, tag, failureCode: failure.failureCode },
    });
  }
  return 'removed';
}
