import { describe, expect, test } from '@jest/globals';
import { runReported } from '@landfall/report/run-reported';
import { LandfallError } from '../errors/landfall-error.ts';
import { fakeWorld } from '../testing/fake-world.ts';
import type { Ecr } from '../world/aws.ts';
import { scanGate } from './scan-gate.ts';

const image = '012345678901.dkr.ecr.eu-central-1.amazonaws.com/team/web:v1';
const digest = `sha256:${'a'.repeat(64)}`;
const arm = `sha256:${'b'.repeat(64)}`;

const basic = (name: string, severity: string, packageName = 'openssl') => ({
  name,
  severity: severity as 'HIGH',
  attributes: [
    { key: 'package_name', value: packageName },
    { key: 'package_version', value: '3.0.1' },
  ],
});
const complete = (...findings: object[]) => ({
  imageScanStatus: { status: 'COMPLETE' as const },
  imageScanFindings: {
    imageScanCompletedAt: new Date(Date.UTC(2030, 0, 1)),
    findings: findings as never[],
  },
});
const noScan = () =>
  new LandfallError('NOT_FOUND', { summary: 'no scan', facts: { code: 'ScanNotFoundException' } });

interface Fixture {
  readonly inputs?: Record<string, string>;
  /** One answer for each look; the last one stays. */
  readonly answers?: readonly (object | Error)[];
  readonly manifest?: object;
  readonly files?: Record<string, string>;
  readonly start?: Ecr['startImageScan'];
}
const gate = async ({
  inputs = {},
  answers = [complete()],
  manifest = {},
  files = {},
  start,
}: Fixture = {}) => {
  let looks = 0;
  const world = fakeWorld({
    inputs: { image, ...inputs },
    files,
    aws: {
      ecr: {
        batchGetImage: async () => ({
          images: [{ imageId: { imageDigest: digest }, imageManifest: JSON.stringify(manifest) }],
        }),
        describeImageScanFindings: async () => {
          const answer = answers[Math.min(looks, answers.length - 1)]!;
          looks += 1;
          if (answer instanceof Error) throw answer;
          return answer as never;
        },
        startImageScan: start ?? (async () => ({ imageScanStatus: { status: 'IN_PROGRESS' } })),
      },
    },
  });
  return { world, result: await runReported(scanGate, world) };
};
const asked = (world: { requests: readonly { operation: string }[] }) =>
  world.requests.map(({ operation }) => operation);

