import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createLocalAws } from '../../sandbox.ts';

const trust = JSON.stringify({
  Statement: { Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' },
});
const arn = 'arn:aws:iam::123456789012:role/app/web';
const webRole = { RoleName: 'web', Path: '/app/', AssumeRolePolicyDocument: trust };

test('a role made in one region is known in all, with its trust policy encoded as IAM does', async () => {
  const aws = createLocalAws();
  await aws.dispatch('iam', 'CreateRole', webRole);
  const answer = await aws.dispatch('iam', 'GetRole', { RoleName: 'web' }, { region: 'eu-west-1' });
  expect(answer).toMatchObject({
    Role: { Arn: arn, Path: '/app/', RoleName: 'web', AssumeRolePolicyDocument: encodeURIComponent(trust) },
  });
  await aws.close();
});

test('a role that is not there is NoSuchEntity, for GetRole and for a simulation', async () => {
  const aws = createLocalAws();
  await expect(aws.dispatch('iam', 'GetRole', { RoleName: 'web' })).rejects.toMatchObject({
    code: 'NoSuchEntity',
    message: 'The role with name web cannot be found.',
    status: 404,
  });
  await expect(
    aws.dispatch('iam', 'SimulatePrincipalPolicy', { PolicySourceArn: arn, ActionNames: ['s3:GetObject'] }),
  ).rejects.toMatchObject({ code: 'NoSuchEntity' });
  await aws.close();
});

test('a simulation answers each action on each resource from the inline policies of the role', async () => {
  const aws = createLocalAws();
  await aws.dispatch('iam', 'CreateRole', webRole);
  await aws.dispatch('iam', 'PutRolePolicy', {
    RoleName: 'web',
    PolicyName: 'one',
    PolicyDocument: JSON.stringify({
      Statement: [
        { Effect: 'Allow', Action: 's3:Get*', Resource: 'arn:aws:s3:::a/*' },
        { Effect: 'Deny', Action: 's3:GetObject', Resource: 'arn:aws:s3:::a/secret' },
      ],
    }),
  });
  const answer = (await aws.dispatch('iam', 'SimulatePrincipalPolicy', {
    PolicySourceArn: arn,
    ActionNames: ['s3:GetObject'],
    ResourceArns: ['arn:aws:s3:::a/b', 'arn:aws:s3:::a/secret', 'arn:aws:s3:::c/d'],
  })) as { EvaluationResults: { EvalDecision: string }[] };
  expect(answer.EvaluationResults.map((one) => one.EvalDecision)).toEqual([
    'allowed',
    'explicitDeny',
    'implicitDeny',
  ]);
  await aws.close();
});

test('roles, parameters and target groups outlive a restart', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-iam-'));
  try {
    const first = createLocalAws({ folder });
    await first.dispatch('iam', 'CreateRole', webRole);
    await first.dispatch('ssm', 'PutParameter', { Name: '/web/mode', Value: 'production', Type: 'String' });
    await first.dispatch('elasticloadbalancing', 'CreateTargetGroup', { Name: 'web', TargetType: 'ip' });
    await first.close({ keep: true });

    const second = createLocalAws({ folder });
    expect(await second.dispatch('iam', 'GetRole', { RoleName: 'web' })).toMatchObject({
      Role: { Arn: arn },
    });
    expect(
      await second.dispatch('ssm', 'GetParameters', { Names: ['/web/mode', '/web/none'] }),
    ).toMatchObject({ Parameters: [{ Value: 'production' }], InvalidParameters: ['/web/none'] });
    expect(await second.dispatch('elasticloadbalancing', 'DescribeTargetGroups', {})).toMatchObject({
      TargetGroups: [{ TargetGroupName: 'web', TargetType: 'ip' }],
    });
    await second.close();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('a role that has policies is deleted after them', async () => {
  const aws = createLocalAws();
  await aws.dispatch('iam', 'CreateRole', webRole);
  const policy = { RoleName: 'web', PolicyName: 'one' };
  await aws.dispatch('iam', 'PutRolePolicy', {
    ...policy,
    PolicyDocument: JSON.stringify({ Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' } }),
  });
  await expect(aws.dispatch('iam', 'DeleteRole', { RoleName: 'web' })).rejects.toMatchObject({
    code: 'DeleteConflict',
    message: 'Cannot delete entity, must delete policies first.',
    status: 409,
  });
  await aws.dispatch('iam', 'DeleteRolePolicy', policy);
  await expect(aws.dispatch('iam', 'DeleteRolePolicy', policy)).rejects.toMatchObject({
    code: 'NoSuchEntity',
    message: 'The role policy with name one cannot be found.',
  });
  await aws.dispatch('iam', 'DeleteRole', { RoleName: 'web' });
  await expect(aws.dispatch('iam', 'GetRole', { RoleName: 'web' })).rejects.toMatchObject({
    code: 'NoSuchEntity',
  });
  await aws.close();
});
