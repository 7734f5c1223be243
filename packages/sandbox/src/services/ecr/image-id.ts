import { AwsFault } from '../../api/aws-service.ts';
import { digestPattern } from '../../registry/storage/digest.ts';
import { findImage, type Repository, type StoredImage } from '../../registry/storage/repository.ts';

/** How a request names an image: by digest, by tag, or by both. */
export interface ImageId {
  readonly imageDigest?: string;
  readonly imageTag?: string;
}

const idText = ({ imageDigest, imageTag }: ImageId) =>
  `{imageDigest:'${imageDigest ?? 'null'}', imageTag:'${imageTag ?? 'null'}'}`;

export const imageMissing = (id: ImageId, repository: Repository) =>
  new AwsFault(
    'ImageNotFoundException',
    `The image with imageId ${idText(id)} does not exist within the repository with name '${repository.name}' in the registry with id '${repository.accountId}'`,
  );

/** The image that an id names: by digest, by tag, or by both when they agree. */
export function ofId(repository: Repository, id: ImageId): StoredImage | undefined {
  const image = findImage(repository, id.imageDigest ?? id.imageTag ?? '');
  if (id.imageDigest !== undefined && id.imageTag !== undefined) {
    return repository.tags.get(id.imageTag) === id.imageDigest ? image : undefined;
  }
  return image;
}

export function checkIds(ids: ImageId[]): ImageId[] {
  for (const id of ids) {
    if (id?.imageDigest === undefined && id?.imageTag === undefined) {
      throw new AwsFault(
        'InvalidParameterException',
        'Invalid request parameters: both tag and digest cannot be null',
      );
    }
  }
  return ids;
}

/** Why an id names nothing. The words on a tag of another image are those that LocalStack's tests of ECR expect. */
export function failureOf(repository: Repository, imageId: ImageId) {
  const failed = (failureCode: string, failureReason: string) => ({ imageId, failureCode, failureReason });
  if (imageId.imageDigest !== undefined && !digestPattern.test(imageId.imageDigest))
    return failed(
      'InvalidImageDigest',
      "Invalid request parameters: image digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'",
    );
  return imageId.imageDigest !== undefined && repository.tags.has(imageId.imageTag ?? '')
    ? failed(
        'ImageTagDoesNotMatchDigest',
        'Invalid request parameters: given tag does not map to the given digest',
      )
    : failed('ImageNotFound', 'Requested image not found');
}