describe('the gate', () => {
  test('passes an image without findings, in the account and region of its registry', async () => {
    const { world, result } = await gate({ answers: [complete(basic('CVE-1', 'MEDIUM'))] });
    expect(result).toMatchObject({ ok: true, outputs: { findings: '{"medium":1}', blocking: '0' } });
    expect(world.requests[1]).toEqual({
      operation: 'ecr:DescribeImageScanFindings',
      input: { repositoryName: 'team/web', registryId: '012345678901', imageId: { imageDigest: digest } },
      region: 'eu-central-1',
    });
  });

  test('fails on a finding at or above the severity, the worst first, with its package', async () => {
    const { result } = await gate({
      answers: [complete(basic('CVE-2', 'HIGH'), basic('CVE-1', 'LOW'), basic('CVE-3', 'CRITICAL', 'zlib'))],
    });
    expect(result.error).toMatchObject({
      code: 'VULNERABILITIES_FOUND',
      summary: `2 findings of severity high or worse in ${image}`,
      details: ['critical CVE-3 zlib 3.0.1', 'high CVE-2 openssl 3.0.1'],
    });
    expect(result.outputs).toMatchObject({ findings: '{"high":1,"low":1,"critical":1}', blocking: '2' });
  });

  test('names twenty findings and how many more there are', async () => {
    const many = Array.from({ length: 103 }, (_, index) => basic(`CVE-${1000 + index}`, 'HIGH'));
    const { result } = await gate({ answers: [complete(...many)] });
    expect(result.error?.details).toHaveLength(21);
    expect(result.error?.details.at(-1)).toBe('and 83 more; set the input `sarif` to get all of them');
    expect(result.summary).toContainEqual({ kind: 'paragraph', text: 'and 3 more' });
  });

  test('refuses an invalid SARIF path before it waits for anything', async () => {
    const world = fakeWorld({ inputs: { image, sarif: '/etc/scan.sarif' }, aws: { ecr: {} } });
    const destination = async () => {
      throw new LandfallError('PATH_REFUSED', { summary: '/etc/scan.sarif points outside the workspace' });
    };
    const result = await runReported(scanGate, {
      ...world,
      files: { ...world.files, destination },
    });
    expect(result.error?.code).toBe('PATH_REFUSED');
    expect(world.requests).toEqual([]);
  });

  test('fails on an unknown severity, and names it', async () => {
    const { result } = await gate({
      answers: [complete(basic('CVE-1', 'CATASTROPHIC'), basic('CVE-2', 'CRITICAL'))],
      inputs: { 'fail-on': 'critical' },
    });
    expect(result.error).toMatchObject({
      code: 'VULNERABILITIES_FOUND',
      summary: `2 findings of severity critical or worse in ${image}`,
      details: ['unknown (CATASTROPHIC) CVE-1 openssl 3.0.1', 'critical CVE-2 openssl 3.0.1'],
    });
    expect(result.outputs.findings).toBe('{"unknown":1,"critical":1}');
  });

  test('passes findings without a severity', async () => {
    const untriaged = {
      imageScanStatus: { status: 'ACTIVE' },
      imageScanFindings: { enhancedFindings: [{ severity: 'UNTRIAGED', title: 'CVE-1' }] },
    };
    for (const answer of [untriaged, complete(basic('CVE-1', 'UNDEFINED'))]) {
      const { result } = await gate({ answers: [answer], inputs: { 'fail-on': 'informational' } });
      expect(result).toMatchObject({ ok: true, outputs: { findings: '{"undefined":1}' } });
    }
  });

  const counted = (counts: object, ...findings: object[]) => {
    const answer = complete(...findings);
    return {
      ...answer,
      imageScanFindings: { ...answer.imageScanFindings, findingSeverityCounts: counts },
    };
  };

  test('waits for findings that the scan counts but does not list, and never skips them', async () => {
    const { result } = await gate({ answers: [counted({ CRITICAL: 3, LOW: 1 })] });
    expect(result.error).toMatchObject({
      code: 'SCAN_INCOMPLETE',
      summary: `the scan of team/web@${digest} counts 3 findings of severity CRITICAL and lists 0, still after 10m`,
      remedy: 'Run the step again once ECR shows them (`aws ecr describe-image-scan-findings`).',
    });
    const all = [1, 2, 3].map((one) => basic(`CVE-${one}`, 'CRITICAL'));
    const later = await gate({
      answers: [counted({ CRITICAL: 3 }), counted({ CRITICAL: 3 }, ...all)],
    });
    expect(later.result.error).toMatchObject({
      code: 'VULNERABILITIES_FOUND',
      summary: `3 findings of severity high or worse in ${image}`,
    });
  });

  test('does not wait for what would not block', async () => {
    const { result } = await gate({ answers: [counted({ LOW: 1 })] });
    expect(result.ok).toBe(true);
    const reported = await gate({ answers: [counted({ CRITICAL: 1 })], inputs: { 'fail-on': 'never' } });
    expect(reported.result.ok).toBe(true);
  });

  test('only reports with fail-on never', async () => {
    const { result } = await gate({
      answers: [complete(basic('CVE-1', 'CRITICAL'))],
      inputs: { 'fail-on': 'never' },
    });
    expect(result).toMatchObject({ ok: true, outputs: { findings: '{"critical":1}', blocking: '0' } });
  });

  test('reads enhanced findings too, without those that Inspector has closed', async () => {
    const finding = (vulnerabilityId: string, status: string) => ({
      severity: 'HIGH',
      status,
      packageVulnerabilityDetails: {
        vulnerabilityId,
        vulnerablePackages: [{ name: 'curl', version: '8.0', fixedInVersion: '8.1' }],
      },
    });
    const answer = {
      imageScanStatus: { status: 'ACTIVE' },
      imageScanFindings: {
        enhancedFindings: [
          finding('CVE-1', 'ACTIVE'),
          finding('CVE-2', 'SUPPRESSED'),
          finding('CVE-3', 'CLOSED'),
          // A status of tomorrow hides nothing.
          finding('CVE-4', 'REOPENED'),
        ],
      },
    };
    expect((await gate({ answers: [answer] })).result.error?.details).toEqual([
      'high CVE-1 curl 8.0 (fixed in 8.1)',
      'high CVE-4 curl 8.0 (fixed in 8.1)',
    ]);
  });

  test('takes the worst where the platforms rate the same finding differently', async () => {
    const manifest = { manifests: [digest, arm].map((one) => ({ digest: one, platform: { os: 'linux' } })) };
    const answers = [complete(basic('CVE-1', 'CRITICAL')), complete(basic('CVE-1', 'LOW'))];
    const { result } = await gate({ manifest, answers });
    expect(result.error?.details).toEqual(['critical CVE-1 openssl 3.0.1']);
    expect(result.outputs.findings).toBe('{"critical":1}');
  });

  test('checks every platform of an index and at none of its attestations, and counts a shared finding once', async () => {
    const manifest = {
      manifests: [
        { digest, platform: { os: 'linux', architecture: 'amd64' } },
        { digest: arm, platform: { os: 'linux', architecture: 'arm64' } },
        { digest: `sha256:${'c'.repeat(64)}`, platform: { os: 'unknown', architecture: 'unknown' } },
      ],
    };
    const { world, result } = await gate({ manifest, answers: [complete(basic('CVE-1', 'LOW'))] });
    expect(asked(world)).toEqual([
      'ecr:BatchGetImage',
      'ecr:DescribeImageScanFindings',
      'ecr:DescribeImageScanFindings',
    ]);
    expect(result.outputs.findings).toBe('{"low":1}');
  });

  test('says when a basic scan is old, which an enhanced one never is', async () => {
    const answer = complete();
    const imageScanCompletedAt = new Date(Date.UTC(2029, 11, 1));
    const old = { ...answer, imageScanFindings: { ...answer.imageScanFindings, imageScanCompletedAt } };
    const { world, result } = await gate({ answers: [old] });
    expect(result.ok).toBe(true);
    expect(world.host.lines).toEqual([
      `notice: the scan of team/web@${digest} is 31 days old and does not include later findings; \`aws ecr start-image-scan\` starts a new one`,
      'info: findings: none',
    ]);
    const enhanced = { imageScanCompletedAt, enhancedFindings: [] };
    const other = await gate({ answers: [{ ...answer, imageScanFindings: enhanced }] });
    expect(other.world.host.lines).toEqual(['info: findings: none']);
  });

  test('reads every page', async () => {
    const { result } = await gate({
      answers: [{ ...complete(basic('CVE-1', 'LOW')), nextToken: 'n' }, complete(basic('CVE-2', 'LOW'))],
    });
    expect(result.outputs.findings).toBe('{"low":2}');
  });
});

