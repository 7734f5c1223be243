import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execute } from '@landfall/core/operation/execute';
import type { Operation } from '@landfall/core/operation/operation';
import { ensureRepository } from '@landfall/core/operations/ensure-repository';
import { type Sandbox, startSandbox } from '@landfall/sandbox/sandbox';
import { type AwsWorldOptions, awsWorld } from './aws-world.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ enforce: true });
});
afterAll(() => sandbox.close());

const ensure = async (inputs: Record<string, string>, options: AwsWorldOptions = {}) =>
  execute(ensureRepository as unknown as Operation, await awsWorld(sandbox, { inputs, ...options }));
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

test('a dry run says what it would change, and writes nothing', async () => {
  const before = calls('CreateRepository');
  const { outputs } = await ensure({ repository: 'team/dry', ...wishes, 'dry-run': 'true' });
  expect(outputs).toEqual({
    changed: 'true',
    changes: JSON.stringify(['create team/dry', 'set the lifecycle policy', 'set the repository policy']),
  });
  expect(calls('CreateRepository')).toBe(before);
});

test('two runs at once both succeed, and one of them created it', async () => {
  const results = await Promise.all(
    [1, 2].map(() => ensure({ repository: 'team/race', 'scan-on-push': 'true' })),
  );
  expect(results.map(({ ok }) => ok)).toEqual([true, true]);
  expect(results.filter(({ outputs }) => outputs.changed === 'true')).toHaveLength(1);
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
    'lifecycle-policy is a whole policy: give it, or expire-untagged-after and keep-last',
    'repository-policy is a whole policy: give it, or allow-pull',
  ]);
});

test('the policy that its documentation shows is enough for all it does, and no call is beyond it', async () => {
  const repository = 'team/least';
  const text = readFileSync(join(import.meta.dirname, '../../docs/iam/ensure-repository.json'), 'utf8');
  const values: Record<string, string> = {
    Partition: 'aws',
    Region: sandbox.region,
    Account: sandbox.accountId,
    repository,
  };
  const policy = JSON.parse(text.replace(/\$\{(\w+)\}/g, (_, name: string) => values[name]!));
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
