import { expect, test } from '@jest/globals';
import type { Finding } from './finding.ts';
import { sarif } from './sarif.ts';

const finding = (more: Partial<Finding> = {}): Finding => ({
  id: 'CVE-2030-1',
  severity: 'high',
  packages: [{ name: 'openssl', version: '3.0.1', fixedIn: '3.0.2' }],
  description: 'A flaw.',
  url: 'https://nvd.nist.gov/vuln/detail/CVE-2030-1',
  ...more,
});
const name = '012345678901.dkr.ecr.eu-west-1.amazonaws.com/team/web';
const runOf = (digest: string, ...findings: readonly Finding[]) =>
  JSON.parse(
    sarif(
      { name, digest },
      findings.map((one) => ({ finding: one })),
    ),
  ).runs[0];

test('a finding has everything that GitHub requires of a rule and a result', () => {
  const { tool, results } = runOf('sha256:a', finding());
  expect(tool.driver.rules).toEqual([
    {
      id: 'CVE-2030-1',
      shortDescription: { text: 'CVE-2030-1' },
      fullDescription: { text: 'A flaw.' },
      help: { text: 'A flaw.\n\nhttps://nvd.nist.gov/vuln/detail/CVE-2030-1' },
      helpUri: 'https://nvd.nist.gov/vuln/detail/CVE-2030-1',
      properties: { tags: ['security'], 'security-severity': '8.0' },
    },
  ]);
  expect(results).toEqual([
    {
      ruleId: 'CVE-2030-1',
      level: 'error',
      message: { text: 'high: openssl 3.0.1 (fixed in 3.0.2)' },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: name },
            region: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 },
          },
        },
      ],
      partialFingerprints: { primaryLocationLineHash: 'CVE-2030-1 openssl' },
    },
  ]);
});

test('the same finding in the next build is the same alert', () => {
  const before = runOf('sha256:a', finding());
  const after = runOf('sha256:b', finding());
  expect(after.results).toEqual(before.results);
  expect(after.properties).toEqual({ image: `${name}@sha256:b` });
});

test('one flaw in two packages is two alerts of one rule, which has the worse of their severities', () => {
  const libssl = finding({ severity: 'low', packages: [{ name: 'libssl' }] });
  const { tool, results } = runOf('sha256:a', finding(), libssl);
  expect(tool.driver.rules).toHaveLength(1);
  expect(tool.driver.rules[0].properties['security-severity']).toBe('8.0');
  const prints = results.map((one: { partialFingerprints: object }) => one.partialFingerprints);
  expect(prints).toEqual([
    { primaryLocationLineHash: 'CVE-2030-1 openssl' },
    { primaryLocationLineHash: 'CVE-2030-1 libssl' },
  ]);
});

test('a description beyond what GitHub takes is cut, and whole in the help', () => {
  const description = 'x'.repeat(5000);
  const [rule] = runOf('sha256:a', finding({ description })).tool.driver.rules;
  expect(rule.fullDescription.text).toBe(`${'x'.repeat(1023)}…`);
  expect(rule.help.text).toContain(description);
});
