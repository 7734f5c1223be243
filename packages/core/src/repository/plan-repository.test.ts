import { describe, expect, test } from '@jest/globals';
import { lifecyclePolicy, samePolicy } from './lifecycle-policy.ts';
import { type ExistingRepository, planRepository, type WantedRepository } from './plan-repository.ts';
import { pullPolicy } from './repository-policy.ts';

const existing: ExistingRepository = {
  arn: 'arn:aws:ecr:eu-west-1:012345678901:repository/web',
  mutability: { mode: 'MUTABLE', exclusions: [] },
  scanOnPush: false,
  encryption: { type: 'AES256' },
  tags: { team: 'web' },
};
const texts = (wanted: Partial<WantedRepository>, of: ExistingRepository | 'missing' = existing) =>
  planRepository(of === 'missing' ? undefined : of, { name: 'web', tags: [], ...wanted }).map(
    ({ text }) => text,
  );

describe('what is changed', () => {
  const policy = lifecyclePolicy({ keepLast: 5 })!;
  test.each<[string, Partial<WantedRepository>, string[]]>([
    ['nothing, when nothing is wanted', {}, []],
    [
      'nothing, when all is as wanted',
      {
        mutability: { mode: 'MUTABLE', exclusions: [] },
        scanOnPush: false,
        encryption: { type: 'AES256' },
        tags: [{ name: 'team', value: 'web' }],
      },
      [],
    ],
    ['mutability', { mutability: { mode: 'IMMUTABLE', exclusions: [] } }, ['tags: MUTABLE → IMMUTABLE']],
    [
      'the exclusions of it',
      { mutability: { mode: 'IMMUTABLE_WITH_EXCLUSION', exclusions: ['latest', 'dev-*'] } },
      ['tags: MUTABLE → IMMUTABLE_WITH_EXCLUSION (dev-*, latest)'],
    ],
    ['scanning', { scanOnPush: true }, ['scan on push: false → true']],
    [
      'resource tags, only those that differ',
      {
        tags: [
          { name: 'team', value: 'web' },
          { name: 'cost', value: '1' },
        ],
      },
      ['resource tags: cost'],
    ],
    ['a lifecycle policy that is not there', { lifecyclePolicy: policy }, ['set the lifecycle policy']],
    ['a repository policy that is not there', { policy: '{}' }, ['set the repository policy']],
  ])('%s', (_, wanted, changes) => {
    expect(texts(wanted)).toEqual(changes);
  });

  test('a policy that says the same in other words is not set again', () => {
    const held =
      '{ "rules": [ {"action":{"type":"expire"}, "rulePriority":2, "description":"keep the last 5 images", "selection":{"countNumber":5,"tagStatus":"any","countType":"imageCountMoreThan"}} ] }';
    expect(texts({ lifecyclePolicy: policy }, { ...existing, lifecyclePolicy: held })).toEqual([]);
    expect(texts({ lifecyclePolicy: policy }, { ...existing, lifecyclePolicy: '{}' })).toEqual([
      'replace the lifecycle policy',
    ]);
    expect(samePolicy('{"Action":["a"]}', '{"Action":"a"}')).toBe(true);
    // ECR sorts the rules by their priority (https://github.com/hashicorp/terraform-provider-aws/issues/22639).
    const rules = [{ rulePriority: 2 }, { rulePriority: 1 }];
    expect(samePolicy(JSON.stringify({ rules }), JSON.stringify({ rules: rules.toReversed() }))).toBe(true);
  });

  test('a repository policy is not set again for the order and the form in which ECR shows its principals', () => {
    const policy = pullPolicy(['210987654321', '109876543210', 'lambda'], 'aws')!;
    const shown = JSON.parse(policy);
    shown.Statement[0].Principal.AWS.reverse();
    expect(texts({ policy }, { ...existing, policy: JSON.stringify(shown) })).toEqual([]);
    const byId = '{"Statement":[{"Principal":{"AWS":"210987654321"}}]}';
    const byArn = '{"Statement":[{"Principal":{"AWS":["arn:aws:iam::210987654321:root"]}}]}';
    expect(samePolicy(byId, byArn)).toBe(true);
    const other = byArn.replace('210987654321', '210987654322');
    expect(samePolicy(byId, other)).toBe(false);
    expect(samePolicy(byId, byArn.replace('root', 'role/ci'))).toBe(false);
    shown.Statement[0].Principal.AWS.pop();
    expect(texts({ policy }, { ...existing, policy: JSON.stringify(shown) })).toEqual([
      'replace the repository policy',
    ]);
  });

  test('a repository that is missing is created, and its policies set', () => {
    expect(texts({ scanOnPush: true, policy: '{}' }, 'missing')).toEqual([
      'create web',
      'set the repository policy',
    ]);
  });

  test('another encryption is a conflict, because ECR cannot change it', () => {
    expect(() => texts({ encryption: { type: 'KMS', kmsKey: 'k' } })).toThrow(
      'web is encrypted by AES256, not by KMS with k, which ECR cannot change',
    );
    const kms = {
      ...existing,
      encryption: { type: 'KMS', kmsKey: 'arn:aws:kms:eu-west-1:012345678901:key/k' },
    } as const;
    expect(texts({ encryption: { type: 'KMS', kmsKey: 'k' } }, kms)).toEqual([]);
    expect(() => texts({ encryption: { type: 'KMS', kmsKey: 'other' } }, kms)).toThrow(
      'not by KMS with other',
    );
    // ECR shows the key that an alias stood for, so a second run has nothing to compare it with.
    for (const kmsKey of ['alias/ecr', 'arn:aws:kms:eu-west-1:012345678901:alias/ecr'])
      expect(texts({ encryption: { type: 'KMS', kmsKey } }, kms)).toEqual([]);
  });
});

test('accounts, CodeBuild and Lambda get the permissions to pull, and no other', () => {
  expect(JSON.parse(pullPolicy(['210987654321', 'codebuild', 'lambda'], 'aws-cn')!)).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'PullByAccounts',
        Effect: 'Allow',
        Principal: { AWS: ['arn:aws-cn:iam::210987654321:root'] },
        Action: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      },
      {
        Sid: 'PullByCodeBuild',
        Effect: 'Allow',
        Principal: { Service: 'codebuild.amazonaws.com' },
        Action: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      },
      {
        Sid: 'PullByLambda',
        Effect: 'Allow',
        Principal: { Service: 'lambda.amazonaws.com' },
        Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      },
    ],
  });
  expect(pullPolicy([], 'aws')).toBeUndefined();
});
