/**
 * `scan-gate` while others move and delete images, scans progress, responses are late or lost, and runs are
 * killed.
 */
import { expect, test } from '@jest/globals';
import { scanGate } from '@landfall/core/operations/scan-gate';
import { AwsFault } from '@landfall/sandbox/api/aws-service';
import type { VirtualClock } from '@landfall/sandbox/clock/clock';
import { sandboxForTests } from '@landfall/sandbox/testing/started';
import fc from 'fast-check';
import { propertyRuns, propertyTimeout } from '../../runner/property-runs.ts';
import { imageType, indexType, putBlob, putManifest } from '../oci-image.ts';
import { type Between, interferedRun, noTrouble, troubles } from './interfered-run.ts';

const running = sandboxForTests({ clock: 'virtual', enforce: true });
const gate = scanGate;
/** For each scenario: a password ends after hours, which pass in the scans. */
async function logIn(): Promise<string> {
  const answer = (await running().dispatch('ecr', 'GetAuthorizationToken')) as {
    authorizationData: { authorizationToken: string }[];
  };
  return `Basic ${answer.authorizationData[0]!.authorizationToken}`;
}

/** From the least to the worst; the last is unknown. */
const severities = [
  'UNDEFINED',
  'INFORMATIONAL',
  'LOW',
  'MEDIUM',
  'HIGH',
  'CRITICAL',
  'CATASTROPHIC',
] as const;
type Severity = (typeof severities)[number];
const findingsOfImage = fc.oneof(
  { weight: 3, arbitrary: fc.array(fc.constantFrom('UNDEFINED', 'LOW'), { maxLength: 3 }) },
  fc.array(fc.constantFrom(...severities), { maxLength: 3 }),
) as fc.Arbitrary<Severity[]>;

const scenarios = fc.record({
  /** By platform; with one there may be no index. */
  platforms: fc.array(findingsOfImage, { minLength: 1, maxLength: 2 }),
  isIndex: fc.boolean(),
  scanType: fc.constantFrom('BASIC', 'ENHANCED'),
  scanned: fc.boolean(),
  /** Whether the image has been there for long, so that nothing of its scan is on its way. */
  aged: fc.boolean(),
  failOn: fc.constantFrom('critical', 'high', 'medium', 'never'),
  /** The image that others move the tag to. */
  other: findingsOfImage,
  events: fc.array(
    fc.record({
      at: fc.nat(16),
      act: fc.constantFrom('move the tag', 'delete the image', 'start a scan', 'find more'),
    }),
    { maxLength: 2 },
  ),
  /** Reads of findings that show what they showed before, count what they do not list, or tell of a scan that failed. */
  late: fc.uniqueArray(fc.nat(20), { maxLength: 6 }),
  unlisted: fc.uniqueArray(fc.nat(20), { maxLength: 3 }),
  ended: fc.option(fc.record({ at: fc.nat(20), as: fc.constantFrom('FAILED', 'SCAN_ELIGIBILITY_EXPIRED') }), {
    nil: undefined,
    freq: 6,
  }),
  trouble: troubles,
});
type Scenario = typeof scenarios extends fc.Arbitrary<infer S> ? S : never;

interface Answer {
  readonly imageScanStatus?: { readonly status: string };
  readonly imageScanFindings?: {
    readonly findings?: readonly { readonly severity: Severity }[];
    readonly enhancedFindings?: readonly { readonly severity: Severity }[];
  };
}
const listed = ({ imageScanFindings: all }: Answer) => [
  ...(all?.findings ?? []),
  ...(all?.enhancedFindings ?? []),
];
const blocks = (failOn: Scenario['failOn'], severity: Severity) =>
  failOn !== 'never' &&
  severities.indexOf(severity) >= severities.findIndex((one) => one.toLowerCase() === failOn);

let scenesPlayed = 0;

