import { loadDocument } from '../documents/load-document.ts';
import { LandfallError } from '../errors/landfall-error.ts';
import { ecrHost, isLoopback } from '../image/reference/ecr-host.ts';
import { parseImageReference } from '../image/reference/image-reference.ts';
import { regionInput } from '../inputs/common.ts';
import { choice, duration, path, text } from '../inputs/kinds.ts';
import { type Call, defineOperation } from '../operation/operation.ts';
import { readAllowList } from '../scan/allow-list.ts';
import { awaitScans } from '../scan/await-scan.ts';
import { packagesText, severities, severityText } from '../scan/finding.ts';
import { type Judgement, judgeFindings } from '../scan/judge-findings.ts';
import { sarif } from '../scan/sarif.ts';
import { scannableImages } from '../scan/scannable-images.ts';

const inputs = {
  image: text({
    required: true,
    description: 'The image, by tag or digest, with its registry host: the output `image` of build-push.',
    example: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/web@sha256:…',
  }),
  region: regionInput,
  'fail-on': choice(['critical', 'high', 'medium', 'low', 'informational', 'never'], {
    default: 'high',
    description:
      'Fail on findings of this severity or worse; `never` only reports. A finding without a severity (UNDEFINED, UNTRIAGED) ranks below all of these, one with a severity unknown to this version above all.',
  }),
  'allow-list': path({
    description:
      'A JSON or YAML list of `{ id, reason, expires, package? }`: findings that are allowed until a date. With `package`, each package of a finding needs an entry.',
    example: '.landfall/allowed-findings.yml',
  }),
  sarif: path({
    description: 'Where to write the findings as SARIF, for code scanning.',
    example: 'scan.sarif',
  }),
  'wait-timeout': duration(
    { min: '10s', max: '1h' },
    { default: '10m', description: 'How long to wait for the scans of all platforms and their findings.' },
  ),
};

const outputs = {
  findings: { description: 'How many findings there are of each severity, as JSON.' },
  blocking: { description: 'How many findings block the pipeline.' },
  sarif: { description: 'The path of the SARIF file, if requested.' },
};

const resource = 'arn:${Partition}:ecr:${Region}:${Account}:repository/${image}';

export const scanGate = defineOperation({
  name: 'scan-gate',
  title: 'Gate on an image scan',
  description:
    "Waits for Amazon ECR's scan of an image, basic or enhanced, and fails if it found anything that is not allowed.",
  promises: [
    'Green means that a completed scan of every platform of this image found nothing that blocks; a scan that did not complete is never green.',
    'Amazon Inspector adds findings after its scan reports completion, so they are judged once they have been stable for half a minute, or for a minute if there are none.',
    'A severity unknown to this version blocks, and findings that a scan counts but does not list are waited for, not skipped.',
    'An allowed finding needs a reason and an expiry date; after that date it blocks again.',
  ],
  inputs,
  outputs,
  permissions: [
    { action: 'ecr:BatchGetImage', resource },
    { action: 'ecr:DescribeImageScanFindings', resource },
    { action: 'ecr:StartImageScan', resource },
    {
      action: 'ecr:BatchGetRepositoryScanningConfiguration',
      resource,
      when: 'with enhanced scanning, where an image has no scan',
      optional: true,
    },
    { action: 'inspector2:ListCoverage', resource: '*', when: 'with enhanced scanning' },
    { action: 'inspector2:ListFindings', resource: '*', when: 'with enhanced scanning' },
  ],
  errors: [
    'VULNERABILITIES_FOUND',
    'SCAN_INCOMPLETE',
    'NOT_FOUND',
    'REQUEST_REFUSED',
    'ACCESS_DENIED',
    'FILE_UNREADABLE',
    'PATH_REFUSED',
  ],
  branding: { icon: 'shield', color: 'purple' },
  check: ({ image, region }) => {
    const parsed = parseImageReference(image);
    if (!parsed.ok) return [{ input: 'image', problem: parsed.problem }];
    const { registry = '', tag, digest } = parsed.reference;
    const where = ecrHost(registry);
    if (where?.kind === 'private' && region !== undefined && region !== where.region)
      return [{ input: 'region', problem: `is ${region}, but the host of the image says ${where.region}` }];
    if (where?.kind !== 'private' && !isLoopback(registry))
      return [
        {
          input: 'image',
          problem: 'must be in a private Amazon ECR registry, because that is where it is scanned',
        },
      ];
    return tag === undefined && digest === undefined
      ? [{ input: 'image', problem: 'must name a tag or a digest: "latest" is never assumed' }]
      : [];
  },

  async run(call) {
    const { world, inputs: given, output } = call;
    const { host, files, aws, clock } = world;
    const allowances =
      given.allowList === undefined
        ? []
        : readAllowList(
            await loadDocument(await files.readText(given.allowList), given.allowList),
            given.allowList,
          );
    // Refused now, not after minutes of a scan.
    if (given.sarif !== undefined) await files.destination(given.sarif);
    const parsed = parseImageReference(given.image);
    if (!parsed.ok) throw new LandfallError('INTERNAL', { summary: 'the image was not validated' });
    const { registry = '', repository, tag, digest } = parsed.reference;
    const where = ecrHost(registry);
    const target = {
      repositoryName: repository,
      ...(where?.kind === 'private' && { registryId: where.accountId }),
    };
    const ecr = await aws.ecr(given.region ?? (where?.kind === 'private' ? where.region : undefined));
    const found = await scannableImages(ecr, target, { tag, digest }, host.cancellation);
    const failOn = given.failOn === 'never' ? undefined : given.failOn;
    const scanned = { ...target, digests: found.images };
    const findings = await awaitScans(world, ecr, scanned, { timeout: given.waitTimeout, failOn });

    const judgement = judgeFindings(findings, failOn, allowances, clock.now());
    await output('findings', JSON.stringify(judgement.counts));
    await output('blocking', String(judgement.blocking.length));
    if (given.sarif !== undefined) {
      const allowedFor = new Map(judgement.allowed.map(({ finding, by }) => [finding, by.reason]));
      const entries = judgement.findings.map((finding) => ({
        finding,
        ...(allowedFor.has(finding) && { allowedFor: allowedFor.get(finding)! }),
      }));
      await output(
        'sarif',
        await files.writeArtifact(
          given.sarif,
          sarif({ name: `${registry}/${repository}`, digest: found.digest }, entries),
        ),
      );
    }
    report(call, judgement);
  },
});

