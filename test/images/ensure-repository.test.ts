import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ensureRepository } from '@landfall/core/operations/ensure-repository';
import { runReported } from '@landfall/report/run-reported';
import { type Sandbox, startSandbox } from '@landfall/sandbox/sandbox';
import { type AwsWorldOptions, awsWorld } from './aws-world.ts';
import { ensureRepositoryIn, repositoryNamed } from './repository-fixture.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ enforce: true });
});
afterAll(() => sandbox.close());

const ensure = (inputs: Record<string, string>, options?: AwsWorldOptions) =>
  ensureRepositoryIn(sandbox, inputs, options);
const calls = (operation: string) =>
  sandbox.journal().filter((entry) => entry.operation === operation).length;

const wishes = {
  'image-tag-mutability': 'IMMUTABLE_WITH_EXCLUSION',
  'image-tag-exclusion-filters': 'latest',
  'scan-on-push': 'true',
  'expire-untagged-after': '14',
  'keep-last': '50',
  'allow-pull': '210987654321,codebuild',
  'resource-tags': 'team=web',
};

test('a repository is created as wanted, and a second run changes nothing', async () => {
  const repository = 'team/created';
  const first = await ensure({ repository, ...wishes });
  expect(first.error).toBeUndefined();
  expect(first.outputs).toEqual({
    'repository-uri': `${sandbox.registry}/team/created`,
    'repository-arn': `arn:aws:ecr:${sandbox.region}:${sandbox.accountId}:repository/team/created`,
    changed: 'true',
    changes: JSON.stringify(['create team/created', 'set the lifecycle policy', 'set the repository policy']),
  });
  const second = await ensure({ repository, ...wishes });
  expect(second.outputs).toMatchObject({ changed: 'false', changes: '[]' });
  expect(Object.keys(second.calls)).toEqual([
    'ecr:DescribeRepositories',
    'ecr:GetLifecyclePolicy',
    'ecr:GetRepositoryPolicy',
    'ecr:ListTagsForResource',
  ]);
});

test('one that exists is brought to what is wanted, and what no input names stays', async () => {
  const repository = 'team/existing';
  await ensure({ repository, 'resource-tags': 'owner=me', 'scan-on-push': 'true' });
  const { outputs } = await ensure({
    repository,
    'image-tag-mutability': 'IMMUTABLE',
    'resource-tags': 'team=web',
  });
  expect(JSON.parse(outputs.changes!)).toEqual(['tags: MUTABLE → IMMUTABLE', 'resource tags: team']);
  const { repositories } = (await sandbox.dispatch('ecr', 'DescribeRepositories', {
    repositoryNames: [repository],
  })) as {
    repositories: object[];
  };
  expect(repositories[0]).toMatchObject({
    imageTagMutability: 'IMMUTABLE',
    imageScanningConfiguration: { scanOnPush: true },
  });
});

test('a key by its alias, and accounts in any order, are no change in a second run', async () => {
  const inputs = {
    repository: 'team/alias',
    'encryption-type': 'KMS',
    'kms-key': 'alias/ecr',
    'allow-pull': '210987654321,109876543210',
  };
  expect((await ensure(inputs)).outputs.changed).toBe('true');
  const world = await awsWorld(sandbox, { inputs });
  const again = await runReported(ensureRepository, world);
  expect(again).toMatchObject({ ok: true, outputs: { changed: 'false', changes: '[]' } });
  expect(world.host.lines).toContain(
    `notice: team/alias is encrypted with arn:aws:kms:${sandbox.region}:${sandbox.accountId}:key/00000000-0000-0000-0000-000000000000; ECR does not report whether alias/ecr is that key`,
  );
});

test('a dry run says what it would change, and writes nothing', async () => {
  const before = calls('CreateRepository');
  const { outputs } = await ensure({ repository: 'team/dry', ...wishes, 'dry-run': 'true' });
  expect(outputs).toEqual({
    changed: 'true',
    changes: JSON.stringify(['create team/dry', 'set the lifecycle policy', 'set the repository policy']),
  });
  expect(calls('CreateRepository')).toBe(before);
});

