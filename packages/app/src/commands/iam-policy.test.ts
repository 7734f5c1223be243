import { describe, expect, test } from '@jest/globals';
import type { LandfallError } from '@landfall/core/errors/landfall-error';
import { policyNames } from '@landfall/core/iam-policy/policy-names';
import { loadOperation, operationNames } from '@landfall/core/operations/index';
import { iamPolicyHelp, iamPolicyOfFlags } from './iam-policy.ts';

interface Statement {
  readonly Sid: string;
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Condition?: object;
}
const operationOf = async (name: string) => await loadOperation(name as never);

/** `landfall iam-policy run-task --cluster main`. */
async function statements(line: string): Promise<readonly Statement[]> {
  const [name = '', ...argv] = line.split(' ');
  return JSON.parse(iamPolicyOfFlags(await operationOf(name), argv)).Statement;
}

/** What the policy allows an action on. */
async function resourcesOf(action: string, line: string): Promise<readonly string[]> {
  const found = (await statements(line)).filter(({ Action }) => [Action].flat().includes(action));
  return [...new Set(found.flatMap(({ Resource }) => Resource))];
}

const problem = (line: string) =>
  statements(line).then(
    () => undefined,
    ({ summary, details }: LandfallError) => [summary, ...details].join('\n'),
  );

describe('a named resource narrows the policy, in every form that the operation accepts', () => {
  test.each<[string, string, string[]]>([
    ['ecs:UpdateService', 'deploy-service', ['arn:*:ecs:*:*:service/*/*']],
    [
      'ecs:UpdateService',
      'deploy-service --account 123456789012 --region eu-west-1 --cluster main --service web',
      ['arn:aws:ecs:eu-west-1:123456789012:service/main/web'],
    ],
    [
      'ecs:UpdateService',
      'deploy-service --cluster arn:aws:ecs:eu-west-1:123456789012:cluster/main --service web,api',
      [
        'arn:aws:ecs:eu-west-1:123456789012:service/main/web',
        'arn:aws:ecs:eu-west-1:123456789012:service/main/api',
      ],
    ],
    [
      'ecs:DescribeTasks',
      'deploy-service --service arn:aws-cn:ecs:cn-north-1:123456789012:service/main/web',
      ['arn:aws-cn:ecs:cn-north-1:123456789012:task/main/*'],
    ],
    [
      'ecs:UpdateService',
      'deploy-service --cluster main --services web=web.json --services api',
      ['arn:*:ecs:*:*:service/main/web', 'arn:*:ecs:*:*:service/main/api'],
    ],
    ['ecs:UpdateService', 'deploy-service --service web-*', ['arn:*:ecs:*:*:service/*/web-*']],
    [
      'iam:PassRole',
      'run-task --account 123456789012 --role web --role arn:aws:iam::210987654321:role/teams/web',
      ['arn:*:iam::123456789012:role/web', 'arn:aws:iam::210987654321:role/teams/web'],
    ],
    ['ecs:RunTask', 'run-task --task-definition web:7', ['arn:*:ecs:*:*:task-definition/web:*']],
    ['ecs:RunTask', 'run-task --family web', ['arn:*:ecs:*:*:task-definition/web:*']],
    ['ecs:RunTask', 'run-task --task-definition tasks/web.json', ['arn:*:ecs:*:*:task-definition/*:*']],
    ['ecr:PutImage', 'build-push --repository team/web', ['arn:*:ecr:*:*:repository/team/web']],
    [
      'ecr:PutImage',
      'build-push --repository 123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/web',
      ['arn:aws:ecr:eu-west-1:123456789012:repository/team/web'],
    ],
    ['ecr:PutImage', 'build-push --repository ghcr.io/team/web', []],
    [
      'ecr:PutImage',
      'promote-image --source 123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/web:1',
      ['arn:aws:ecr:eu-west-1:123456789012:repository/team/web'],
    ],
    [
      'ecr:BatchDeleteImage',
      'promote-image --source team/web:1 --target team/live',
      ['arn:*:ecr:*:*:repository/team/web'],
    ],
    [
      'secretsmanager:GetSecretValue',
      'render-task-definition --secrets-from web=production/web --secrets-from arn:aws:secretsmanager:eu-west-1:123456789012:secret:shared-AbCdEf',
      [
        'arn:*:secretsmanager:*:*:secret:production/web-??????',
        'arn:aws:secretsmanager:eu-west-1:123456789012:secret:shared-AbCdEf',
      ],
    ],
    ['ssm:GetParameters', 'verify-service --parameter /web/mode', ['arn:*:ssm:*:*:parameter/web/mode']],
    [
      'logs:GetLogEvents',
      'run-task --log-group /ecs/web',
      ['arn:*:logs:*:*:log-group:/ecs/web:log-stream:*'],
    ],
    ['kms:CreateGrant', 'ensure-repository --kms-key alias/images', ['arn:*:kms:*:*:key/*']],
    [
      'codedeploy:CreateDeployment',
      'deploy-service --cluster main --service web',
      ['arn:*:codedeploy:*:*:deploymentgroup:AppECS-main-web/DgpECS-main-web'],
    ],
    [
      'codedeploy:CreateDeployment',
      'deploy-service --service web --codedeploy-application shop --codedeploy-deployment-group live',
      ['arn:*:codedeploy:*:*:deploymentgroup:shop/live'],
    ],
  ])('%s: %s', async (action, line, resources) => {
    expect(await resourcesOf(action, line)).toEqual(resources);
  });

  test('in conditions, too', async () => {
    const run = (await statements('run-task --cluster main,spare')).find(
      ({ Action }) => Action === 'ecs:RunTask',
    );
    expect(run!.Condition).toEqual({
      ArnEquals: { 'ecs:cluster': ['arn:*:ecs:*:*:cluster/main', 'arn:*:ecs:*:*:cluster/spare'] },
    });
  });
});

