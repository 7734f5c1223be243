import type { DescribeImageScanFindingsResponse } from '@aws-sdk/client-ecr';

/** Longer ago than this, nothing of a scan is still on its way. */
const longAgo = 120_000;
/** How long findings must stay the same, in milliseconds, before they are all there. */
const quiet = { withFindings: 30_000, withNothing: 60_000 };

const day = 86_400_000;
/** From this age on a basic scan is reported as old. */
const old = 7 * day;

/**
 * A sentence on a basic scan that knows nothing of the flaws found since; an enhanced one is updated by
 * itself.
 */
export function noteOnAge({ imageScanFindings }: DescribeImageScanFindingsResponse, now: number) {
  const { imageScanCompletedAt: ended, enhancedFindings } = imageScanFindings ?? {};
  if (ended === undefined || enhancedFindings !== undefined || now - ended.getTime() < old) return undefined;
  const days = Math.floor((now - ended.getTime()) / day);
  return `is ${days} days old and does not include later findings; \`aws ecr start-image-scan\` starts a new one`;
}

/**
 * How long, in milliseconds, the findings of a scan that calls itself done must stay as they are before they count.
 *
 * A basic scan is done when it says so. An enhanced one is not: ECR answers COMPLETE or ACTIVE while Inspector's
 * findings come in bit by bit, at first none at all (https://github.com/aws/aws-sdk/issues/289, and the measurements
 * in https://github.com/ecperth/check-aws-inspector#consistency-delay). That one has ended is known by its time.
 */
export function settlingTime(
  { imageScanStatus, imageScanFindings }: DescribeImageScanFindingsResponse,
  now: number,
) {
  const { imageScanCompletedAt: ended, enhancedFindings } = imageScanFindings ?? {};
  if (ended !== undefined) {
    if (imageScanStatus?.status === 'COMPLETE' && enhancedFindings === undefined) return 0;
    if (now - ended.getTime() > longAgo) return 0;
  }
  return (enhancedFindings ?? []).length > 0 ? quiet.withFindings : quiet.withNothing;
}