test('a dry run of a repository that is there names it, and tells the difference in log and summary', async () => {
  await ensure({ repository: 'team/seen' });
  const before = calls('PutImageTagMutability');
  const inputs = { repository: 'team/seen', 'image-tag-mutability': 'IMMUTABLE', 'dry-run': 'true' };
  const world = await awsWorld(sandbox, { inputs });
  const { outputs, summary } = await runReported(ensureRepository, world);
  expect(outputs).toEqual({
    'repository-uri': `${sandbox.registry}/team/seen`,
    'repository-arn': `arn:aws:ecr:${sandbox.region}:${sandbox.accountId}:repository/team/seen`,
    changed: 'true',
    changes: JSON.stringify(['tags: MUTABLE → IMMUTABLE']),
  });
  expect(world.host.lines).toEqual(['info: would change: tags: MUTABLE → IMMUTABLE']);
  expect(summary).toEqual([
    { kind: 'heading', text: 'Repository team/seen (dry run)' },
    { kind: 'list', items: ['would change: tags: MUTABLE → IMMUTABLE'] },
  ]);
  expect(calls('PutImageTagMutability')).toBe(before);
});

test('two runs at once both succeed, and one of them created it', async () => {
  const results = await Promise.all(
    [1, 2].map(() => ensure({ repository: 'team/race', 'scan-on-push': 'true' })),
  );
  expect(results.map(({ ok }) => ok)).toEqual([true, true]);
  expect(results.filter(({ outputs }) => outputs.changed === 'true')).toHaveLength(1);
});

test('each input has its effect, and nothing is written that no input names', async () => {
  const repository = 'team/each';
  const key = `arn:aws:kms:${sandbox.region}:${sandbox.accountId}:key/0a1b2c3d-0000-0000-0000-000000000000`;
  const from = sandbox.journal().at(-1)?.number ?? 0;
  const { error } = await ensure({
    repository,
    ...wishes,
    'image-tag-exclusion-filters': 'latest,dev-*',
    'allow-pull': '210987654321,codebuild,lambda',
    'encryption-type': 'KMS',
    'kms-key': key,
  });
  expect(error).toBeUndefined();
  const made = await repositoryNamed(sandbox, repository);
  expect(made).toMatchObject({
    imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
    imageTagMutabilityExclusionFilters: [
      { filterType: 'WILDCARD', filter: 'latest' },
      { filterType: 'WILDCARD', filter: 'dev-*' },
    ],
    imageScanningConfiguration: { scanOnPush: true },
    encryptionConfiguration: { encryptionType: 'KMS', kmsKey: key },
  });
  expect(await made.lifecycle()).toEqual({
    rules: [
      {
        rulePriority: 1,
        description: 'expire untagged images after 14 days',
        selection: {
          tagStatus: 'untagged',
          countType: 'sinceImagePushed',
          countUnit: 'days',
          countNumber: 14,
        },
        action: { type: 'expire' },
      },
      {
        rulePriority: 2,
        description: 'keep the last 50 images',
        selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 50 },
        action: { type: 'expire' },
      },
    ],
  });
  const pull = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];
  expect(await made.policy()).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'PullByAccounts',
        Effect: 'Allow',
        Principal: { AWS: ['arn:aws:iam::210987654321:root'] },
        Action: pull,
      },
      {
        Sid: 'PullByCodeBuild',
        Effect: 'Allow',
        Principal: { Service: 'codebuild.amazonaws.com' },
        Action: pull,
      },
      {
        Sid: 'PullByLambda',
        Effect: 'Allow',
        Principal: { Service: 'lambda.amazonaws.com' },
        Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      },
    ],
  });
  // Replication, scanning and all other settings of the registry are not used here.
  const written = sandbox
    .journal(from)
    .map(({ operation }) => operation)
    .filter((operation) => /^(?:Put|Set|Create|Delete|Tag|Untag|Update)/.test(operation));
  expect(written).toEqual(['CreateRepository', 'PutLifecyclePolicy', 'SetRepositoryPolicy']);

  const again = await ensure({
    repository,
    ...wishes,
    'image-tag-exclusion-filters': 'dev-*,latest',
    'encryption-type': 'KMS',
    'kms-key': key.split('/')[1]!,
    'allow-pull': 'lambda,codebuild,210987654321',
  });
  expect(again.outputs.changes).toBe('[]');
  const other = await ensure({ repository, 'encryption-type': 'AES256' });
  expect(other.error).toMatchObject({
    code: 'REPOSITORY_CONFLICT',
    summary: `team/each is encrypted by KMS with ${key}, not by AES256, which ECR cannot change`,
  });
});

