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
      throw incomplete(`ended as ${status}: ${answer?.imageScanStatus?.description ?? 'no reason is told'}`);
    if (answer === undefined && !asked) {
      asked = true;
      await startScan(ecr, request, signal);
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

async function startScan(ecr: Ecr, request: Request, signal: AbortSignal): Promise<void> {
  try {
    await ecr.startImageScan(request, { signal });
  } catch (thrown) {
    // With enhanced scanning there is nothing to start, and one scan a day is all that basic scanning gives:
    // either way the findings come by themselves or the deadline ends the wait.
    const harmless = ['ValidationException', 'LimitExceededException', 'UnsupportedImageTypeException'];
    if (!isLandfallError(thrown) || !harmless.includes(String(thrown.facts.code))) throw thrown;
  }
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
