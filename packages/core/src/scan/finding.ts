import type { DescribeImageScanFindingsResponse } from '@aws-sdk/client-ecr';

/** From the least to the worst. ECR's UNDEFINED and Inspector's UNTRIAGED stand where nothing is known: lowest. */
export const severities = ['undefined', 'informational', 'low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof severities)[number];

export interface Finding {
  /** `CVE-2030-1234`, or another source's name. */
  readonly id: string;
  readonly severity: Severity;
  readonly packages: readonly {
    readonly name: string;
    readonly version?: string;
    readonly fixedIn?: string;
  }[];
  readonly description: string;
  readonly url?: string;
}

export const severityOf = (text: string | undefined): Severity =>
  severities.find((one) => one === text?.toLowerCase()) ?? 'undefined';

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
        severity: severityOf(severity),
        packages:
          packageName === undefined ? [] : [{ name: packageName, ...(version !== undefined && { version }) }],
        description: description ?? '',
        ...(uri !== undefined && { url: uri }),
      };
    },
  );
  const enhanced = (imageScanFindings?.enhancedFindings ?? [])
    .filter(({ status }) => status === undefined || status === 'ACTIVE')
    .map(
      ({ severity, title, description, packageVulnerabilityDetails: details, findingArn }): Finding => ({
        id: details?.vulnerabilityId ?? title ?? findingArn ?? 'unnamed',
        severity: severityOf(severity),
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
