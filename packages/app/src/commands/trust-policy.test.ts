import { describe, expect, test } from '@jest/globals';
import type { LandfallError } from '@landfall/core/errors/landfall-error';
import { deployService } from '@landfall/core/operations/deploy-service';
import { pipeline } from '@landfall/core/operations/pipeline';
import { iamPolicyOfFlags } from './iam-policy.ts';
import { trustPolicyOfFlags } from './trust-policy.ts';

const organization = 'c9035eb6-6eb2-4c85-8a81-d9ee6a1fa8c2';
const project = '00cc9634-9a1e-4d7c-9ef0-a4a6d1a2b7d1';
const user = '????????-????-????-????-????????????';

const trusted = (line: string) => JSON.parse(trustPolicyOfFlags(line.split(' '), undefined));
const conditionOf = (line: string) => trusted(line).Statement[0].Condition;
const problemsOf = (line: string) => {
  try {
    trusted(line);
    return [];
  } catch (thrown) {
    const { summary, details } = thrown as LandfallError;
    return details.length > 0 ? details : [summary];
  }
};
const github = '--trust github --account 123456789012 --trust-repository octo/web';
const circleci = `--trust circleci --account 123456789012 --trust-organization ${organization} --trust-projects ${project}`;

describe('GitHub', () => {
  const issuer = 'token.actions.githubusercontent.com';

  test('the jobs of an environment, and of no other', () => {
    expect(trusted(`${github} --trust-environments production`)).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Federated: `arn:aws:iam::123456789012:oidc-provider/${issuer}` },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: {
            StringEquals: {
              [`${issuer}:aud`]: 'sts.amazonaws.com',
              [`${issuer}:sub`]: 'repo:octo/web:environment:production',
            },
          },
        },
      ],
    });
  });

  test('with ids, the immutable form of the subject', () => {
    const ids = '--trust-repository-ids 123456/456789';
    expect(conditionOf(`${github} ${ids} --trust-branches main,release/*`)).toEqual({
      StringEquals: { [`${issuer}:aud`]: 'sts.amazonaws.com' },
      StringLike: {
        [`${issuer}:sub`]: [
          'repo:octo@123456/web@456789:ref:refs/heads/main',
          'repo:octo@123456/web@456789:ref:refs/heads/release/*',
        ],
      },
    });
  });
});

describe('CircleCI', () => {
  const issuer = `oidc.circleci.com/org/${organization}`;

  test('the jobs of a project, by either token', () => {
    expect(conditionOf(circleci)).toEqual({
      StringEquals: { [`${issuer}:aud`]: organization },
      StringLike: {
        [`${issuer}:sub`]: [
          `org/${organization}/project/${project}/user/${user}`,
          `org/${organization}/project/${project}/user/${user}/vcs-origin/*`,
        ],
      },
    });
  });

  test('a branch that imitates the subject of another matches none', () => {
    const line = `${circleci} --trust-repository github.com/octo/web --trust-branches main`;
    const pattern: string = conditionOf(line).StringLike[`${issuer}:sub`];
    const of = (branch: string) =>
      `org/${organization}/project/${project}/user/${project}/vcs-origin/github.com/octo/web/vcs-ref/refs/heads/${branch}`;
    const matches = (text: string) =>
      new RegExp(
        `^${pattern
          .replace(/[.+^$()|[\]{}\\]/g, '\\$&')
          .replaceAll('*', '.*')
          .replaceAll('?', '.')}$`,
      ).test(text);
    expect(matches(of('main'))).toBe(true);
    expect(matches(of('x/vcs-origin/github.com/octo/web/vcs-ref/refs/heads/main'))).toBe(false);
  });
});

test('CodeBuild: the builds of projects of the account', () => {
  const line = '--trust codebuild --account 123456789012 --region cn-north-1 --trust-projects web,api';
  expect(trusted(line).Statement).toEqual([
    {
      Effect: 'Allow',
      Principal: { Service: 'codebuild.amazonaws.com' },
      Action: 'sts:AssumeRole',
      Condition: {
        StringEquals: {
          'aws:SourceAccount': '123456789012',
          'aws:SourceArn': [
            'arn:aws-cn:codebuild:cn-north-1:123456789012:project/web',
            'arn:aws-cn:codebuild:cn-north-1:123456789012:project/api',
          ],
        },
      },
    },
  ]);
});

test.each<[string, readonly string[]]>([
  [
    github,
    [
      'trust-environments or trust-branches is required: otherwise every job of the repository is trusted, also of a pull request',
    ],
  ],
  [
    `${github} --trust-branches *`,
    ['trust-branches holds "*", which is not a name, with * at most at its end'],
  ],
  [
    '--trust github --trust-branches main',
    ['account is required with trust github', 'trust-repository is required with trust github'],
  ],
  [
    '--trust github --account 123456789012 --trust-branches main --trust-repository octo/*',
    ['trust-repository must be owner/name, for CircleCI with its host: github.com/owner/name, got "octo/*"'],
  ],
  [
    `${circleci} --trust-branches main`,
    ['trust-repository is required with trust-branches, with its host: github.com/owner/name'],
  ],
  [
    '--trust codebuild --account 123456789012 --region eu-west-1 --trust-projects *',
    [
      'trust-projects holds "*", which is not the id of a CircleCI project or the name of a CodeBuild project',
    ],
  ],
])('%s is refused', (line, problems) => {
  expect(problemsOf(line)).toEqual(problems);
});

test('a template has the role with its trust and the permissions of the operation, and the provider once', () => {
  const argv = '--trust github --trust-repository octo/web --trust-branches main --format cloudformation';
  const service = ['--cluster', 'main', '--service', 'web', '--account', '123456789012'];
  const template = JSON.parse(
    trustPolicyOfFlags([...argv.split(' '), ...service], (flags) =>
      JSON.parse(iamPolicyOfFlags(deployService, flags)),
    ),
  );
  expect(Object.keys(template.Resources)).toEqual(['Provider', 'Role']);
  const { AssumeRolePolicyDocument, Policies } = template.Resources.Role.Properties;
  expect(AssumeRolePolicyDocument.Statement[0].Principal.Federated['Fn::If'][0]).toBe('HasNoProvider');
  expect(Policies[0].PolicyDocument).toEqual(JSON.parse(iamPolicyOfFlags(deployService, service)));
});

test('permissions that are too long for a role are policies of their own, and none is lost', () => {
  const argv =
    '--trust codebuild --account 123456789012 --region eu-west-1 --trust-projects web --format cloudformation';
  const template = JSON.parse(
    trustPolicyOfFlags(
      [
        ...argv.split(' '),
        '--cluster',
        'production',
        '--service',
        'storefront-web,storefront-api,storefront-worker,storefront-search',
      ],
      (flags) => JSON.parse(iamPolicyOfFlags(pipeline, flags)),
    ),
  );
  expect(template.Resources.Role.Properties.Policies).toBeUndefined();
  const documents = Object.values<{
    Properties: { PolicyDocument?: { Statement: object[] }; Roles?: object };
  }>(template.Resources).flatMap(({ Properties }) => Properties.PolicyDocument ?? []);
  expect(documents.map((one) => JSON.stringify(one).length).filter((length) => length > 6144)).toEqual([]);
  const place = ['--account', '123456789012', '--region', 'eu-west-1'];
  const whole = JSON.parse(
    iamPolicyOfFlags(pipeline, [
      ...place,
      '--cluster',
      'production',
      '--service',
      'storefront-web,storefront-api,storefront-worker,storefront-search',
    ]),
  );
  expect(documents.flatMap((one) => one.Statement)).toEqual(whole.Statement);
});
