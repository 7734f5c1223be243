import { LandfallError } from '../errors/landfall-error.ts';
import type { Ecr } from '../world/aws.ts';

interface IndexEntry {
  readonly digest?: string;
  readonly platform?: { readonly os?: string; readonly architecture?: string };
}

/**
 * ECR scans images, not indexes: the digests of what an index names, without its attestations; of an image its own.
 * @throws NOT_FOUND; REQUEST_REFUSED where ECR has it and does not give it, its key being disabled, say
 */
export async function scannableImages(
  ecr: Ecr,
  target: { readonly repositoryName: string; readonly registryId?: string },
  reference: { readonly tag?: string | undefined; readonly digest?: string | undefined },
  signal: AbortSignal,
): Promise<{ readonly digest: string; readonly images: readonly string[] }> {
  const imageId =
    reference.digest === undefined ? { imageTag: reference.tag } : { imageDigest: reference.digest };
  const { images, failures } = await ecr.batchGetImage(
    { ...target, imageIds: [imageId as { imageTag: string }] },
    { signal },
  );
  const digest = images?.[0]?.imageId?.imageDigest;
  if (digest === undefined) {
    const { failureCode = 'ImageNotFound', failureReason = 'no reason given' } = failures?.[0] ?? {};
    const named = reference.digest ?? reference.tag;
    if (failureCode !== 'ImageNotFound')
      throw new LandfallError('REQUEST_REFUSED', {
        summary: `${target.repositoryName} does not return the image ${named}: ${failureCode}: ${failureReason}`,
      });
    throw new LandfallError('NOT_FOUND', { summary: `${target.repositoryName} has no image ${named}` });
  }
  const children = childrenOf(images![0]!.imageManifest);
  return { digest, images: children.length > 0 ? children : [digest] };
}

function childrenOf(manifest: string | undefined): readonly string[] {
  try {
    const { manifests = [] } = JSON.parse(manifest ?? '{}') as { manifests?: IndexEntry[] };
    return manifests.flatMap(({ digest, platform }) =>
      digest === undefined || platform?.os === 'unknown' ? [] : [digest],
    );
  } catch {
    // Not JSON: whatever it is, it is not an index.
    return [];
  }
}
