import { createRequire } from 'node:module';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { iamPolicy } from '@landfall/app/commands/iam-policy';
import { scanGate } from '@landfall/core/operations/scan-gate';
import { runReported } from '@landfall/report/run-reported';
import type { VirtualClock } from '@landfall/sandbox/clock/clock';
import { drivenClock } from '@landfall/sandbox/clock/driven-clock';
import { type Sandbox, startSandbox } from '@landfall/sandbox/sandbox';
import { awsWorld } from './aws-world.ts';
import { imageType, putBlob, putManifest } from './oci-image.ts';

// It has no types that agree with ours, and it carries the schema that OASIS published.
const { toBeValidSarifLog } = createRequire(import.meta.url)('@microsoft/jest-sarif');
expect.extend({ toBeValidSarifLog });

declare module 'expect' {
  interface Matchers<R extends void | Promise<void>> {
    toBeValidSarifLog(): R;
  }
}

let sandbox: Sandbox;
let login: string;
beforeAll(async () => {
  sandbox = await startSandbox({ enforce: true, clock: 'virtual' });
  const answer = (await sandbox.dispatch('ecr', 'GetAuthorizationToken')) as {
    authorizationData: { authorizationToken: string }[];
  };
  login = `Basic ${answer.authorizationData[0]!.authorizationToken}`;
});
afterAll(() => sandbox.close());
beforeEach(() =>
  sandbox.dispatch('ecr', 'PutRegistryScanningConfiguration', { scanType: 'BASIC', rules: [] }),
);

const finding = (index: number, severity: string, packageName = 'openssl') => ({
  name: `CVE-2030-${String(index).padStart(4, '0')}`,
  severity,
  description: 'A flaw.',
  uri: 'https://nvd.nist.gov/vuln/detail/CVE-2030-1',
  attributes: [
    { key: 'package_name', value: packageName },
    { key: 'package_version', value: '3.0.1' },
  ],
});

/** A repository with one image, and what its scan finds. */
async function image(repositoryName: string, findings: readonly object[]) {
  await sandbox.dispatch('ecr', 'CreateRepository', { repositoryName });
  const config = await putBlob(
    sandbox.registry,
    repositoryName,
    Buffer.from(`{"of":"${repositoryName}"}`),
    login,
  );
  const { digest } = await putManifest(
    sandbox.registry,
    repositoryName,
    'v1',
    imageType,
    { config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config }, layers: [] },
    login,
  );
  await sandbox.admin('ecr', 'PUT', ['findings'], { repository: repositoryName, findings });
  return { name: `${sandbox.registry}/${repositoryName}`, digest };
}

async function gate(inputs: Record<string, string>, files: Record<string, string> = {}) {
  const principal = sandbox.addPrincipal({
    policy: JSON.parse(iamPolicy(scanGate, new Map([['image', inputs.image!]]))),
  });
  // Scans take their time, and the sandbox's time is the gate's.
  const clock = { ...drivenClock(sandbox.clock as VirtualClock), random: () => 0.5 };
  const started = clock.elapsed();
  const world = await awsWorld(sandbox, { inputs, files, principal, clock });
  const result = await runReported(scanGate, world);
  return { ...result, world, took: clock.elapsed() - started };
}

test('two hundred findings of a basic scan come page by page, and are judged, shown and written as valid SARIF', async () => {
  const findings = Array.from({ length: 200 }, (_, index) =>
    finding(index, index < 2 ? 'HIGH' : 'LOW', `p${index}`),
  );
  const { name, digest } = await image('basic/web', findings);
  await sandbox.dispatch('ecr', 'StartImageScan', {
    repositoryName: 'basic/web',
    imageId: { imageTag: 'v1' },
  });
  const result = await gate(
    { image: `${name}:v1`, sarif: 'scan.sarif', 'allow-list': 'allowed.yml' },
    { 'allowed.yml': '- { id: CVE-2030-0000, reason: not reachable, expires: 2031-01-01 }' },
  );
  expect(result.error).toMatchObject({
    code: 'VULNERABILITIES_FOUND',
    summary: `1 finding of severity high or worse in ${name}:v1`,
    details: ['high CVE-2030-0001 p1 3.0.1'],
  });
  expect(result.outputs).toMatchObject({ findings: '{"high":2,"low":198}', blocking: '1' });
  expect(result.calls['ecr:DescribeImageScanFindings']).toBeGreaterThan(1);
  const log = JSON.parse(result.world.files.contents['/workspace/scan.sarif']!);
  expect(log).toBeValidSarifLog();
  expect(log.runs[0].results).toHaveLength(200);
  expect(log.runs[0].properties.image).toBe(`${name}@${digest}`);
});

test('with enhanced scanning the findings of Inspector are judged, without a scan to start', async () => {
  const { name } = await image('prod/web', [finding(1, 'CRITICAL'), finding(2, 'MEDIUM')]);
  await sandbox.dispatch('ecr', 'PutRegistryScanningConfiguration', {
    scanType: 'ENHANCED',
    rules: [
      { scanFrequency: 'CONTINUOUS_SCAN', repositoryFilters: [{ filter: 'prod/*', filterType: 'WILDCARD' }] },
    ],
  });
  const result = await gate({ image: `${name}:v1`, sarif: 'scan.sarif', 'fail-on': 'medium' });
  // They come in bit by bit, after the scan has called itself ACTIVE.
  expect(result.error).toMatchObject({
    code: 'VULNERABILITIES_FOUND',
    details: ['critical CVE-2030-0001 openssl 3.0.1', 'medium CVE-2030-0002 openssl 3.0.1'],
  });
  expect(result.calls).not.toHaveProperty('ecr:StartImageScan');
  expect((await gate({ image: `${name}:v1`, 'fail-on': 'never' })).ok).toBe(true);
});

test('a repository that enhanced scanning omits is reported immediately, with how to include it', async () => {
  const { name, digest } = await image('other/web', []);
  await sandbox.dispatch('ecr', 'PutRegistryScanningConfiguration', {
    scanType: 'ENHANCED',
    rules: [
      { scanFrequency: 'SCAN_ON_PUSH', repositoryFilters: [{ filter: 'prod/*', filterType: 'WILDCARD' }] },
    ],
  });
  const { error, took } = await gate({ image: `${name}:v1` });
  expect(error).toMatchObject({
    code: 'SCAN_INCOMPLETE',
    summary: `the scan of other/web@${digest} will not be started: the registry scans with Amazon Inspector, and none of its filters matches this repository`,
    remedy:
      "Add the repository to the filters of the registry's scanning configuration (PutRegistryScanningConfiguration).",
  });
  expect(took).toBe(0);
});

test('an image without findings is let through, and its SARIF is valid too', async () => {
  const { name } = await image('clean/web', []);
  await sandbox.dispatch('ecr', 'StartImageScan', {
    repositoryName: 'clean/web',
    imageId: { imageTag: 'v1' },
  });
  const result = await gate({ image: `${name}:v1`, sarif: 'scan.sarif' });
  expect(result).toMatchObject({ ok: true, outputs: { blocking: '0' } });
  const log = result.world.files.contents['/workspace/scan.sarif']!;
  expect(JSON.parse(log)).toBeValidSarifLog();
});
