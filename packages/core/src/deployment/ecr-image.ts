import type { ImageIdentifier } from '@aws-sdk/client-ecr';
import { ecrHost } from '../image/ecr-host.ts';
import type { ImageReference } from '../image/image-reference.ts';
import { manifestTypes } from '../image/manifest-types.ts';
import { type Probe, probe } from '../reading/probe.ts';
import type { World } from '../world/world.ts';

/** An image as ECR holds it. */
export interface EcrImage {
  readonly digest: string;
  readonly manifest: string;
}

/** Undefined where the image is not in a private registry of ECR. */
export function readEcrImage(
  { registry = '', repository }: ImageReference,
  imageId: ImageIdentifier,
  world: World,
): Promise<Probe<EcrImage>> | undefined {
  const host = ecrHost(registry);
  if (host?.kind !== 'private') return undefined;
  return probe(async () => {
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
    const digest = images?.[0]?.imageId?.imageDigest;
    return digest === undefined ? undefined : { digest, manifest: images?.[0]?.imageManifest ?? '' };
  });
}

/** Of an image for several platforms ECS may tell the one that it took, which its index names. */
export const isOrNames = ({ digest, manifest }: EcrImage, told: string) =>
  told === digest || manifest.includes(`"${told}"`);
