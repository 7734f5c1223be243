import { type Finding, packagesText, type Severity } from './finding.ts';

const levels: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  informational: 'note',
  undefined: 'note',
};
/** GitHub sorts by this number; its own bounds are 9.0 critical, 7.0 high, 4.0 medium. */
const scores: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '2.0',
  informational: '0.0',
  undefined: '0.0',
};

/** Findings as SARIF 2.1.0, for code scanning. An allowed one is there, as suppressed, with its reason. */
export function sarif(
  image: string,
  findings: readonly { readonly finding: Finding; readonly allowedFor?: string }[],
): string {
  const rules = new Map(findings.map(({ finding }) => [finding.id, finding]));
  return `${JSON.stringify(
    {
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: [
        {
          tool: {
            driver: {
              name: 'Amazon ECR image scan',
              informationUri: 'https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html',
              rules: [...rules.values()].map((finding) => ({
                id: finding.id,
                shortDescription: { text: finding.id },
                fullDescription: { text: finding.description || finding.id },
                ...(finding.url !== undefined && { helpUri: finding.url }),
                properties: { tags: ['security'], 'security-severity': scores[finding.severity] },
              })),
            },
          },
          results: findings.map(({ finding, allowedFor }) => ({
            ruleId: finding.id,
            level: levels[finding.severity],
            message: {
              text: `${finding.severity}: ${packagesText(finding) || finding.description || finding.id}`,
            },
            // Code scanning wants a file; an image has none, and its name says where to look.
            locations: [{ physicalLocation: { artifactLocation: { uri: image.replace(/[@:]/g, '/') } } }],
            partialFingerprints: {
              finding: `${finding.id} ${finding.packages.map(({ name }) => name).join(' ')}`,
            },
            ...(allowedFor !== undefined && {
              suppressions: [{ kind: 'external', justification: allowedFor }],
            }),
          })),
        },
      ],
    },
    null,
    2,
  )}\n`;
}