describe('a scan that is not done', () => {
  const inProgress = { imageScanStatus: { status: 'IN_PROGRESS' } };

  test('is waited for, and requested where there is none', async () => {
    const { world, result } = await gate({ answers: [noScan(), inProgress, complete()] });
    expect(result.ok).toBe(true);
    expect(asked(world).filter((one) => one === 'ecr:StartImageScan')).toHaveLength(1);
    expect(world.clock.elapsed()).toBe(10_000);
  });

  test('at the deadline is SCAN_INCOMPLETE, never green', async () => {
    const { result } = await gate({ answers: [inProgress], inputs: { 'wait-timeout': '1m' } });
    expect(result.error).toMatchObject({
      code: 'SCAN_INCOMPLETE',
      summary: `the scan of team/web@${digest} was not complete after 1m (IN_PROGRESS)`,
    });
  });

  test.each(['FAILED', 'UNSUPPORTED_IMAGE', 'SCAN_ELIGIBILITY_EXPIRED'])(
    'and ended as %s is SCAN_INCOMPLETE at once',
    async (status) => {
      const { world, result } = await gate({
        answers: [{ imageScanStatus: { status, description: 'why' } }],
      });
      expect(result.error).toMatchObject({
        code: 'SCAN_INCOMPLETE',
        summary: `the scan of team/web@${digest} ended as ${status}: why`,
      });
      expect(world.clock.elapsed()).toBe(0);
    },
  );

  test.each([
    ['FAILED', 'UnsupportedImageError: The operating system is not supported.', 'scan it with another tool'],
    ['FAILED', 'ScannerError: it ended', 'Start another scan'],
    ['SCAN_ELIGIBILITY_EXPIRED', 'It is old.', 'build and push it again'],
    ['IMAGE_ARCHIVED', 'It is archived.', 'Restore the image'],
  ])('and ended as %s with %j has the remedy that helps', async (status, description, remedy) => {
    const { result } = await gate({ answers: [{ imageScanStatus: { status, description } }] });
    expect(result.error).toMatchObject({
      code: 'SCAN_INCOMPLETE',
      remedy: expect.stringContaining(remedy),
    });
  });

  test('is waited for on all platforms at once, within one time limit', async () => {
    const manifest = { manifests: [digest, arm].map((one) => ({ digest: one, platform: { os: 'linux' } })) };
    const { world, result } = await gate({
      manifest,
      answers: [noScan(), noScan(), inProgress],
      inputs: { 'wait-timeout': '1m' },
    });
    expect(asked(world).slice(0, 5)).toEqual([
      'ecr:BatchGetImage',
      'ecr:DescribeImageScanFindings',
      'ecr:StartImageScan',
      'ecr:DescribeImageScanFindings',
      'ecr:StartImageScan',
    ]);
    expect(result.error).toMatchObject({
      code: 'SCAN_INCOMPLETE',
      summary: `the scan of team/web@${digest} was not complete after 1m (IN_PROGRESS)`,
    });
    expect(world.clock.elapsed()).toBe(60_000);
  });

  const refusing = (code: string) => async () => {
    throw new LandfallError('REQUEST_REFUSED', { summary: 'refused', facts: { code } });
  };

  test('and never will be, because ECR does not scan such an image, is SCAN_INCOMPLETE at once', async () => {
    const { world, result } = await gate({
      answers: [noScan()],
      start: refusing('UnsupportedImageTypeException'),
    });
    expect(result.error).toMatchObject({
      code: 'SCAN_INCOMPLETE',
      summary: `the scan of team/web@${digest} cannot be started: ECR does not scan images of this type`,
      remedy: expect.stringContaining('scan it with another tool'),
    });
    expect(world.clock.elapsed()).toBe(0);
  });

  test('and was already requested within the day is waited for', async () => {
    const { result } = await gate({
      answers: [noScan(), noScan(), complete()],
      start: refusing('LimitExceededException'),
    });
    expect(result.ok).toBe(true);
  });

  test('a permission that is missing ends the wait', async () => {
    const denied = new LandfallError('ACCESS_DENIED', {
      summary: 'the caller lacks ecr:DescribeImageScanFindings',
    });
    expect((await gate({ answers: [denied] })).result.error?.code).toBe('ACCESS_DENIED');
  });
});

