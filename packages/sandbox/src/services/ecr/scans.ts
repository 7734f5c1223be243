import { AwsFault } from '../../api/aws-service.ts';
import { handlersOf, type OperationOf } from '../../api/handlers.ts';
import { page } from '../../api/page.ts';
import type { Repository, StoredImage } from '../../registry/storage/repository.ts';
import { type EcrParts, findRepository, pageOptions } from './ecr-parts.ts';
import { imageMissing, ofId } from './image-id.ts';
import type { RegistrySettings } from './registry-settings.ts';

/** A finding of a basic scan, as DescribeImageScanFindings shows it. */
export interface Finding {
  readonly name: string;
  readonly severity: 'INFORMATIONAL' | 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL' | 'UNDEFINED';
  readonly description?: string;
  readonly uri?: string;
  readonly attributes?: readonly { readonly key: string; readonly value?: string }[];
}

export interface Scans {
  start(repository: Repository, image: StoredImage, now: number): void;
  /** Findings of an image: those set for its digest, else for one of its tags, else for the repository, else none. */
  findings(repository: Repository, image: StoredImage): readonly Finding[];
  set(repository: string, reference: string | undefined, findings: readonly Finding[]): void;
  save(): unknown;
  restore(state: unknown): void;
}

/** How long a basic scan takes here. */
const scanMilliseconds = 5000;
const day = 86_400_000;

export function createScans(): Scans {
  const set = new Map<string, readonly Finding[]>();
  const key = (repository: string, reference: string | undefined) => `${repository} ${reference ?? ''}`;
  return {
    start(repository, image, now) {
      repository.scans.set(image.digest, { startedAt: now, completesAt: now + scanMilliseconds });
    },
    findings(repository, image) {
      const tags = [...repository.tags].filter(([, digest]) => digest === image.digest).map(([tag]) => tag);
      const found = [image.digest, ...tags, undefined].find(
        (reference) => set.has(key(repository.name, reference)) || reference === undefined,
      );
      return set.get(key(repository.name, found)) ?? [];
    },
    set: (repository, reference, findings) => void set.set(key(repository, reference), findings),
    save: () => [...set],
    restore(state) {
      for (const [name, findings] of state as [string, readonly Finding[]][]) set.set(name, findings);
    },
  };
}

const countsOf = (findings: readonly Finding[]) => {
  const counts: Record<string, number> = {};
  for (const { severity } of findings) counts[severity] = (counts[severity] ?? 0) + 1;
  return counts;
};

/** The members of DescribeImages that tell of a scan. */
export function scanSummary(scans: Scans, repository: Repository, image: StoredImage, now: number) {
  const scan = repository.scans.get(image.digest)!;
  if (now < scan.completesAt) return { imageScanStatus: { status: 'IN_PROGRESS' } };
  return {
    imageScanStatus: { status: 'COMPLETE', description: 'The scan was completed successfully.' },
    imageScanFindingsSummary: {
      imageScanCompletedAt: new Date(scan.completesAt),
      vulnerabilitySourceUpdatedAt: new Date(scan.startedAt),
      findingSeverityCounts: countsOf(scans.findings(repository, image)),
    },
  };
}

type ScanParts = EcrParts & { readonly scans: Scans; readonly settings: RegistrySettings };
type Operation = OperationOf<ScanParts>;

const StartImageScan: Operation = (parts, input, context) => {
  const repository = findRepository(parts, input, context);
  const image = ofId(repository, input.imageId ?? {});
  if (!image) throw imageMissing(input.imageId ?? {}, repository);
  if (parts.settings.continuous(repository.name) !== undefined)
    throw new AwsFault('ValidationException', 'This feature is disabled');
  const before = repository.scans.get(image.digest);
  const now = context.clock.now();
  if (before && now - before.startedAt < day) {
    throw new AwsFault(
      'LimitExceededException',
      'The scan quota per image has been exceeded. Wait and try again.',
    );
  }
  parts.scans.start(repository, image, now);
  parts.changed();
  return {
    registryId: repository.accountId,
    repositoryName: repository.name,
    imageId: { imageDigest: image.digest, imageTag: input.imageId.imageTag },
    imageScanStatus: { status: 'IN_PROGRESS' },
  };
};

