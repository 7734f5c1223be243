import { isLandfallError } from '../errors/landfall-error.ts';
import type { Ecr } from '../world/aws.ts';
import type { Host } from '../world/host.ts';

export interface ScanRequest {
  readonly repositoryName: string;
  readonly registryId?: string;
  readonly imageId: { readonly imageDigest: string };
}

/** Where a wait would be futile: why, and what to do. */
interface Never {
  readonly why: string;
  readonly remedy?: string | undefined;
}

/** Asks for a scan. Undefined when findings may come, by this or by themselves. */
export async function startScan(ecr: Ecr, request: ScanRequest, host: Host): Promise<Never | undefined> {
  const { cancellation: signal } = host;
  try {
    await ecr.startImageScan(request, { signal });
    return undefined;
  } catch (thrown) {
    const code = isLandfallError(thrown) ? thrown.facts.code : undefined;
    // One scan a day is all that basic scanning gives: this one is still on its way to where it can be read.
    if (code === 'LimitExceededException') return undefined;
    if (code === 'UnsupportedImageTypeException')
      return { why: 'cannot be started: ECR does not scan images of this type', remedy: unsupported };
    // With enhanced scanning there is nothing to start: Inspector scans what its filters name, and nothing else.
    if (code === 'ValidationException') return await leftOut(ecr, request, host);
    throw thrown;
  }
}

async function leftOut(
  ecr: Ecr,
  { repositoryName }: ScanRequest,
  { log, cancellation: signal }: Host,
): Promise<Never | undefined> {
  const { scanningConfigurations } = await ecr
    .batchGetRepositoryScanningConfiguration({ repositoryNames: [repositoryName] }, { signal })
    .catch((thrown: unknown) => {
      if (!isLandfallError(thrown, 'ACCESS_DENIED')) throw thrown;
      log.notice(`cannot tell whether the registry scans ${repositoryName} at all: ${thrown.summary}`);
      return { scanningConfigurations: [] };
    });
  return scanningConfigurations?.[0]?.scanFrequency === 'MANUAL'
    ? {
        why: 'will not be started: the registry scans with Amazon Inspector, and none of its filters matches this repository',
        remedy:
          "Add the repository to the filters of the registry's scanning configuration (PutRegistryScanningConfiguration).",
      }
    : undefined;
}

const unsupported =
  'ECR cannot scan this kind of image (an empty base, or an operating system it does not support): scan it with another tool, and skip the gate for it.';

const remedies: Readonly<Record<string, string>> = {
  FAILED:
    'Start another scan (`aws ecr start-image-scan`; ECR allows one per image and day), or push the image with a different digest, then run the step again.',
  UNSUPPORTED_IMAGE: unsupported,
  SCAN_ELIGIBILITY_EXPIRED:
    'Inspector no longer scans an image of this age: build and push it again, or extend its re-scan duration.',
  IMAGE_ARCHIVED:
    'Restore the image from the archive (`aws ecr update-image-storage-class`), or push it again.',
};

/**
 * What to do about a scan that ended without findings, by its status and ECR's words on it; undefined where nothing
 * better is known than what the error itself says. Basic scanning calls an image that it cannot scan FAILED, with
 * `UnsupportedImageError` (https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-troubleshooting.html).
 */
export const remedyFor = (status: string, description = ''): string | undefined =>
  description.startsWith('UnsupportedImageError') ? unsupported : remedies[status];
