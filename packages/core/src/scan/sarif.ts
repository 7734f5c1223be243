import { type Finding, isAtLeast, packagesText, type Severity, severityText } from './finding.ts';

const levels: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  unknown: 'error',
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  informational: 'note',
  undefined: 'note',
};
/** GitHub sorts by this number; its own bounds are 9.0 critical, 7.0 high, 4.0 medium. */
const scores: Readonly<Record<Severity, string>> = {
  unknown: '10.0',
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '2.0',
  informational: '0.0',
  undefined: '0.0',
};

interface SarifEntry {
  readonly finding: Finding;
  readonly allowedFor?: string;
}

/** The image that was scanned: `registry/repository`, and what it holds. */
interface ScannedImage {
  readonly name: string;
  readonly digest: string;
}

/**
 * Findings as SARIF 2.1.0, for code scanning. An allowed one is there, as suppressed, with its reason. What GitHub
 * asks for beyond the schema, and its limits: https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support-for-code-scanning
 */
export function sarif({ name, digest }: ScannedImage, entries: readonly SarifEntry[]): string {
  const driver = {
    name: 'Amazon ECR image scan',
    informationUri: 'https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html',
    rules: rulesOf(entries).map(ruleOf),
  };
  // Code scanning wants a file; an image has none, and its name says where to look. A digest or a tag in it
  // would close every alert with each build, and open it again, with what people decided about it lost.
  const uri = name.replace(/:/g, '/');
  const results = entries.map((entry) => resultOf(entry, uri));
  const run = { tool: { driver }, properties: { image: `${name}@${digest}` }, results };
  const schema = 'https://json.schemastore.org/sarif-2.1.0.json';
  return `${JSON.stringify({ $schema: schema, version: '2.1.0', runs: [run] }, null, 2)}\n`;
}

/** One finding for each id: the worst. */
function rulesOf(entries: readonly SarifEntry[]): readonly Finding[] {
  const rules = new Map<string, Finding>();
  for (const { finding } of entries) {
    const before = rules.get(finding.id);
    if (!before || !isAtLeast(before.severity, finding.severity)) rules.set(finding.id, finding);
  }
  return [...rules.values()];
}

const ruleOf = ({ id, description, url, severity }: Finding) => ({
  id,
  shortDescription: { text: id },
  fullDescription: { text: shortened(description || id) },
  help: { text: [description || id, ...(url === undefined ? [] : [url])].join('\n\n') },
  ...(url !== undefined && { helpUri: url }),
  properties: { tags: ['security'], 'security-severity': scores[severity] },
});

/** GitHub's limit for a description. */
const longest = 1024;
const shortened = (text: string) => (text.length <= longest ? text : `${text.slice(0, longest - 1)}…`);

const resultOf = ({ finding, allowedFor }: SarifEntry, uri: string) => ({
  ruleId: finding.id,
  level: levels[finding.severity],
  message: {
    text: `${severityText(finding)}: ${packagesText(finding) || finding.description || finding.id}`,
  },
  locations: [
    {
      physicalLocation: {
        artifactLocation: { uri },
        region: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 },
      },
    },
  ],
  // The only fingerprint that GitHub reads: without it two packages with one flaw would be one alert.
  partialFingerprints: {
    primaryLocationLineHash: `${finding.id} ${finding.packages.map((one) => one.name).join(' ')}`,
  },
  ...(allowedFor !== undefined && { suppressions: [{ kind: 'external', justification: allowedFor }] }),
});
