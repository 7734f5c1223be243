import type { ServiceRevision, TaskDefinition } from '@aws-sdk/client-ecs';
import { parseImageReference } from '../../image/reference/image-reference.ts';

/** What runs in one container, and what its task definition asks for. */
export interface ImageProof {
  readonly container: string;
  /** The image in the task definition. */
  readonly image: string;
  /** `sha256:…`, where the task definition names the image by digest. */
  readonly pushed?: string;
  /** `sha256:…` that ECS resolved the image to. */
  readonly resolved?: string;
}

export interface ImagesProof {
  /** They run the digest that their task definition names. */
  readonly proven: readonly ImageProof[];
  /** ECS tells another digest, which may be that of a platform of the index that was pushed. */
  readonly mismatched: readonly ImageProof[];
  /** Named by tag, or ECS did not tell what it resolved: neither proven nor disproven. */
  readonly unknown: readonly ImageProof[];
}

/**
 * Whether what ECS runs is what was pushed: the digest that each image of a service revision was resolved to
 * (`containerImages` of DescribeServiceRevisions), against the digest in its task definition. ECS resolves tags
 * once for each deployment, unless `versionConsistency` is off for the container, and tells nothing then.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html#deployment-container-image-stability
 */
export function proveImages(revision: ServiceRevision, taskDefinition: TaskDefinition): ImagesProof {
  const proofs = (taskDefinition.containerDefinitions ?? []).map(({ name = '', image = '' }): ImageProof => {
    const told = revision.containerImages?.find(({ containerName }) => containerName === name);
    const pushed = digestOf(image);
    // With a digest in the reference, ECS has nothing to resolve, and may give it back as part of the image only.
    const resolved = told?.imageDigest ?? digestOf(told?.image ?? '');
    return {
      container: name,
      image,
      ...(pushed !== undefined && { pushed }),
      ...(resolved !== undefined && { resolved }),
    };
  });
  const mismatched = proofs.filter((one) => one.pushed && one.resolved && one.pushed !== one.resolved);
  const proven = proofs.filter((one) => one.pushed && one.pushed === one.resolved);
  const unknown = proofs.filter((one) => one.pushed === undefined || one.resolved === undefined);
  return { proven, mismatched, unknown };
}

function digestOf(image: string): string | undefined {
  const parsed = parseImageReference(image);
  return parsed.ok ? parsed.reference.digest : undefined;
}
