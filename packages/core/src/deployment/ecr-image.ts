import type { ImageIdentifier } from '@aws-sdk/client-ecr';
import type { ImageReference } from '../image/image-reference.ts';
import { type Probe, probe } from '../reading/probe.ts';
import { askEcr } from '../registry/ecr-image.ts';
import type { World } from '../world/world.ts';

/** An image as ECR holds it. */
export interface EcrImage {
  readonly digest: string;
  readonly manifest: string;
}

/** Undefined where the image is not in a private registry of ECR. */
export function readEcrImage(
  reference: ImageReference,
  imageId: ImageIdentifier,
  world: World,
): Promise<Probe<EcrImage>> | undefined {
  const ask = askEcr(reference, imageId, world);
  return (
    ask &&
    probe(async () => {
      const image = await ask();
      const digest = image?.imageId?.imageDigest;
      return digest === undefined ? undefined : { digest, manifest: image?.imageManifest ?? '' };
    })
  );
}

/** Of an image for several platforms ECS may tell the one that it took, which its index names. */
export const isOrNames = ({ digest, manifest }: EcrImage, told: string) =>
  told === digest || manifest.includes(`"${told}"`);
