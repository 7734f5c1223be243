import type { DescribeImageScanFindingsResponse } from '@aws-sdk/client-ecr';
import { isLandfallError, LandfallError } from '../errors/landfall-error.ts';
import { formatDuration } from '../time/duration.ts';
import type { Ecr } from '../world/aws.ts';
import type { World } from '../world/world.ts';
import { type Finding, findingsOf } from './finding.ts';

export interface ScanTarget {
  readonly repositoryName: string;
  readonly registryId?: string;
  readonly digest: string;
}

const pollMilliseconds = 5000;

/**
 * The findings of one image, once its scan is done; asks for a scan where none was ever made. ACTIVE is how a
 * continuous (enhanced) scan says that its findings stand.
 * @throws SCAN_INCOMPLETE, CANCELLED
 */
export async function awaitScan(
  { host, clock }: World,
  ecr: Ecr,
  { repositoryName, registryId, digest }: ScanTarget,
  timeout: number,
): Promise<readonly Finding[]> {
  const signal = host.cancellation;
  const deadline = clock.elapsed() + timeout;
  const request = {
    repositoryName,
    ...(registryId !== undefined && { registryId }),
    imageId: { imageDigest: digest },
  };
  const incomplete = (why: string, remedy?: string) =>
    new LandfallError('SCAN_INCOMPLETE', {
      summary: `the scan of ${repositoryName}@${digest} ${why}`,
      ...(remedy !== undefined && { remedy }),
    });
  let asked = false;
  for (;;) {
    if (signal.aborted)
      throw new LandfallError('CANCELLED', { summary: 'the wait for the scan was cancelled' });
    const answer = await ecr.describeImageScanFindings(request, { signal }).catch((thrown: unknown) => {
      if (isLandfallError(thrown) && thrown.facts.code === 'ScanNotFoundException') return undefined;
      throw thrown;
    });
    const status = answer?.imageScanStatus?.status;
    if (answer && (status === 'COMPLETE' || status === 'ACTIVE'))
      return await allFindings(ecr, request, answer, signal);
    if (status !== undefined && status !== 'IN_PROGRESS' && status !== 'PENDING')
      throw incomplete(
        `ended as ${status}: ${answer?.imageScanStatus?.description ?? 'no reason is told'}`,
        remedies[status],
      );
    if (answer === undefined && !asked) {
      asked = true;
      const never = await startScan(ecr, request, signal);
      if (never) throw incomplete(never.why, never.remedy);
    }
    host.log.progress(digest, `scan of ${digest.slice(0, 19)}: ${status ?? 'asked for'}`);
    if (clock.elapsed() >= deadline)
      throw incomplete(
        `was not done after ${formatDuration(timeout)} (${status ?? 'it was never started'})`,
        'Raise `wait-timeout`, or turn on scan on push for the repository.',
      );
    await clock.sleep(Math.min(pollMilliseconds, deadline - clock.elapsed()), signal);
  }
}

type Request = { repositoryName: string; registryId?: string; imageId: { imageDigest: string } };

/** Where a wait would be in vain, why, and what to do. */
interface Never {
  readonly why: string;
  readonly remedy?: string | undefined;
}

const unsupported =
  'ECR cannot scan this kind of image (an empty base, or an operating system that it does not know): scan it by another tool, and leave the gate out for it.';
const remedies: Readonly<Record<string, string>> = {
  UNSUPPORTED_IMAGE: unsupported,
  SCAN_ELIGIBILITY_EXPIRED:
    'Inspector no longer scans an image of this age: build and push it again, or lengthen its re-scan duration.',
};

/** Asks for a scan. Undefined when findings may come, by this or by themselves. */
async function startScan(ecr: Ecr, request: Request, signal: AbortSignal): Promise<Never | undefined> {
  try {
    await ecr.startImageScan(request, { signal });
    return undefined;
  } catch (thrown) {
    const code = isLandfallError(thrown) ? thrown.facts.code : undefined;
    // One scan a day is all that basic scanning gives: this one is still on its way to where it can be read.
    if (code === 'LimitExceededException') return undefined;
    if (code === 'UnsupportedImageTypeException')
      return { why: 'cannot be made: ECR does not scan an image of this type', remedy: unsupported };
    // With enhanced scanning there is nothing to start: Inspector scans what its filters name, and nothing else.
    if (code === 'ValidationException') return await leftOut(ecr, request, signal);
    throw thrown;
  }
}

async function leftOut(
  ecr: Ecr,
  { repositoryName }: Request,
  signal: AbortSignal,
): Promise<Never | undefined> {
  const { scanningConfigurations } = await ecr
    .batchGetRepositoryScanningConfiguration({ repositoryNames: [repositoryName] }, { signal })
    .catch((thrown: unknown) => {
      // Without the permission the deadline ends the wait.
      if (isLandfallError(thrown, 'ACCESS_DENIED')) return { scanningConfigurations: [] };
      throw thrown;
    });
  return scanningConfigurations?.[0]?.scanFrequency === 'MANUAL'
    ? {
        why: 'will not be made: the registry scans by Amazon Inspector, and no filter of it names this repository',
        remedy:
          "Add the repository to the filters of the registry's scanning configuration (PutRegistryScanningConfiguration).",
      }
    : undefined;
}

async function allFindings(
  ecr: Ecr,
  request: Request,
  first: DescribeImageScanFindingsResponse,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const findings = [...findingsOf(first)];
  for (let { nextToken } = first; nextToken; ) {
    const page = await ecr.describeImageScanFindings({ ...request, nextToken, maxResults: 1000 }, { signal });
    findings.push(...findingsOf(page));
    nextToken = page.nextToken;
  }
  return findings;
}