describe('an enhanced scan', () => {
  const start = Date.UTC(2030, 0, 1);
  const enhanced = (status: string, ids: readonly string[], endedAt?: number) => ({
    imageScanStatus: { status },
    imageScanFindings: {
      ...(endedAt !== undefined && { imageScanCompletedAt: new Date(endedAt) }),
      findings: [],
      enhancedFindings: ids.map((vulnerabilityId) => ({
        severity: 'HIGH',
        packageVulnerabilityDetails: { vulnerabilityId },
      })),
    },
  });
  const nothingYet = { imageScanStatus: { status: 'COMPLETE' }, imageScanFindings: { findings: [] } };

  test('that calls itself COMPLETE before a finding is there is waited for', async () => {
    const { result } = await gate({
      answers: [nothingYet, nothingYet, enhanced('COMPLETE', ['CVE-1'], start)],
    });
    expect(result.error).toMatchObject({ code: 'VULNERABILITIES_FOUND', details: ['high CVE-1'] });
  });

  test('counts once its findings have stayed the same for half a minute', async () => {
    const { world, result } = await gate({
      answers: [
        enhanced('ACTIVE', []),
        enhanced('ACTIVE', ['CVE-1'], start + 5000),
        enhanced('ACTIVE', ['CVE-1', 'CVE-2'], start + 10_000),
      ],
    });
    expect(result.error?.details).toEqual(['high CVE-1', 'high CVE-2']);
    expect(world.clock.elapsed()).toBe(40_000);
  });

  test('that ended long ago counts at once', async () => {
    const { world, result } = await gate({ answers: [enhanced('ACTIVE', ['CVE-1'], start - 180_000)] });
    expect(result.error?.details).toEqual(['high CVE-1']);
    expect(world.clock.elapsed()).toBe(0);
  });

  test('that ended a moment ago and found nothing counts after a minute, like any other', async () => {
    const { world, result } = await gate({ answers: [enhanced('COMPLETE', [], start)] });
    expect(result.ok).toBe(true);
    expect(world.clock.elapsed()).toBe(60_000);
  });

  test('that found nothing for a minute is green', async () => {
    const { world, result } = await gate({ answers: [enhanced('ACTIVE', [])] });
    expect(result.ok).toBe(true);
    expect(world.clock.elapsed()).toBe(60_000);
    expect(world.host.lines).toContain(
      `progress: scan of ${digest.slice(0, 19)}: ACTIVE, its findings are still arriving`,
    );
  });

  test('whose findings still come in at the deadline is never green', async () => {
    const { result } = await gate({
      answers: [enhanced('ACTIVE', [])],
      inputs: { 'wait-timeout': '30s' },
    });
    expect(result.error).toMatchObject({
      code: 'SCAN_INCOMPLETE',
      summary: `the scan of team/web@${digest} was not complete after 30s (ACTIVE, its findings are still arriving)`,
    });
  });
});

