import type { DescribeImageScanFindingsResponse } from '@aws-sdk/client-ecr';
import { isLandfallError, LandfallError } from '../errors/landfall-error.ts';
import { formatDuration } from '../time/duration.ts';
import type { Ecr } from '../world/aws.ts';
import type { World } from '../world/world.ts';
import { type Finding, findingsOf, listedSeverities, type Severity, unlisted } from './finding.ts';
import { noteOnAge, settlingTime } from './settled.ts';
import { remedyFor, type ScanRequest, startScan } from './start-scan.ts';

interface ScanTarget {
  readonly repositoryName: string;
  readonly registryId?: string;
  /** Of the platforms of one image. */
  readonly digests: readonly string[];
}

const pollMilliseconds = 5000;

/** One platform's scan, as it was seen last. */
interface Watched {
  readonly request: ScanRequest;
  /** A scan was requested. */
  asked: boolean;
  state?: string;
  /** What the scan counts and does not list. */
  unlisted?: string | undefined;
  /** What was found, and since when it is that. */
  found?: string;
  since: number;
  findings?: readonly Finding[];
}

/**
 * The findings of the platforms of an image, once each of their scans is done and its findings stand; asks
 * for a scan where none was ever made. All share one time limit. ACTIVE is how a continuous (enhanced) scan
 * says that it continues. What the scan counts and does not list is waited for, if it would block.
 * @throws SCAN_INCOMPLETE, CANCELLED
 */
export async function awaitScans(
  { host, clock }: World,
  ecr: Ecr,
  { repositoryName, registryId, digests }: ScanTarget,
  { timeout, failOn }: { readonly timeout: number; readonly failOn: Severity | undefined },
): Promise<readonly Finding[]> {
  const signal = host.cancellation;
  const deadline = clock.elapsed() + timeout;
  const incomplete = ({ request }: Watched, why: string, remedy?: string) =>
    new LandfallError('SCAN_INCOMPLETE', {
      summary: `the scan of ${repositoryName}@${request.imageId.imageDigest} ${why}`,
      ...(remedy !== undefined && { remedy }),
    });
  const platforms = digests.map(
    (imageDigest): Watched => ({
      request: { repositoryName, ...(registryId !== undefined && { registryId }), imageId: { imageDigest } },
      asked: false,
      since: 0,
    }),
  );
  const look = async (one: Watched) => {
    const answer = await ecr.describeImageScanFindings(one.request, { signal }).catch((thrown: unknown) => {
      if (isLandfallError(thrown) && thrown.facts.code === 'ScanNotFoundException') return undefined;
      throw thrown;
    });
    const status = answer?.imageScanStatus?.status;
    one.unlisted = undefined;
    if (status !== undefined) one.state = status;
    if (answer && (status === 'COMPLETE' || status === 'ACTIVE')) {
      const { findings, listed } = await allFindings(ecr, one.request, answer, signal);
      const found = findings
        .map(({ id, severity, packages }) => JSON.stringify([id, severity, packages]))
        .sort()
        .join();
      if (found !== one.found) {
        one.found = found;
        one.since = clock.elapsed();
      }
      one.unlisted = unlisted(answer, listed, failOn);
      one.state = `${status}, ${one.unlisted ?? 'its findings are still arriving'}`;
      if (one.unlisted !== undefined) return;
      if (clock.elapsed() - one.since < settlingTime(answer, clock.now())) return;
      one.findings = findings;
      const age = noteOnAge(answer, clock.now());
      if (age) host.log.notice(`the scan of ${repositoryName}@${one.request.imageId.imageDigest} ${age}`);
      return;
    }
    if (status !== undefined && status !== 'IN_PROGRESS' && status !== 'PENDING') {
      const why = answer?.imageScanStatus?.description;
      throw incomplete(one, `ended as ${status}: ${why ?? 'no reason given'}`, remedyFor(status, why));
    }
    if (answer !== undefined || one.asked) return;
    one.asked = true;
    const never = await startScan(ecr, one.request, host);
    if (never) throw incomplete(one, never.why, never.remedy);
  };
  for (;;) {
    for (const one of platforms) {
      if (signal.aborted)
        throw new LandfallError('CANCELLED', { summary: 'the wait for the scan was cancelled' });
      if (!one.findings) await look(one);
    }
    const open = platforms.filter(({ findings }) => !findings);
    if (open.length === 0) return platforms.flatMap(({ findings = [] }) => findings);
    for (const { request, state = 'asked for' } of open) {
      const digest = request.imageId.imageDigest;
      host.log.progress(digest, `scan of ${digest.slice(0, 19)}: ${state}`);
    }
    if (clock.elapsed() >= deadline && open[0]!.unlisted !== undefined)
      throw incomplete(
        open[0]!,
        `${open[0]!.unlisted}, still after ${formatDuration(timeout)}`,
        'Run the step again once ECR shows them (`aws ecr describe-image-scan-findings`).',
      );
    if (clock.elapsed() >= deadline)
      throw incomplete(
        open[0]!,
        `was not complete after ${formatDuration(timeout)} (${open[0]!.state ?? 'it was never started'})`,
        'Raise `wait-timeout`, or enable scan on push for the repository.',
      );
    await clock.sleep(Math.min(pollMilliseconds, deadline - clock.elapsed()), signal);
  }
}

async function allFindings(
  ecr: Ecr,
  request: ScanRequest,
  first: DescribeImageScanFindingsResponse,
  signal: AbortSignal,
): Promise<{ readonly findings: readonly Finding[]; readonly listed: readonly (string | undefined)[] }> {
  const pages = [first];
  for (let { nextToken } = first; nextToken; ) {
    const page = await ecr.describeImageScanFindings({ ...request, nextToken, maxResults: 1000 }, { signal });
    pages.push(page);
    nextToken = page.nextToken;
  }
  return { findings: pages.flatMap(findingsOf), listed: pages.flatMap(listedSeverities) };
}
