import { partitionOf } from '../image/reference/ecr-host.ts';
import { regionInput } from '../inputs/common.ts';
import { boolean, choice, integer, list, pairs, path, text } from '../inputs/kinds.ts';
import { repositoryName, tagKey } from '../inputs/patterns.ts';
import { viaService } from '../operation/conditions.ts';
import { type Call, defineOperation } from '../operation/operation.ts';
import { bringTo, untilThere } from '../repository/bring-to.ts';
import { policyFile } from '../repository/current-policy.ts';
import { createRepository, type LocatedRepository, readRepository } from '../repository/ecr-repository.ts';
import { lifecycleRules } from '../repository/lifecycle-policy.ts';
import {
  notesOnKey,
  planRepository,
  type RequestedPolicy,
  type RequestedRepository,
  unfinishedTag,
} from '../repository/plan-repository.ts';
import { notesOn, readRegistryRules, underTemplate } from '../repository/registry-rules.ts';
import { otherStatements, pullStatements } from '../repository/repository-policy.ts';
import type { Ecr } from '../world/aws.ts';

const inputs = {
  repository: text({
    required: true,
    pattern: repositoryName,
    description: 'The name of the repository.',
    example: 'team/web',
  }),
  region: regionInput,
  'image-tag-mutability': choice(
    ['MUTABLE', 'IMMUTABLE', 'MUTABLE_WITH_EXCLUSION', 'IMMUTABLE_WITH_EXCLUSION'],
    {
      description: 'Whether a tag can be re-pushed with a different image. Unchanged unless set.',
    },
  ),
  'image-tag-exclusion-filters': list({
    item: {
      // https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageTagMutabilityExclusionFilter.html
      expression: /^(?!(?:[^*]*\*){3})[A-Za-z0-9._*-]{1,128}$/,
      rule: 'a tag in which * matches anything, used at most twice',
    },
    maxItems: 5,
    description: 'Tags that the mutability setting does not apply to, for the two settings with exclusion.',
    example: 'latest,dev-*',
  }),
  'scan-on-push': boolean({
    description: 'Scan every pushed image (basic scanning). Unchanged unless set.',
  }),
  'encryption-type': choice(['AES256', 'KMS', 'KMS_DSSE'], {
    description: 'How images are encrypted. Set when the repository is created; it cannot be changed later.',
  }),
  'kms-key': text({
    pattern: { expression: /^[A-Za-z0-9:/_-]{1,2048}$/, rule: 'a KMS key id, alias or ARN', type: 'KMS key' },
    description:
      'The key, for `KMS` and `KMS_DSSE`. By default, the AWS managed key for ECR. An alias is not compared with the key of an existing repository.',
  }),
  'lifecycle-policy': path({ description: 'The whole lifecycle policy, from a JSON file.' }),
  'expire-untagged-after': integer(
    { min: 1, max: 3650 },
    {
      description:
        'Adds a lifecycle rule that removes untagged images after N days. Other rules stay, and take precedence.',
    },
  ),
  'keep-last': integer(
    { min: 1, max: 10_000 },
    {
      description:
        'Adds a lifecycle rule that keeps the newest N images. Other rules stay, and take precedence.',
    },
  ),
  'repository-policy': path({ description: 'The whole repository policy, from a JSON file.' }),
  'allow-pull': list({
    item: { expression: /^(?:\d{12}|codebuild|lambda)$/, rule: 'an account id, codebuild or lambda' },
    description:
      'Who may pull, each through a separate statement in the repository policy: account ids, `codebuild`, `lambda`. Other statements stay.',
    example: '123456789012,codebuild',
  }),
  'resource-tags': pairs({
    name: tagKey,
    description: 'AWS tags of the repository, as `key=value`. Other tags are left unchanged.',
  }),
  'dry-run': boolean({
    default: 'false',
    description: 'Print what would be changed, and exit without changing anything.',
  }),
};

const outputs = {
  'repository-uri': {
    description: 'The repository with its registry host; absent in a dry run for a new repository.',
  },
  'repository-arn': { description: 'The ARN of the repository.' },
  changed: { description: '`true` if anything was changed (in a dry run: would be changed).' },
  changes: { description: 'What was changed, as a JSON list of sentences.' },
};

const resource = 'arn:${Partition}:ecr:${Region}:${Account}:repository/${repository}';
const needs = (action: string, when?: string) => ({ action, resource, ...(when !== undefined && { when }) });