describe('permissions that are never granted by default', () => {
  const read = 'secretsmanager:GetSecretValue';

  test.each(['plan-service', 'verify-service', 'deploy-service'])(
    '%s may read the named secrets only',
    async (name) => {
      expect(await resourcesOf(read, name)).toEqual([]);
      expect(await resourcesOf('kms:Decrypt', name)).toEqual([]);
      expect(await resourcesOf(read, `${name} --secret production/web`)).toEqual([
        'arn:*:secretsmanager:*:*:secret:production/web-??????',
      ]);
      expect(await resourcesOf('kms:Decrypt', `${name} --key 1234abcd-12ab`)).toEqual([
        'arn:*:kms:*:*:key/1234abcd-12ab',
      ]);
    },
  );

  test('optional permissions can be omitted', async () => {
    const sids = (await statements('wait-for-service --without-optional')).map(({ Sid }) => Sid);
    expect(sids).not.toContain('Optional');
    expect(await resourcesOf('ecs:DescribeServices', 'wait-for-service --without-optional')).not.toEqual([]);
    expect(await resourcesOf('logs:GetLogEvents', 'wait-for-service --without-optional')).toEqual([]);
  });
});

describe('contradictory or unknown names are refused', () => {
  test.each([
    [
      'deploy-service --acount 123456789012',
      'acount is not an input of this operation (did you mean "account"?)',
    ],
    [
      'deploy-service --account 1234 --sevice web',
      '2 inputs are invalid: sevice, account\nsevice is not an input of this operation (did you mean "service"?)\naccount must be an AWS account id of 12 digits, got "1234"',
    ],
    ['ecr-login --cluster main', 'cluster is not an input of this operation'],
    ['run-task --cluster', 'cluster needs a value'],
    ['run-task --cluster a/b', 'cluster must be a cluster name or a cluster ARN, got "a/b"'],
    [
      'run-task --cluster arn:aws:ecs:eu-west-1:123456789012:service/main/web',
      'cluster must be a cluster name or a cluster ARN, got "arn:aws:ecs:eu-west-1:123456789012:service/main/web"',
    ],
    [
      'run-task --role arn:aws:iam::123456789012:user/web',
      'role must be an IAM role ARN or name, got "arn:aws:iam::123456789012:user/web"',
    ],
    ['run-task --role=', 'role must not be empty: without it, all are allowed'],
    [
      'deploy-service --cluster= --service=, --account=',
      [
        '3 inputs are invalid: service, cluster, account',
        ...['service', 'cluster', 'account'].map(
          (name) => `${name} must not be empty: without it, all are allowed`,
        ),
      ].join('\n'),
    ],
    [
      'deploy-service --service arn:aws:ecs:eu-west-1:123456789012:service/main/web,arn:aws:ecs:us-east-1:123456789012:service/main/api',
      'service is in the region us-east-1, and another in eu-west-1: a policy is for one region',
    ],
    [
      'run-task --cluster arn:aws:ecs:eu-west-1:123456789012:cluster/main,arn:aws:ecs:eu-west-1:210987654321:cluster/main',
      'cluster is in the account 210987654321, and another in 123456789012: a policy is for one account',
    ],
    [
      'deploy-service --region cn-north-1 --cluster arn:aws:ecs:eu-west-1:123456789012:cluster/main',
      [
        '2 inputs are invalid: cluster',
        'cluster is in the partition aws, and region in aws-cn: a policy is for one partition',
        'cluster is in the region eu-west-1, and region in cn-north-1: a policy is for one region',
      ].join('\n'),
    ],
    ['image-metadata', 'image-metadata makes no AWS calls and needs no policy'],
    ['run-task --region here', 'region must be an AWS region like eu-west-1, got "here"'],
  ])('%s', async (line, message) => {
    expect(await problem(line)).toBe(message);
  });
});

test.each(operationNames)('the help of %s describes every name', async (name) => {
  const lines = iamPolicyHelp(await operationOf(name))
    .split('\n')
    .filter((line) => line.startsWith('  --'));
  expect(
    lines.filter((line) => !/ {2}[A-Z][^.]*\w( [^.]*)?\./.test(line) || /\bThe an? \b/.test(line)),
  ).toEqual([]);
});

test.each(operationNames)('every name in the permissions of %s can be given', async (name) => {
  const { permissions } = await operationOf(name);
  const names = JSON.stringify(permissions).matchAll(/\$\{([a-z][\w-]*)\}/g);
  expect([...names].map(([, one]) => one).filter((one) => !Object.hasOwn(policyNames, one!))).toEqual([]);
});