describe('an allow-list', () => {
  const answers = [complete(basic('CVE-1', 'HIGH'), basic('CVE-2', 'HIGH', 'zlib'))];
  const allowing = (text: string) =>
    gate({
      answers,
      files: { 'allow.yml': text },
      inputs: { 'allow-list': 'allow.yml', sarif: 'scan.sarif' },
    });

  test('lets findings through, says why, and SARIF shows them as suppressed', async () => {
    const { world, result } = await allowing(
      '- { id: CVE-1, reason: not reachable, expires: 2030-01-01 }\n- { id: CVE-2, package: zlib, reason: no fix yet, expires: 2031-01-01 }\n- { id: CVE-9, reason: old, expires: 2031-01-01 }\n',
    );
    expect(result).toMatchObject({ ok: true, outputs: { blocking: '0' } });
    expect(world.host.lines).toEqual([
      'notice: CVE-9 is allowed but was not found: the entry can be removed',
      'info: CVE-1 (high) is allowed until 2030-01-01: not reachable',
      'info: CVE-2 (high) is allowed until 2031-01-01: no fix yet',
      'info: findings: 2 high',
    ]);
    expect(result.summary).toContainEqual({
      kind: 'table',
      head: ['Allowed', 'Severity', 'Until', 'Reason'],
      rows: [
        ['CVE-1', 'high', '2030-01-01', 'not reachable'],
        ['CVE-2', 'high', '2031-01-01', 'no fix yet'],
      ],
    });
    const { runs } = JSON.parse(world.files.contents['/workspace/scan.sarif']!);
    expect(
      runs[0].results.map((one: { ruleId: string; suppressions: object[] }) => [
        one.ruleId,
        one.suppressions,
      ]),
    ).toEqual([
      ['CVE-1', [{ kind: 'external', justification: 'not reachable' }]],
      ['CVE-2', [{ kind: 'external', justification: 'no fix yet' }]],
    ]);
  });

  test('that has expired, or is for another package, lets nothing through', async () => {
    const { world, result } = await allowing(
      '- { id: CVE-1, reason: x, expires: 2029-12-31 }\n- { id: CVE-2, package: curl, reason: x, expires: 2031-01-01 }\n',
    );
    expect(result.error?.details).toEqual(['high CVE-1 openssl 3.0.1', 'high CVE-2 zlib 3.0.1']);
    expect(world.host.lines).toContain('notice: CVE-1 was allowed until 2029-12-31 (x)');
    expect(world.host.lines).toContain('notice: CVE-2 is allowed in curl, but was found in zlib');
  });

  test('lets a finding in several packages through when each of them is allowed', async () => {
    const packages = ['openssl', 'libssl3'].map((name) => ({ name, version: '3.0.1' }));
    const scan = {
      imageScanStatus: { status: 'ACTIVE' },
      imageScanFindings: {
        imageScanCompletedAt: new Date(0),
        enhancedFindings: [
          {
            severity: 'HIGH',
            packageVulnerabilityDetails: { vulnerabilityId: 'CVE-1', vulnerablePackages: packages },
          },
        ],
      },
    };
    const entry = (name: string, expires: string) =>
      `- { id: CVE-1, package: ${name}, reason: no fix yet in ${name}, expires: ${expires} }\n`;
    const judged = (text: string) =>
      gate({ answers: [scan], files: { 'allow.yml': text }, inputs: { 'allow-list': 'allow.yml' } });
    const one = await judged(entry('openssl', '2031-01-01'));
    expect(one.result.error?.details).toEqual(['high CVE-1 openssl 3.0.1, libssl3 3.0.1']);
    expect(one.world.host.lines).toContain(
      'notice: CVE-1 is allowed in openssl, but was found in openssl, libssl3',
    );
    const both = await judged(entry('openssl', '2031-01-01') + entry('libssl3', '2030-06-01'));
    expect(both.result.ok).toBe(true);
    expect(both.world.host.lines).toContain(
      'info: CVE-1 (high) is allowed until 2030-06-01: no fix yet in libssl3',
    );
    const expired = await judged(entry('openssl', '2031-01-01') + entry('libssl3', '2029-06-01'));
    expect(expired.result.ok).toBe(false);
  });

  test('without an entry, but for comments, lets nothing through', async () => {
    const { result } = await allowing('# - { id: CVE-1 }\n');
    expect(result.error?.details).toEqual(['high CVE-1 openssl 3.0.1', 'high CVE-2 zlib 3.0.1']);
  });

  test('with mistakes is refused before AWS is asked, all of them at once', async () => {
    const { world, result } = await allowing(
      '- { id: CVE-1 }\n- { id: CVE-2, reason: x, expires: 2030-02-30, until: 1 }\n- x\n',
    );
    expect(result.error).toMatchObject({
      code: 'FILE_UNREADABLE',
      summary: 'allow.yml has 5 problems',
      details: [
        'entry 1 has no reason',
        'entry 1 must expire on a day like 2030-12-31',
        'entry 2 must expire on a day like 2030-12-31',
        'entry 2 has the unknown member "until"',
        'entry 3 must be { id, reason, expires }',
      ],
    });
    expect(world.requests).toEqual([]);
  });
});