/** How many blocking findings the error names. */
const shown = 20;
/** How many the summary has a row for. */
const mostRows = 100;

function report(
  { world: { host }, record, inputs: given }: Call<typeof inputs, typeof outputs>,
  judgement: Judgement,
) {
  const { blocking, allowed, counts, notes } = judgement;
  for (const note of notes) host.log.notice(note);
  for (const { finding, by } of allowed)
    host.log.info(`${finding.id} (${severityText(finding)}) is allowed until ${by.expires}: ${by.reason}`);
  const text =
    severities
      .toReversed()
      .flatMap((one) => (counts[one] ? [`${counts[one]} ${one}`] : []))
      .join(', ') || 'none';
  host.log.info(`findings: ${text}`);
  record.note({ blockingFindings: blocking.map(({ id, severity }) => ({ id, severity })) });
  record.summary(
    { kind: 'heading', text: `Scan of ${given.image}` },
    { kind: 'paragraph', text: `Findings: ${text}` },
    ...(blocking.length > 0
      ? [
          {
            kind: 'table' as const,
            head: ['Finding', 'Severity', 'Packages'],
            rows: blocking.slice(0, mostRows).map((one) => [one.id, severityText(one), packagesText(one)]),
          },
        ]
      : []),
    ...(blocking.length > mostRows
      ? [{ kind: 'paragraph' as const, text: `and ${blocking.length - mostRows} more` }]
      : []),
    ...(allowed.length > 0
      ? [
          {
            kind: 'table' as const,
            head: ['Allowed', 'Severity', 'Until', 'Reason'],
            rows: allowed
              .slice(0, mostRows)
              .map(({ finding, by }) => [finding.id, severityText(finding), by.expires, by.reason]),
          },
        ]
      : []),
  );
  if (blocking.length === 0) return;
  throw new LandfallError('VULNERABILITIES_FOUND', {
    summary: `${blocking.length} ${blocking.length === 1 ? 'finding' : 'findings'} of severity ${given.failOn} or worse in ${given.image}`,
    details: [
      ...blocking.slice(0, shown).map((one) => `${severityText(one)} ${one.id} ${packagesText(one)}`.trim()),
      ...(blocking.length > shown
        ? [`and ${blocking.length - shown} more; set the input \`sarif\` to get all of them`]
        : []),
    ],
    facts: { counts },
  });
}