test('what others wrote into the policies stays, and is told where it lets pull, too', async () => {
  const repository = 'team/shared';
  await ensure({ repository });
  const deny = {
    Sid: 'DenyOutside',
    Effect: 'Deny',
    Principal: '*',
    Action: 'ecr:BatchGetImage',
    Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } },
  };
  const protect = {
    rulePriority: 1,
    description: 'protect prod',
    selection: {
      tagStatus: 'tagged',
      tagPrefixList: ['prod'],
      countType: 'imageCountMoreThan',
      countNumber: 9999,
    },
    action: { type: 'expire' },
  };
  await sandbox.dispatch('ecr', 'SetRepositoryPolicy', {
    repositoryName: repository,
    policyText: JSON.stringify({ Version: '2012-10-17', Statement: [deny] }),
  });
  await sandbox.dispatch('ecr', 'PutLifecyclePolicy', {
    repositoryName: repository,
    lifecyclePolicyText: JSON.stringify({ rules: [protect] }),
  });
  const inputs = { repository, 'allow-pull': 'lambda', 'keep-last': '50' };
  const world = await awsWorld(sandbox, { inputs });
  const { error } = await runReported(ensureRepository, world);
  expect(error).toBeUndefined();
  expect(world.host.lines).toEqual([
    'notice: the policy of team/shared has other statements, which stay in effect: DenyOutside (Deny)',
    'info: change the lifecycle policy: with "keep the last 50 images"',
    'info: change the repository policy: with PullByLambda for lambda.amazonaws.com',
  ]);
  const made = await repositoryNamed(sandbox, repository);
  expect((await made.policy()).Statement.map(({ Sid }: { Sid: string }) => Sid)).toEqual([
    'DenyOutside',
    'PullByLambda',
  ]);
  expect(
    (await made.lifecycle()).rules.map(({ rulePriority }: { rulePriority: number }) => rulePriority),
  ).toEqual([1, 2]);
  expect((await ensure(inputs)).outputs.changes).toBe('[]');
});

test('a policy in a file is taken as it is, and one that is not JSON is named', async () => {
  const rules = {
    rules: [
      {
        rulePriority: 1,
        selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 3 },
        action: { type: 'expire' },
      },
    ],
  };
  const files = { 'lifecycle.json': JSON.stringify(rules), 'broken.json': '{' };
  const repository = 'team/file';
  expect(
    (await ensure({ repository, 'lifecycle-policy': 'lifecycle.json' }, { files })).error,
  ).toBeUndefined();
  expect((await ensure({ repository, 'lifecycle-policy': 'broken.json' }, { files })).error).toMatchObject({
    code: 'FILE_UNREADABLE',
    summary: expect.stringContaining('broken.json is not JSON'),
  });
});

test('what was changed before a failure is in the outputs, the log and the summary', async () => {
  sandbox.fault({
    service: 'ecr',
    operation: 'SetRepositoryPolicy',
    count: 1,
    fault: { kind: 'error', code: 'AccessDeniedException', message: 'no', status: 400 },
  });
  const inputs = { repository: 'team/half', 'keep-last': '3', 'allow-pull': 'lambda' };
  const world = await awsWorld(sandbox, { inputs });
  const result = await runReported(ensureRepository, world);
  const done = ['create team/half', 'set the lifecycle policy'];
  expect(result).toMatchObject({
    error: { code: 'ACCESS_DENIED' },
    outputs: { changed: 'true', changes: JSON.stringify(done) },
  });
  expect(world.host.lines.slice(0, 2)).toEqual(done.map((line) => `info: ${line}`));
  expect(result.summary).toContainEqual({ kind: 'list', items: done });
});

