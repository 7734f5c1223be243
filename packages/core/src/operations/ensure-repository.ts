import { partitionOf } from '../image/reference/ecr-host.ts';
import { regionInput } from '../inputs/common.ts';
import { boolean, choice, integer, list, pairs, path, text } from '../inputs/kinds.ts';
import { repositoryName, tagKey } from '../inputs/patterns.ts';
import { viaService } from '../operation/conditions.ts';
import { type Call, defineOperation } from '../operation/operation.ts';
import { bringTo, untilThere } from '../repository/bring-to.ts';
import { createRepository, type FoundRepository, readRepository } from '../repository/ecr-repository.ts';
import { lifecycleRules } from '../repository/lifecycle-policy.ts';
import {
  notesOnKey,
  planRepository,
  unfinishedTag,
  type WantedPolicy,
  type WantedRepository,
} from '../repository/plan-repository.ts';
import { policyFile } from '../repository/policy-file.ts';
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
      description: 'Whether a tag may be moved to another image. Left as it is when not given.',
    },
  ),
  'image-tag-exclusion-filters': list({
    item: {
      // https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageTagMutabilityExclusionFilter.html
      expression: /^(?!(?:[^*]*\*){3})[A-Za-z0-9._*-]{1,128}$/,
      rule: 'a tag in which * stands for anything, at most twice',
    },
    maxItems: 5,
    description: 'Tags that the mutability does not apply to, for the two kinds with exclusion.',
    example: 'latest,dev-*',
  }),
  'scan-on-push': boolean({
    description: 'Scan every image that is pushed (basic scanning). Left as it is when not given.',
  }),
  'encryption-type': choice(['AES256', 'KMS', 'KMS_DSSE'], {
    description: 'How images are encrypted. It is set when the repository is made and cannot be changed.',
  }),
  'kms-key': text({
    pattern: { expression: /^[A-Za-z0-9:/_-]{1,2048}$/, rule: 'a KMS key id, alias or ARN', type: 'KMS key' },
    description:
      "The key, for `KMS` and `KMS_DSSE`. By default AWS's own for ECR. An alias is not compared with the key of a repository that exists.",
  }),
  'lifecycle-policy': path({ description: 'The whole lifecycle policy, from a JSON file.' }),
  'expire-untagged-after': integer(
    { min: 1, max: 3650 },
    {
      description:
        'A rule of the lifecycle policy that removes untagged images after so many days. Rules of others stay, and come first.',
    },
  ),
  'keep-last': integer(
    { min: 1, max: 10_000 },
    {
      description:
        'A rule of the lifecycle policy that keeps so many images, the newest. Rules of others stay, and come first.',
    },
  ),
  'repository-policy': path({ description: 'The whole repository policy, from a JSON file.' }),
  'allow-pull': list({
    item: { expression: /^(?:\d{12}|codebuild|lambda)$/, rule: 'an account id, codebuild or lambda' },
    description:
      'Who may pull, by statements of their own in the repository policy: account ids, `codebuild`, `lambda`. Statements of others stay.',
    example: '123456789012,codebuild',
  }),
  'resource-tags': pairs({
    name: tagKey,
    description: 'AWS tags of the repository, as `key=value`. Others are left alone.',
  }),
  'dry-run': boolean({ default: 'false', description: 'Say what would be changed, and end there.' }),
};

const outputs = {
  'repository-uri': {
    description: 'The repository with its registry host; absent in a dry run of a new one.',
  },
  'repository-arn': { description: 'The ARN of the repository.' },
  changed: { description: '`true` when something was changed (in a dry run: would be).' },
  changes: { description: 'What was changed, as a JSON list of sentences.' },
};

const resource = 'arn:${Partition}:ecr:${Region}:${Account}:repository/${repository}';
const needs = (action: string, when?: string) => ({ action, resource, ...(when !== undefined && { when }) });

