import type { DescribeImageScanFindingsResponse } from '@aws-sdk/client-ecr';

/** From the least to the worst. One that is not known may be the worst there is. */
export const severities = [
  'undefined',
  'informational',
  'low',
  'medium',
  'high',
  'critical',
  'unknown',
] as const;
export type Severity = (typeof severities)[number];

export interface Finding {
  /** `CVE-2030-1234`, or another source's name. */
  readonly id: string;
  readonly severity: Severity;
  /** ECR's word for a severity that is unknown. */
  readonly told?: string;
  readonly packages: readonly {
    readonly name: string;
    readonly version?: string;
    readonly fixedIn?: string;
  }[];
  readonly description: string;
  readonly url?: string;
}

/** ECR's UNDEFINED and Inspector's UNTRIAGED stand where nothing is known of a flaw: lowest. So does none at all. */
function severityOf(text = 'UNDEFINED'): Severity {
  const folded = text.toLowerCase();
  if (folded === 'untriaged') return 'undefined';
  return severities.find((one) => one === folded) ?? 'unknown';
}

const rated = (text: string | undefined): Pick<Finding, 'severity' | 'told'> => {
  const severity = severityOf(text);
  return { severity, ...(severity === 'unknown' && text !== undefined && { told: text }) };
};

/** `high`; `unknown (CATASTROPHIC)`. */
export const severityText = ({ severity, told }: Finding) =>
  told === undefined ? severity : `${severity} (${told})`;

export const isAtLeast = (severity: Severity, least: Severity) =>
  severities.indexOf(severity) >= severities.indexOf(least);

/** Basic and enhanced findings in one form. A closed or suppressed finding of Inspector's is none. */
export function findingsOf({ imageScanFindings }: DescribeImageScanFindingsResponse): readonly Finding[] {
  const basic = (imageScanFindings?.findings ?? []).map(
    ({ name, severity, attributes, description, uri }): Finding => {
      const attribute = (key: string) => attributes?.find((one) => one.key === key)?.value;
      const packageName = attribute('package_name');
      const version = attribute('package_version');
      return {
        id: name ?? 'unnamed',
        ...rated(severity),
        packages:
          packageName === undefined ? [] : [{ name: packageName, ...(version !== undefined && { version }) }],
        description: description ?? '',
        ...(uri !== undefined && { url: uri }),
      };
    },
  );
  const enhanced = (imageScanFindings?.enhancedFindings ?? [])
    .filter(({ status }) => status !== 'CLOSED' && status !== 'SUPPRESSED')
    .map(
      ({ severity, title, description, packageVulnerabilityDetails: details, findingArn }): Finding => ({
        id: details?.vulnerabilityId ?? title ?? findingArn ?? 'unnamed',
        ...rated(severity),
        packages: (details?.vulnerablePackages ?? []).map(({ name, version, fixedInVersion }) => ({
          name: name ?? '',
          ...(version !== undefined && { version }),
          ...(fixedInVersion !== undefined &&
            fixedInVersion !== 'NotAvailable' && { fixedIn: fixedInVersion }),
        })),
        description: description ?? title ?? '',
        ...(details?.sourceUrl !== undefined && { url: details.sourceUrl }),
      }),
    );
  return [...basic, ...enhanced];
}

/** `openssl 3.0.1 (fixed in 3.0.2)`. */
export const packagesText = ({ packages }: Finding) =>
  packages
    .map(
      ({ name, version, fixedIn }) =>
        `${name}${version ? ` ${version}` : ''}${fixedIn ? ` (fixed in ${fixedIn})` : ''}`,
    )
    .join(', ');

/**
 * What an answer counts beyond the findings that were listed, of those that would block: a sentence; undefined where
 * all are listed.
 * @param listed ECR's words for the severities of all that was listed, closed and suppressed ones included
 */
export function unlisted(
  { imageScanFindings }: DescribeImageScanFindingsResponse,
  listed: readonly (string | undefined)[],
  failOn: Severity | undefined,
): string | undefined {
  if (failOn === undefined) return undefined;
  const missing = Object.entries(imageScanFindings?.findingSeverityCounts ?? {}).flatMap(
    ([severity, count = 0]) => {
      const there = listed.filter((one) => one?.toUpperCase() === severity.toUpperCase()).length;
      return count > there && isAtLeast(severityOf(severity), failOn)
        ? [`${count} findings of severity ${severity} and lists ${there}`]
        : [];
    },
  );
  return missing.length > 0 ? `counts ${missing.join(', ')}` : undefined;
}

/** ECR's words, of basic and of enhanced findings. */
export const listedSeverities = ({ imageScanFindings }: DescribeImageScanFindingsResponse) =>
  [...(imageScanFindings?.findings ?? []), ...(imageScanFindings?.enhancedFindings ?? [])].map(
    ({ severity }) => severity,
  );