test('a filter with more wildcards than ECR takes is refused before anything is done', async () => {
  const inputs = { repository: 'team/filters', 'image-tag-mutability': 'IMMUTABLE_WITH_EXCLUSION' };
  const { error, calls } = await ensure({ ...inputs, 'image-tag-exclusion-filters': 'a*b*,a*b*c*' });
  expect(error).toMatchObject({
    code: 'INPUT_INVALID',
    summary:
      'image-tag-exclusion-filters holds "a*b*c*", which is not a tag in which * matches anything, used at most twice',
  });
  expect(calls).toEqual({});
});

test('a tag may have any key that AWS takes, and none of its own', async () => {
  const { error } = await ensure({
    repository: 'team/tags',
    'resource-tags': 'Cost Center=1\nteam:owner=me',
  });
  expect(error).toBeUndefined();
  const own = await ensure({ repository: 'team/tags', 'resource-tags': 'aws:cloudformation=x' });
  expect(own.error).toMatchObject({
    code: 'INPUT_INVALID',
    summary: 'resource-tags line 1: the name "aws:cloudformation" must be a tag key, not starting with aws:',
  });
});

test('what does not go together is refused, all of it at once', async () => {
  const { error } = await ensure({
    repository: 'team/x',
    'image-tag-mutability': 'IMMUTABLE',
    'image-tag-exclusion-filters': 'latest',
    'kms-key': 'k',
    'keep-last': '1',
    'lifecycle-policy': 'a.json',
    'allow-pull': 'lambda',
    'repository-policy': 'b.json',
  });
  expect(error?.details).toEqual([
    'image-tag-exclusion-filters and an image-tag-mutability with exclusion need each other',
    'kms-key needs the encryption-type KMS or KMS_DSSE',
    'lifecycle-policy is a complete policy: set either it, or expire-untagged-after and keep-last',
    'repository-policy is a complete policy: set either it or allow-pull',
  ]);
});

test('a key of its own needs what ECR does with it in the name of the caller', () => {
  // https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html
  const kms = ensureRepository.permissions.filter(({ action }) => action.startsWith('kms:'));
  expect(kms.map(({ action, condition }) => [action, condition])).toEqual(
    ['kms:CreateGrant', 'kms:DescribeKey'].map((action) => [
      action,
      { StringLike: { 'kms:ViaService': 'ecr.${Region}.*' } },
    ]),
  );
});

test('the policy that its documentation shows is enough for all it does, and no call is beyond it', async () => {
  const repository = 'team/least';
  const text = readFileSync(join(import.meta.dirname, '../../docs/iam/ensure-repository.json'), 'utf8');
  const values: Record<string, string> = {
    Partition: 'aws',
    Region: sandbox.region,
    Account: sandbox.accountId,
    repository,
    'kms-key': '*',
  };
  const policy = JSON.parse(text.replace(/\$\{([\w-]+)\}/g, (_, name: string) => values[name]!));
  const principal = sandbox.addPrincipal({ policy });
  expect((await ensure({ repository, ...wishes }, { principal })).error).toBeUndefined();
  const changed = {
    ...wishes,
    'image-tag-mutability': 'IMMUTABLE',
    'image-tag-exclusion-filters': '',
    'scan-on-push': 'false',
    'resource-tags': 'team=api',
  };
  expect((await ensure({ repository, ...changed }, { principal })).error).toBeUndefined();
  expect((await ensure({ repository: 'team/other' }, { principal })).error).toMatchObject({
    code: 'ACCESS_DENIED',
    summary: expect.stringContaining('the caller lacks ecr:DescribeRepositories'),
  });
});
