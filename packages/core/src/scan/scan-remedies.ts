export const unsupported =
  'ECR cannot scan this kind of image (an empty base, or an operating system that it does not know): scan it by another tool, and leave the gate out for it.';

const remedies: Readonly<Record<string, string>> = {
  FAILED:
    'Ask for another scan (`aws ecr start-image-scan`; ECR makes one a day of an image), or push the image under another digest, and run the step again.',
  UNSUPPORTED_IMAGE: unsupported,
  SCAN_ELIGIBILITY_EXPIRED:
    'Inspector no longer scans an image of this age: build and push it again, or lengthen its re-scan duration.',
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