test.each([
  ['ghcr.io/o/web:1', 'image must be in a private Amazon ECR registry, because that is where it is scanned'],
  [
    '012345678901.dkr.ecr.eu-west-1.amazonaws.com/web',
    'image must name a tag or a digest: "latest" is never assumed',
  ],
])('%s cannot be judged, and is refused', async (name, summary) => {
  expect((await gate({ inputs: { image: name } })).result.error?.summary).toBe(summary);
});

test('another region than that of the image is refused', async () => {
  const { world, result } = await gate({ inputs: { region: 'us-east-1' } });
  expect(result.error?.summary).toBe('region is us-east-1, but the host of the image says eu-central-1');
  expect(world.requests).toEqual([]);
});

test.each<[object[] | undefined, string, string]>([
  [undefined, 'NOT_FOUND', 'team/web has no image v1'],
  [[{ failureCode: 'ImageNotFound', failureReason: 'x' }], 'NOT_FOUND', 'team/web has no image v1'],
  [
    [{ failureCode: 'KmsError', failureReason: 'The key is disabled.' }],
    'REQUEST_REFUSED',
    'team/web does not return the image v1: KmsError: The key is disabled.',
  ],
])('an image that ECR answers for with %j is %s', async (failures, code, summary) => {
  const batchGetImage = async () => ({ images: [], failures: failures as never });
  const world = fakeWorld({ inputs: { image }, aws: { ecr: { batchGetImage } } });
  const { error } = await runReported(scanGate, world);
  expect(error).toMatchObject({ code, summary });
});
