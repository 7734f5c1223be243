import type { Image, ImageIdentifier } from '@aws-sdk/client-ecr';
import { ecrHost } from '../../image/reference/ecr-host.ts';
import type { ImageReference } from '../../image/reference/image-reference.ts';
import { manifestTypes } from '../../image/reference/manifest-types.ts';
import type { World } from '../../world/world.ts';

/**
 * The question for an image by ECR's API, which needs no login of Docker; it answers undefined when there is none.
 * Undefined itself where the image is not in a private registry of ECR.
 */
export function askEcr(
  { registry = '', repository }: ImageReference,
  imageId: ImageIdentifier,
  world: World,
): (() => Promise<Image | undefined>) | undefined {
  const host = ecrHost(registry);
  if (host?.kind !== 'private') return undefined;
  return async () => {
    const ecr = await world.aws.ecr(host.region);
    const { images } = await ecr.batchGetImage(
      {
        registryId: host.accountId,
        repositoryName: repository,
        imageIds: [imageId],
        acceptedMediaTypes: manifestTypes,
      },
      { signal: world.host.cancellation },
    );
    return images?.[0];
  };
}