export const ensureRepository = defineOperation({
  name: 'ensure-repository',
  title: 'Ensure an Amazon ECR repository',
  description:
    'Creates a repository if it is missing, or updates it to match the inputs, and reports what it changed.',
  promises: [
    'Only settings named by an input are changed; other tags, statements and rules, replication and everything else stay. A conflict with a requested statement or rule is an error that shows both.',
    'A new repository follows the creation template of the registry (`CREATE_ON_PUSH`) unless an input overrides it. Until the policies of the template are set, it carries the tag `landfall:unfinished`: the next run after an interrupted one sets those that are still missing.',
    'Green means that the repository, read back after the last change, matches the inputs.',
    'Running it again changes nothing; of two concurrent runs, one creates the repository and both succeed.',
    'What was changed before a failure is in the outputs.',
  ],
  inputs,
  outputs,
  permissions: [
    needs('ecr:DescribeRepositories'),
    needs('ecr:CreateRepository'),
    ...['ecr:DescribeRepositoryCreationTemplates', 'ecr:DescribePullThroughCacheRules'].map((action) => ({
      action,
      resource: '*',
      when: 'when the repository is missing, or unfinished',
      optional: true,
    })),
    ...['kms:CreateGrant', 'kms:DescribeKey'].map((action) => ({
      action,
      resource: 'arn:${Partition}:kms:${Region}:${Account}:key/${kms-key}',
      // ECR creates the grant and asks in the caller's name; the caller itself may not create one.
      condition: viaService('ecr'),
      when: 'when the repository is missing and encrypted with a customer managed key',
    })),
    needs('ecr:PutImageTagMutability', 'when `image-tag-mutability` is set'),
    needs('ecr:PutImageScanningConfiguration', 'when `scan-on-push` is set'),
    needs('ecr:GetLifecyclePolicy', 'when a lifecycle policy is set, here or by a creation template'),
    needs('ecr:PutLifecyclePolicy', 'when a lifecycle policy is set, here or by a creation template'),
    needs('ecr:GetRepositoryPolicy', 'when a repository policy is set, here or by a creation template'),
    needs('ecr:SetRepositoryPolicy', 'when a repository policy is set, here or by a creation template'),
    needs('ecr:ListTagsForResource'),
    needs('ecr:TagResource', 'when `resource-tags` is set, or a creation template has tags or policies'),
    {
      ...needs('ecr:UntagResource', 'when a creation template has policies'),
      condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': unfinishedTag } },
    },
  ],
  errors: ['REPOSITORY_CONFLICT', 'ACCESS_DENIED', 'FILE_UNREADABLE', 'PATH_MISSING', 'REQUEST_REFUSED'],
  branding: { icon: 'archive', color: 'orange' },
  check: (values) => {
    const excluding = values.imageTagMutability?.endsWith('_WITH_EXCLUSION') === true;
    const common = values.expireUntaggedAfter !== undefined || values.keepLast !== undefined;
    return [
      ...(excluding !== (values.imageTagExclusionFilters !== undefined)
        ? [
            {
              input: 'image-tag-exclusion-filters',
              problem: 'and an image-tag-mutability with exclusion need each other',
            },
          ]
        : []),
      ...(values.kmsKey !== undefined && !values.encryptionType?.startsWith('KMS')
        ? [{ input: 'kms-key', problem: 'needs the encryption-type KMS or KMS_DSSE' }]
        : []),
      ...(common && values.lifecyclePolicy !== undefined
        ? [
            {
              input: 'lifecycle-policy',
              problem: 'is a complete policy: set either it, or expire-untagged-after and keep-last',
            },
          ]
        : []),
      ...(values.allowPull !== undefined && values.repositoryPolicy !== undefined
        ? [{ input: 'repository-policy', problem: 'is a complete policy: set either it or allow-pull' }]
        : []),
    ];
  },

  async run(call) {
    const { world, inputs: given, output, record } = call;
    const signal = world.host.cancellation;
    const wanted = await wantedOf(call);
    const ecr = await world.aws.ecr(given.region);
    const found = await readRepository(ecr, wanted, signal);
    if (found) for (const note of notesOnKey(found.existing, wanted)) world.host.log.notice(note);
    const isLeft = found?.existing.tags[unfinishedTag] !== undefined;
    const fresh = found && !isLeft ? wanted : await asRegistryWants(call, ecr, wanted);
    // What CreateRepository takes is given with it; what the template sets in addition is still to be applied.
    const { template, lifecyclePolicy, policy } = fresh;
    const goal = { ...wanted, template, lifecyclePolicy, policy };
    if (found) noteUnfinished(call, goal, found);
    const seen = isLeft ? await readRepository(ecr, goal, signal) : found;
    const planned = planRepository(seen?.existing, goal);
    const done: string[] = [];
    const tell = async () => {
      await output('changed', String(done.length > 0));
      await output('changes', JSON.stringify(done));
    };
    const tellIdentity = async ({ uri, existing }: LocatedRepository) => {
      await output('repository-uri', uri);
      await output('repository-arn', existing.arn);
    };
    if (given.dryRun) {
      if (found) await tellIdentity(found);
      done.push(...planned.flatMap(({ kind, text }) => (kind === 'finish' ? [] : text)));
      await tell();
      return report(call, done);
    }
    try {
      const created = !found && (await createRepository(ecr, fresh, signal));
      if (created === 'made') done.push(`create ${wanted.name}`);
      const first = found ?? (await untilThere(world, ecr, wanted));
      const isMarked = first.existing.tags[unfinishedTag] !== undefined;
      // A request before the last one may have made it; the mark tells, where there is one.
      if (created === 'unknown' && (template === undefined || isMarked)) done.push(`create ${wanted.name}`);
      if (created === 'there') noteUnfinished(call, goal, first);
      await tellIdentity(first);
      const end = await bringTo(world, ecr, goal, first, done);
      noteOthers(call, end);
      report(call, done);
    } catch (thrown) {
      if (done.length > 0) report(call, done);
      throw thrown;
    } finally {
      await tell();
      record.note({ changes: done });
    }
  },
});