const DescribeImageScanFindings: Operation = (parts, input, context) => {
  const repository = findRepository(parts, input, context);
  const image = ofId(repository, input.imageId ?? {});
  if (!image) throw imageMissing(input.imageId ?? {}, repository);
  if (parts.settings.continuous(repository.name))
    return enhanced(parts.scans, repository, image, input, context.clock.now());
  const scan = repository.scans.get(image.digest);
  if (!scan) {
    const { imageDigest, imageTag } = input.imageId;
    throw new AwsFault(
      'ScanNotFoundException',
      `Image scan does not exist for the image with '{imageDigest:'${imageDigest ?? image.digest}', imageTag:'${imageTag ?? 'null'}'}' in the repository with name '${repository.name}' in the registry with id '${repository.accountId}'`,
    );
  }
  const head = {
    registryId: repository.accountId,
    repositoryName: repository.name,
    imageId: { imageDigest: image.digest, imageTag: input.imageId.imageTag },
  };
  if (context.clock.now() < scan.completesAt) return { ...head, imageScanStatus: { status: 'IN_PROGRESS' } };
  const findings = [...parts.scans.findings(repository, image)].sort((a, b) => (a.name < b.name ? -1 : 1));
  const shown = page(findings, ({ name }) => name, pageOptions(input));
  return {
    ...head,
    imageScanStatus: { status: 'COMPLETE', description: 'The scan was completed successfully.' },
    imageScanFindings: {
      imageScanCompletedAt: new Date(scan.completesAt),
      vulnerabilitySourceUpdatedAt: new Date(scan.startedAt),
      findingSeverityCounts: countsOf(findings),
      findings: shown.items,
    },
    nextToken: shown.nextToken,
  };
};

export const scanHandlers = (parts: ScanParts) =>
  handlersOf(parts, {
    StartImageScan,
    DescribeImageScanFindings,
  });

/**
 * What Inspector found by itself: the findings that were set, in its form. As there, the scan calls itself ACTIVE
 * before any are to be seen, and they do not come all at once (https://github.com/aws/aws-sdk/issues/289).
 */
// biome-ignore lint/suspicious/noExplicitAny: see Handler
function enhanced(scans: Scans, repository: Repository, image: StoredImage, input: any, now: number) {
  const head = {
    registryId: repository.accountId,
    repositoryName: repository.name,
    imageId: { imageDigest: image.digest, imageTag: input.imageId.imageTag },
  };
  const age = now - image.pushedAt;
  if (age < scanMilliseconds) {
    return {
      ...head,
      imageScanStatus: { status: 'PENDING', description: 'Pending start of the image scan.' },
      imageScanFindings: { findings: [], enhancedFindings: [] },
    };
  }
  const all = [...scans.findings(repository, image)].sort((a, b) => (a.name < b.name ? -1 : 1));
  const part = age < 2 * scanMilliseconds ? 0 : age < 3 * scanMilliseconds ? 0.5 : 1;
  const findings = all.slice(0, Math.floor(all.length * part));
  const ended = new Date(image.pushedAt + scanMilliseconds);
  const shown = page(findings, ({ name }) => name, pageOptions(input));
  const attribute = ({ attributes }: Finding, key: string) =>
    attributes?.find((one) => one.key === key)?.value;
  return {
    ...head,
    imageScanStatus: {
      status: 'ACTIVE',
      description: 'Continuous scan is selected for image.',
    },
    imageScanFindings: {
      ...(part > 0 && { imageScanCompletedAt: ended, vulnerabilitySourceUpdatedAt: ended }),
      findingSeverityCounts: countsOf(findings),
      enhancedFindings: shown.items.map((one) => ({
        findingArn: `arn:aws:inspector2:${repository.region}:${repository.accountId}:finding/${one.name}`,
        severity: one.severity,
        status: 'ACTIVE',
        title: `${one.name} - ${attribute(one, 'package_name') ?? 'package'}`,
        description: one.description,
        type: 'PACKAGE_VULNERABILITY',
        packageVulnerabilityDetails: {
          vulnerabilityId: one.name,
          sourceUrl: one.uri,
          vulnerablePackages: [
            { name: attribute(one, 'package_name'), version: attribute(one, 'package_version') },
          ],
        },
      })),
    },
    nextToken: shown.nextToken,
  };
}
