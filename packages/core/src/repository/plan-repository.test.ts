import { describe, expect, test } from '@jest/globals';
import { lifecycleRules } from './lifecycle-policy.ts';
import { type ExistingRepository, planRepository, type RequestedRepository } from './plan-repository.ts';
import { pullStatements } from './repository-policy.ts';
import { samePolicy } from './same-json.ts';

const existing: ExistingRepository = {
  arn: 'arn:aws:ecr:eu-west-1:012345678901:repository/web',
  mutability: { mode: 'MUTABLE', exclusions: [] },
  scanOnPush: false,
  encryption: { type: 'AES256' },
  tags: { team: 'web' },
};
const keeping = (keepLast: number): Partial<RequestedRepository> => ({
  lifecyclePolicy: { kind: 'parts', parts: lifecycleRules({ keepLast })! },
});
const pulledBy = (...names: readonly string[]): Partial<RequestedRepository> => ({
  policy: { kind: 'parts', parts: pullStatements(names, 'aws') },
});
const texts = (wanted: Partial<RequestedRepository>, of: ExistingRepository | 'missing' = existing) =>
  planRepository(of === 'missing' ? undefined : of, { name: 'web', tags: [], ...wanted }).map(
    ({ text }) => text,
  );

describe('what is changed', () => {
  test.each<[string, Partial<RequestedRepository>, string[]]>([
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
    ['a lifecycle policy that is not there', keeping(5), ['set the lifecycle policy']],
    ['a repository policy that is not there', pulledBy('lambda'), ['set the repository policy']],
  ])('%s', (_, wanted, changes) => {
    expect(texts(wanted)).toEqual(changes);
  });

  test('an equivalent policy is not set again', () => {
    const held =
      '{ "rules": [ {"action":{"type":"expire"}, "rulePriority":2, "description":"keep the last 5 images", "selection":{"countNumber":5,"tagStatus":"any","countType":"imageCountMoreThan"}} ] }';
    expect(texts(keeping(5), { ...existing, lifecyclePolicy: held })).toEqual([]);
    expect(texts(keeping(6), { ...existing, lifecyclePolicy: held })).toEqual([
      'change the lifecycle policy: with "keep the last 6 images"; without "keep the last 5 images"',
    ]);
    expect(samePolicy('{"Action":["a"]}', '{"Action":"a"}')).toBe(true);
    // ECR sorts the rules by their priority (https://github.com/hashicorp/terraform-provider-aws/issues/22639).
    const rules = [{ rulePriority: 2 }, { rulePriority: 1 }];
    expect(samePolicy(JSON.stringify({ rules }), JSON.stringify({ rules: rules.toReversed() }))).toBe(true);
  });

  test('a repository policy is not set again for the order and the form in which ECR shows its principals', () => {
    const wanted = pulledBy('210987654321', '109876543210', 'lambda');
    const [set] = planRepository(existing, { name: 'web', tags: [], ...wanted });
    const shown = JSON.parse((set as { to: string }).to);
    shown.Statement[0].Principal.AWS.reverse();
    expect(texts(wanted, { ...existing, policy: JSON.stringify(shown) })).toEqual([]);
    const byId = '{"Statement":[{"Principal":{"AWS":"210987654321"}}]}';
    const byArn = '{"Statement":[{"Principal":{"AWS":["arn:aws:iam::210987654321:root"]}}]}';
    expect(samePolicy(byId, byArn)).toBe(true);
    const other = byArn.replace('210987654321', '210987654322');
    expect(samePolicy(byId, other)).toBe(false);
    expect(samePolicy(byId, byArn.replace('root', 'role/ci'))).toBe(false);
    shown.Statement[0].Principal.AWS.pop();
    expect(texts(wanted, { ...existing, policy: JSON.stringify(shown) })).toEqual([
      'change the repository policy: with PullByAccounts for 109876543210, 210987654321; without PullByAccounts for 109876543210',
    ]);
  });

  test('a repository that is missing is created, and its policies set', () => {
    expect(texts({ scanOnPush: true, ...pulledBy('lambda') }, 'missing')).toEqual([
      'create web',
      'set the repository policy',
    ]);
  });

  test('policies of a creation template are set while a repository bears the tag, and the tag goes after them', () => {
    const rules = { rules: [{ rulePriority: 1, description: 'theirs' }] };
    const template = JSON.stringify(rules);
    const wanted: Partial<RequestedRepository> = {
      template: 'team',
      lifecyclePolicy: { kind: 'template', text: template },
    };
    const unfinished = { ...existing, tags: { 'landfall:unfinished': 'team' } };
    expect(texts(wanted, unfinished)).toEqual(['set the lifecycle policy']);
    const finish = ['remove the tag landfall:unfinished'];
    expect(texts(wanted, { ...unfinished, lifecyclePolicy: template })).toEqual(finish);
    expect(texts(wanted, { ...unfinished, lifecyclePolicy: '{"rules":[]}' })).toEqual(finish);
    // Created by someone else, replacing one that had the tag.
    expect(texts(wanted)).toEqual([]);
    const both = { ...wanted, lifecyclePolicy: { ...keeping(5).lifecyclePolicy!, template } };
    const [begun] = planRepository(unfinished, { name: 'web', tags: [], ...both } as RequestedRepository);
    const [added] = planRepository(existing, { name: 'web', tags: [], ...both } as RequestedRepository);
    const descriptions = (change: unknown) =>
      JSON.parse((change as { to: string }).to).rules.map(
        (rule: (typeof rules.rules)[0]) => rule.description,
      );
    expect(descriptions(begun)).toEqual(['theirs', 'keep the last 5 images']);
    expect(descriptions(added)).toEqual(['keep the last 5 images']);
  });

  test('a different encryption is a conflict, because ECR cannot change it', () => {
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

describe('in addition to what others wrote', () => {
  const deny = {
    Sid: 'DenyOutside',
    Effect: 'Deny',
    Principal: '*',
    Action: 'ecr:*',
    Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } },
  };
  const role = { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::109876543210:role/ci' }, Action: 'ecr:*' };
  const policyOf = (...statements: readonly object[]) =>
    JSON.stringify({ Version: '2008-10-17', Id: 'theirs', Statement: statements });
  const change = (wanted: Partial<RequestedRepository>, held: Partial<ExistingRepository>) => {
    const [found] = planRepository({ ...existing, ...held }, { name: 'web', tags: [], ...wanted });
    const { text, to } = found as { text: string; to: string };
    return { text, to: JSON.parse(to) };
  };

  test('statements are added, and those of others stay as they are', () => {
    const { text, to } = change(pulledBy('lambda'), { policy: policyOf(deny, role) });
    expect(text).toBe('change the repository policy: with PullByLambda for lambda.amazonaws.com');
    const [ours] = pullStatements(['lambda'], 'aws');
    expect(to).toEqual({ Version: '2008-10-17', Id: 'theirs', Statement: [deny, role, ours] });
  });

  test('statements of an earlier run are changed, and go when they are no longer wanted', () => {
    const before = pullStatements(['210987654321', 'codebuild'], 'aws');
    const { text, to } = change(pulledBy('109876543210'), { policy: policyOf(deny, ...before) });
    expect(text).toBe(
      'change the repository policy: with PullByAccounts for 109876543210; without PullByAccounts for 210987654321, PullByCodeBuild for codebuild.amazonaws.com',
    );
    expect(to.Statement).toEqual([deny, ...pullStatements(['109876543210'], 'aws')]);
  });

  test.each([
    ['a role', { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::109876543210:role/ci' } }],
    ['a condition', { Effect: 'Allow', Principal: { AWS: '109876543210' }, Condition: {} }],
    ['a Deny', { Effect: 'Deny', Principal: { AWS: '109876543210' } }],
  ])('a statement with %s under a Sid of ours is a conflict that shows both', (_, theirs) => {
    const [ours] = pullStatements(['210987654321'], 'aws');
    const held = { Sid: 'PullByAccounts', ...theirs, Action: ours!.Action };
    expect(() => change(pulledBy('210987654321'), { policy: policyOf(held) })).toThrow(
      expect.objectContaining({
        code: 'REPOSITORY_CONFLICT',
        summary:
          'the repository policy of web has another statement PullByAccounts, a name that `allow-pull` uses',
        details: [`- ${JSON.stringify(held)}`, `+ ${JSON.stringify(ours)}`],
        remedy:
          'This step must not change it: remove or change it, or set the complete policy (`repository-policy`).',
      }),
    );
  });

  const rule = (rulePriority: number, selection: object, beside: object = {}) => ({
    rulePriority,
    selection,
    action: { type: 'expire' },
    ...beside,
  });
  const prod = rule(
    3,
    { tagStatus: 'tagged', tagPrefixList: ['prod'], countType: 'imageCountMoreThan', countNumber: 9999 },
    { description: 'protect prod' },
  );
  const anyImage = (countNumber: number) => ({
    tagStatus: 'any',
    countType: 'imageCountMoreThan',
    countNumber,
  });
  const rulesOf = (...rules: readonly object[]) => JSON.stringify({ rules });
  const [untagged, newest] = lifecycleRules({ expireUntaggedAfter: 14, keepLast: 50 })!;
  const both: Partial<RequestedRepository> = {
    lifecyclePolicy: { kind: 'parts', parts: [untagged!, newest!] },
  };

  test('rules are added after those of others, which protect what they select', () => {
    const { text, to } = change(both, { lifecyclePolicy: rulesOf(prod) });
    expect(text).toBe(
      'change the lifecycle policy: with "expire untagged images after 14 days", "keep the last 50 images"',
    );
    expect(to).toEqual({
      rules: [prod, { rulePriority: 4, ...untagged }, { rulePriority: 5, ...newest }],
    });
  });

  test('a rule on any image stays the last, as ECR demands', () => {
    const theirs = rule(4, anyImage(7), { description: 'seven' });
    const lifecyclePolicy = { kind: 'parts', parts: [untagged!] } as const;
    const { text, to } = change({ lifecyclePolicy }, { lifecyclePolicy: rulesOf(prod, theirs) });
    expect(text).toBe('change the lifecycle policy: with "expire untagged images after 14 days"');
    expect(to).toEqual({
      rules: [prod, { ...theirs, rulePriority: 5 }, { rulePriority: 4, ...untagged }],
    });
  });

  test('a rule of an earlier run is changed in its position, and the other one is not requested', () => {
    const before = [untagged!, newest!].map((one, index) => ({ rulePriority: 4 + index, ...one }));
    const { text, to } = change(keeping(60), { lifecyclePolicy: rulesOf(prod, ...before) });
    expect(text).toBe(
      'change the lifecycle policy: with "keep the last 60 images"; without "keep the last 50 images"',
    );
    const [sixty] = lifecycleRules({ keepLast: 60 })!;
    expect(to).toEqual({ rules: [prod, before[0], { rulePriority: 5, ...sixty }] });
  });

  test('a rule of others that does the same is enough', () => {
    const lifecyclePolicy = rulesOf(rule(1, anyImage(50), { description: 'ours since 2020' }));
    expect(texts(keeping(50), { ...existing, lifecyclePolicy })).toEqual([]);
  });

  test('another rule of others on the same images is a conflict that shows both', () => {
    const theirs = rule(1, anyImage(7), { description: 'seven' });
    expect(() => change(keeping(50), { lifecyclePolicy: rulesOf(theirs) })).toThrow(
      expect.objectContaining({
        code: 'REPOSITORY_CONFLICT',
        summary:
          'the lifecycle policy of web has another rule where this one is wanted: keep the last 50 images',
        details: [`- ${JSON.stringify(theirs)}`, `+ ${JSON.stringify(newest)}`],
      }),
    );
  });

  test('the template of a new repository is what they are put into, and gives way to them', () => {
    const template = {
      policy: policyOf(deny),
      lifecyclePolicy: rulesOf(prod, rule(9, anyImage(7), { description: 'seven' })),
    };
    const wanted = {
      name: 'web',
      tags: [],
      policy: {
        kind: 'parts',
        parts: pullStatements(['lambda'], 'aws'),
        template: template.policy,
      },
      lifecyclePolicy: { kind: 'parts', parts: [newest!], template: template.lifecyclePolicy },
    } as const;
    const [, lifecycle, policy] = planRepository(undefined, wanted) as readonly { to: string }[];
    expect(JSON.parse(lifecycle!.to)).toEqual({ rules: [prod, { rulePriority: 9, ...newest }] });
    expect(JSON.parse(policy!.to).Statement).toEqual([deny, ...pullStatements(['lambda'], 'aws')]);
  });

  test('a whole policy takes the place of what is there, and says what goes', () => {
    const whole = (text: string) => ({ kind: 'whole', text }) as const;
    expect(
      change({ policy: whole(policyOf(deny)) }, { policy: policyOf(deny, role, { ...role, Sid: 'Ci' }) })
        .text,
    ).toBe(
      'change the repository policy: without a statement (Allow) for arn:aws:iam::109876543210:role/ci, Ci for arn:aws:iam::109876543210:role/ci',
    );
    expect(
      change(
        { lifecyclePolicy: whole(rulesOf(prod)) },
        { lifecyclePolicy: rulesOf(prod, rule(9, anyImage(7))) },
      ).text,
    ).toBe('change the lifecycle policy: without "rule 9"');
  });

  test('what cannot be read is a conflict, because nothing of it could be kept', () => {
    expect(() => change(keeping(50), { lifecyclePolicy: '[]' })).toThrow(
      expect.objectContaining({
        code: 'REPOSITORY_CONFLICT',
        summary: 'web has a lifecycle policy that cannot be read, so nothing can be added to it',
        remedy: 'Set the complete policy (`lifecycle-policy`), or correct the existing one.',
      }),
    );
  });
});

test('accounts, CodeBuild and Lambda get the permissions to pull, and no other', () => {
  expect(pullStatements(['210987654321', 'codebuild', 'lambda'], 'aws-cn')).toEqual([
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
  ]);
});