export const ensureRepository = defineOperation({
  name: 'ensure-repository',
  title: 'Ensure an Amazon ECR repository',
  description:
    'Creates a repository if it is missing, or brings it to what is wanted, and says what it changed.',
  promises: [
    'Only what an input names is changed; tags of others, their statements and rules, replication and everything else stay. What excludes a statement or rule that is wanted is an error that shows both.',
    'A missing repository follows the creation template of the registry (`CREATE_ON_PUSH`) wherever no input says otherwise. Until the policies of the template are set it carries the tag `landfall:unfinished`: a run after one that was cut off sets those that are still missing.',
    'Green means that the repository, read again after the last change, is as wanted.',
    'Running it again changes nothing; of two runs at once, one creates the repository and both succeed.',
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
      // ECR makes the grant and asks in the caller's name; nobody may make one for himself.
      condition: viaService('ecr'),
      when: 'when the repository is missing and encrypted by a key of your own',
    })),
    needs('ecr:PutImageTagMutability', 'when `image-tag-mutability` is given'),
    needs('ecr:PutImageScanningConfiguration', 'when `scan-on-push` is given'),
    needs('ecr:GetLifecyclePolicy', 'when a lifecycle policy is given, here or by a creation template'),
    needs('ecr:PutLifecyclePolicy', 'when a lifecycle policy is given, here or by a creation template'),
    needs('ecr:GetRepositoryPolicy', 'when a repository policy is given, here or by a creation template'),
    needs('ecr:SetRepositoryPolicy', 'when a repository policy is given, here or by a creation template'),
    needs('ecr:ListTagsForResource'),
    needs('ecr:TagResource', 'when `resource-tags` is given, or a creation template has tags or policies'),
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
              problem: 'is a whole policy: give it, or expire-untagged-after and keep-last',
            },
          ]
        : []),
      ...(values.allowPull !== undefined && values.repositoryPolicy !== undefined
        ? [{ input: 'repository-policy', problem: 'is a whole policy: give it, or allow-pull' }]
        : []),
    ];
  },

  async run(call) {
    const { world, inputs: given, output, fact } = call;
    const signal = world.host.cancellation;
    const wanted = await wantedOf(call);
    const ecr = await world.aws.ecr(given.region);
    const found = await readRepository(ecr, wanted, signal);
    if (found) for (const note of notesOnKey(found.existing, wanted)) world.host.log.notice(note);
    const isLeft = found?.existing.tags[unfinishedTag] !== undefined;
    const fresh = found && !isLeft ? wanted : await asRegistryWants(call, ecr, wanted);
    // What CreateRepository takes is given with it; what the template says beside that is still to be set.
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
    const tellIdentity = async ({ uri, existing }: FoundRepository) => {
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
      fact('changes', done);
    }
  },
});

/** Who may pull is also said by what others wrote. */
function noteOthers({ world, inputs: given }: EnsureCall, { existing: { policy } }: FoundRepository) {
  if (given.allowPull === undefined || policy === undefined) return;
  const others = otherStatements(policy);
  if (others.length > 0)
    world.host.log.notice(
      `the policy of ${given.repository} has other statements, which stay and count as well: ${others.join(', ')}`,
    );
}

/** A repository that is missing is made as the registry's own rules have it, where no input says otherwise. */
async function asRegistryWants(
  { world: { host } }: EnsureCall,
  ecr: Ecr,
  wanted: WantedRepository,
): Promise<WantedRepository> {
  const rules = await readRegistryRules(ecr, wanted.name, host);
  const fresh = rules.template ? underTemplate(wanted, rules.template) : wanted;
  for (const note of notesOn(wanted.name, rules, fresh)) host.log.notice(note);
  return fresh;
}

/** Another run has made the repository, and not set the policies of its template. */
function noteUnfinished(
  { world: { host } }: EnsureCall,
  { name, template }: WantedRepository,
  { existing: { tags } }: FoundRepository,
): void {
  const left = tags[unfinishedTag];
  if (left === undefined) return;
  host.log.notice(
    template === undefined
      ? `${name} was made by a run that has not finished it, and the creation template ${left} is not there to read: policies of it may be missing. Where it is as it should be, take away its tag ${unfinishedTag}`
      : `${name} was made by a run that has not finished it: policies of its creation template are set where there are none`,
  );
}

type EnsureCall = Call<typeof inputs, typeof outputs>;

async function wantedOf({ inputs: given, world }: EnsureCall): Promise<WantedRepository> {
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
): WantedPolicy<Part> | undefined =>
  text === undefined ? parts && { kind: 'parts', parts } : { kind: 'whole', text };

function report({ world: { host }, summary, inputs: given }: EnsureCall, done: readonly string[]) {
  const lines = given.dryRun ? done.map((line) => `would be done: ${line}`) : done;
  for (const line of lines) host.log.info(line);
  if (lines.length === 0) host.log.info(`${given.repository} is as wanted`);
  summary(
    { kind: 'heading', text: `Repository ${given.repository}${given.dryRun ? ' (dry run)' : ''}` },
    lines.length > 0
      ? { kind: 'list', items: lines }
      : { kind: 'paragraph', text: 'As wanted; there is nothing to change.' },
  );
}