async function run(scenario: Scenario) {
  const { failOn, events, trouble } = scenario;
  const sandbox = running();
  const { clock, registry } = sandbox;
  const login = await logIn();
  scenesPlayed += 1;
  const repositoryName = `web-${scenesPlayed}`;
  const ask = (operation: string, input: object) =>
    sandbox.dispatch('ecr', operation, { repositoryName, ...input });
  const unlessFault = (thrown: unknown) => {
    if (!(thrown instanceof AwsFault)) throw thrown;
  };
  /** What is wrong with each image indeed, by its digest. */
  const truth = new Map<string, readonly Severity[]>();
  const find = async (digest: string, found: readonly Severity[]) => {
    truth.set(digest, found);
    const findings = found.map((severity, at) => ({ name: `CVE-2030-${at}`, severity, attributes: [] }));
    await sandbox.admin('ecr', 'PUT', ['findings'], {
      repository: repositoryName,
      reference: digest,
      findings,
    });
  };
  const put = async (tag: string | undefined, name: string, found: readonly Severity[]) => {
    const config = await putBlob(registry, repositoryName, Buffer.from(JSON.stringify({ name })), login);
    const content = {
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
      layers: [],
    };
    const made = await putManifest(registry, repositoryName, tag, imageType, content, login);
    await find(made.digest, found);
    return made;
  };
  const scan = (imageDigest: string) =>
    ask('StartImageScan', { imageId: { imageDigest } }).catch(unlessFault);

  await ask('CreateRepository', {});
  await ask('PutRegistryScanningConfiguration', {
    repositoryName: undefined,
    scanType: scenario.scanType,
    rules:
      scenario.scanType === 'BASIC'
        ? []
        : [
            {
              scanFrequency: 'CONTINUOUS_SCAN',
              repositoryFilters: [{ filter: '*', filterType: 'WILDCARD' }],
            },
          ],
  });
  const tagged = scenario.isIndex || scenario.platforms.length > 1 ? undefined : 'v1';
  const children: { readonly digest: string }[] = [];
  for (const [at, found] of scenario.platforms.entries())
    children.push(await put(tagged, `part ${at}`, found));
  if (tagged === undefined)
    await putManifest(registry, repositoryName, 'v1', indexType, { manifests: children }, login);
  if (scenario.scanned) for (const { digest } of children) await scan(digest);
  if (scenario.aged) (clock as VirtualClock).advance(300_000);

  const act = {
    'move the tag': () => put('v1', 'other', scenario.other),
    'delete the image': () => ask('BatchDeleteImage', { imageIds: [{ imageTag: 'v1' }] }),
    'start a scan': () => scan(children[0]!.digest),
    'find more': () => find(children[0]!.digest, ['CRITICAL', ...truth.get(children[0]!.digest)!]),
  };
  /** By digest: what was served last, what was true then, and whether a late read hid what others had changed. */
  const served = new Map<string, { answer: Answer; was: readonly Severity[]; hidden: boolean }>();
  const honest = new Map<string, { answer: unknown; at: number; changed: boolean }>();
  let parts: readonly string[] = [];
  let seen: readonly Severity[] = [];
  const findings = async (number: number, digest: string, send: () => Promise<unknown>) => {
    if (scenario.ended?.at === number)
      return { imageScanStatus: { status: scenario.ended.as, description: 'a reason' } };
    const before = honest.get(digest);
    const isLate = scenario.late.includes(number) && before && clock.elapsed() - before.at < 25_000;
    const answer = isLate
      ? before.answer
      : await send().catch((thrown) => {
          unlessFault(thrown);
          return thrown as AwsFault;
        });
    if (!isLate) honest.set(digest, { answer, at: clock.elapsed(), changed: false });
    if (answer instanceof AwsFault) throw answer;
    const shown = answer as Answer;
    const all = shown.imageScanFindings;
    if (!scenario.unlisted.includes(number) || !all) return shown;
    const without = (list: readonly { severity: Severity }[] | undefined) => list?.slice(0, -1);
    return {
      ...shown,
      imageScanFindings: {
        ...all,
        ...(all.findings && { findings: without(all.findings) }),
        ...(all.enhancedFindings && { enhancedFindings: without(all.enhancedFindings) }),
      },
    };
  };
  const between: Between = async ({ number, operation, input }, send) => {
    for (const event of events.filter(({ at }) => at === number)) {
      await act[event.act]();
      if (event.act === 'find more') for (const one of honest.values()) one.changed = true;
    }
    if (operation === 'BatchGetImage') {
      const answer = (await send()) as {
        images: { imageManifest: string; imageId: { imageDigest: string } }[];
      };
      const [image] = answer.images;
      const { manifests } = JSON.parse(image?.imageManifest ?? '{}') as { manifests?: { digest: string }[] };
      parts = manifests?.map(({ digest }) => digest) ?? (image ? [image.imageId.imageDigest] : []);
      return answer;
    }
    if (operation !== 'DescribeImageScanFindings') return await send();
    const digest = input.imageId.imageDigest as string;
    expect(parts).toContain(digest);
    const answer = (await findings(number, digest, send)) as Answer;
    seen = [...seen, ...listed(answer).map(({ severity }) => severity)];
    const last = honest.get(digest);
    served.set(digest, { answer, was: truth.get(digest)!, hidden: last?.changed === true });
    return answer;
  };

  const inputs = { image: `${registry}/${repositoryName}:v1`, 'fail-on': failOn };
  const first = await interferedRun(sandbox, gate, inputs, trouble, between);
  expect(first?.error?.code).not.toBe('INTERNAL');
  if (first?.ok) {
    expect(parts).not.toEqual([]);
    for (const digest of parts) {
      const last = served.get(digest)!;
      expect(['COMPLETE', 'ACTIVE']).toContain(last.answer.imageScanStatus?.status);
      if (!last.hidden) expect(last.was.filter((severity) => blocks(failOn, severity))).toEqual([]);
    }
  }
  if (first?.error?.code === 'VULNERABILITIES_FOUND')
    expect(seen.some((severity) => blocks(failOn, severity))).toBe(true);

  // Without interference it is green if and only if nothing that blocks is in the image that the tag
  // names.
  const again = await interferedRun(sandbox, gate, inputs, noTrouble, (request, send) =>
    request.operation === 'BatchGetImage' ? between({ ...request, number: -1 }, send) : send(),
  );
  const bad = parts.flatMap((digest) => truth.get(digest)!).some((severity) => blocks(failOn, severity));
  expect(again?.error?.code).toBe(
    parts.length === 0 ? 'NOT_FOUND' : bad ? 'VULNERABILITIES_FOUND' : undefined,
  );
}

test(
  'green means that a finished scan of every platform has nothing that blocks; what was red or killed is judged by the image alone when it is run again',
  async () => {
    await fc.assert(
      fc.asyncProperty(scenarios, (scenario) => run(scenario)),
      propertyRuns(200),
    );
  },
  propertyTimeout,
);
