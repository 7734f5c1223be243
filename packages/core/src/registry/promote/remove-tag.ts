import { isLandfallError, LandfallError } from '../../errors/landfall-error.ts';
import { ecrHost } from '../../image/reference/ecr-host.ts';
import { nameOf } from '../../image/reference/image-reference.ts';
import type { Ecr } from '../../world/aws.ts';
import type { RepositoryName } from '../../world/registry.ts';
import type { World } from '../../world/world.ts';

type TagRemoval =
  /** `others` are tags that went with the image although they were not seen on it right before. */
  | { readonly kind: 'removed'; readonly others: readonly string[] }
  /** It was no longer there. */
  | { readonly kind: 'gone' }
  /** It stays; `why` completes a sentence that begins with the tag "is left in place: ". */
  | { readonly kind: 'left'; readonly why: string };

const left = (why: string): TagRemoval => ({ kind: 'left', why });
const moved = left('it was re-pushed in the meantime');

/** What would be made of a tag. `removable` is what the registry deletes only if it still names that image. */
export async function judgeTag(
  { aws, host }: World,
  from: RepositoryName,
  tag: string,
  digest: string,
): Promise<TagRemoval | { readonly kind: 'removable'; readonly ecr: Ecr; readonly registryId: string }> {
  const where = ecrHost(from.registry);
  if (where?.kind !== 'private')
    return left(
      `only Amazon ECR checks on deletion that a tag still points to this image, and ${from.registry} might delete what was pushed in the meantime`,
    );
  const ecr = await aws.ecr(where.region);
  const { imageDetails } = await ecr
    .describeImages(
      { registryId: where.accountId, repositoryName: from.repository, imageIds: [{ imageTag: tag }] },
      { signal: host.cancellation },
    )
    .catch((thrown: unknown) => {
      if (isLandfallError(thrown) && thrown.facts.code === 'ImageNotFoundException')
        return { imageDetails: [] };
      throw thrown;
    });
  const [image] = imageDetails ?? [];
  if (!image) return { kind: 'gone' };
  if (image.imageDigest !== digest) return moved;
  const others = (image.imageTags ?? []).filter((one) => one !== tag);
  return others.length > 0
    ? left(
        `the image has other tags there (${others.slice(0, 5).join(', ')}${others.length > 5 ? ', …' : ''}), and with several tags Amazon ECR deletes one without checking that it still points to this image`,
      )
    : { kind: 'removable', ecr, registryId: where.accountId };
}

/**
 * Removes the last tag of an image in ECR, and with it the image, if the tag still names that image when ECR
 * deletes it. A tag that could only be deleted unconditionally is left: someone may have pushed a
 * newer image. With tag and digest in one request ECR refuses a pair that does not match, and otherwise
 * deletes the image with all the tags that it has.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchDeleteImage.html
 * @throws PUSH_DENIED when ECR refuses, ACCESS_DENIED and the other codes of ECR
 */
export async function removeTag(
  world: World,
  from: RepositoryName,
  tag: string,
  digest: string,
): Promise<TagRemoval> {
  const judged = await judgeTag(world, from, tag, digest);
  if (judged.kind !== 'removable') return judged;
  const { ecr, registryId } = judged;
  const { imageIds = [], failures = [] } = await ecr.batchDeleteImage(
    {
      registryId,
      repositoryName: from.repository,
      imageIds: [{ imageTag: tag, imageDigest: digest }],
    },
    { signal: world.host.cancellation },
  );
  const [failure] = failures;
  if (failure?.failureCode === 'ImageTagDoesNotMatchDigest') return moved;
  if (failure && failure.failureCode !== 'ImageNotFound') {
    throw new LandfallError('PUSH_DENIED', {
      summary: `${nameOf(from)}:${tag} could not be removed: ${failure.failureReason ?? failure.failureCode}`,
      remedy:
        failure.failureCode === 'ImageReferencedByManifestList'
          ? 'An index in the source references this image, and the tag is its last: move the index, or keep the tag.'
          : 'Remove the tag manually, or leave it: the target holds the image.',
      facts: { ...from, tag, failureCode: failure.failureCode },
    });
  }
  return {
    kind: 'removed',
    others: imageIds.flatMap(({ imageTag }) =>
      imageTag === undefined || imageTag === tag ? [] : [imageTag],
    ),
  };
}
