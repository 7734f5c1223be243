export const unsupported =
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