/** Who may pull is also said by what others wrote. */
function noteOthers({ world, inputs: given }: EnsureCall, { existing: { policy } }: LocatedRepository) {
  if (given.allowPull === undefined || policy === undefined) return;
  const others = otherStatements(policy);
  if (others.length > 0)
    world.host.log.notice(
      `the policy of ${given.repository} has other statements, which stay in effect: ${others.join(', ')}`,
    );
}

/** A repository that is missing is made as the registry's own rules have it, where no input says otherwise. */
async function asRegistryWants(
  { world: { host } }: EnsureCall,
  ecr: Ecr,
  wanted: RequestedRepository,
): Promise<RequestedRepository> {
  const rules = await readRegistryRules(ecr, wanted.name, host);
  const fresh = rules.template ? underTemplate(wanted, rules.template) : wanted;
  for (const note of notesOn(wanted.name, rules, fresh)) host.log.notice(note);
  return fresh;
}

/** Another run has made the repository, and not set the policies of its template. */
function noteUnfinished(
  { world: { host } }: EnsureCall,
  { name, template }: RequestedRepository,
  { existing: { tags } }: LocatedRepository,
): void {
  const left = tags[unfinishedTag];
  if (left === undefined) return;
  host.log.notice(
    template === undefined
      ? `${name} was created by a run that did not finish, and the creation template ${left} can no longer be read: some of its policies may be missing. If the repository is as it should be, remove its tag ${unfinishedTag}`
      : `${name} was created by a run that did not finish: the missing policies of its creation template are being set`,
  );
}

type EnsureCall = Call<typeof inputs, typeof outputs>;

async function wantedOf({ inputs: given, world }: EnsureCall): Promise<RequestedRepository> {
  const { files, aws } = world;
  return {
    name: given.repository,
    mutability: given.imageTagMutability && {
      mode: given.imageTagMutability,
      exclusions: given.imageTagExclusionFilters ?? [],
    },
    scanOnPush: given.scanOnPush,
    encryption: given.encryptionType && { type: given.encryptionType, kmsKey: given.kmsKey },
    lifecyclePolicy: wish(await policyFile(files, given.lifecyclePolicy), lifecycleRules(given)),
    policy: wish(
      await policyFile(files, given.repositoryPolicy),
      given.allowPull && pullStatements(given.allowPull, partitionOf(given.region ?? aws.region)),
    ),
    tags: given.resourceTags ?? [],
  };
}

const wish = <Part>(
  text: string | undefined,
  parts: readonly Part[] | undefined,
): RequestedPolicy<Part> | undefined =>
  text === undefined ? parts && { kind: 'parts', parts } : { kind: 'whole', text };

function report({ world: { host }, record, inputs: given }: EnsureCall, done: readonly string[]) {
  const lines = given.dryRun ? done.map((line) => `would change: ${line}`) : done;
  for (const line of lines) host.log.info(line);
  if (lines.length === 0) host.log.info(`${given.repository} already matches the inputs`);
  record.summary(
    { kind: 'heading', text: `Repository ${given.repository}${given.dryRun ? ' (dry run)' : ''}` },
    lines.length > 0
      ? { kind: 'list', items: lines }
      : { kind: 'paragraph', text: 'Already matches the inputs; nothing to change.' },
  );
}
