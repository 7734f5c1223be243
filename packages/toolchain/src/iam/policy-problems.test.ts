import { describe, expect, test } from '@jest/globals';
import { policyProblems, type Statement } from './policy-problems.ts';

const arn = (service: string, resource: string) => `arn:aws:${service}:*:123456789012:${resource}`;
const group = arn('codedeploy', 'deploymentgroup:*');
const service = arn('ecs', 'service/main/web');
const deployment = arn('ecs', 'service-deployment/main/web/*');
const definition = arn('ecs', 'task-definition/*');
const inMain = { ArnEquals: { 'ecs:cluster': arn('ecs', 'cluster/main') } };
const toTasks = { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } };
const viaEcr = { StringLike: { 'kms:ViaService': 'ecr.*' } };

const needs: Readonly<Record<string, readonly string[]>> = { 'ecs:RunTask': ['iam:PassRole'] };
const allow = (
  Action: string | string[],
  Resource: string | string[],
  Condition?: Statement['Condition'],
): Statement => ({ Effect: 'Allow', Action, Resource, ...(Condition && { Condition }) });
const problemsOf = (...statements: Statement[]) => policyProblems(statements, (name) => needs[name] ?? []);
const pass = allow('iam:PassRole', 'arn:aws:iam::123456789012:role/*', toTasks);

describe('a policy that AWS would not take as it is meant', () => {
  test.each<[string, Statement[], string]>([
    [
      'a misspelt action',
      [allow('ecs:UpdateServices', service)],
      'ecs:UpdateServices: AWS has no such action',
    ],
    [
      'a service that does not exist',
      [allow('escs:UpdateService', service)],
      'escs:UpdateService: AWS has no such action',
    ],
    [
      'a resource for an action that knows none',
      [allow('codedeploy:StopDeployment', group)],
      `codedeploy:StopDeployment: knows no resource, so it is allowed on * alone, not on ${group}`,
    ],
    [
      'a resource of another type',
      [allow('ecs:StopTask', [arn('ecs', 'task/main/*'), definition])],
      `ecs:StopTask: is never asked on ${definition}, only on task`,
    ],
    [
      'one of two required resources',
      [allow('ecs:StopServiceDeployment', deployment)],
      'ecs:StopServiceDeployment: is asked on a service (arn:${Partition}:ecs:${Region}:${Account}:service/${ClusterName}/${ServiceName}) as well, which nothing allows',
    ],
    [
      'a call without what it needs beside',
      [allow('ecs:RunTask', definition, inMain)],
      'ecs:RunTask: needs iam:PassRole as well, which nothing allows',
    ],
    [
      'a condition on a key of another action',
      [allow('ecs:DescribeTasks', arn('ecs', 'task/main/*'), { StringEquals: { 'ecs:service': service } })],
      'ecs:DescribeTasks: a request for it never carries the key ecs:service',
    ],
    [
      'a condition on tags that a request for it does not carry',
      [allow('ecs:StopTask', arn('ecs', 'task/main/*'), { StringEquals: { 'aws:RequestTag/team': 'web' } })],
      'ecs:StopTask: a request for it never carries the key aws:RequestTag/team',
    ],
    [
      'the same twice',
      [allow('ecs:UpdateService', service), allow(['ecs:UpdateService'], [service])],
      `ecs:UpdateService: is allowed on ${service} more than once`,
    ],
    [
      'what anyone may do',
      [allow('sts:GetCallerIdentity', '*')],
      'sts:GetCallerIdentity: anyone may call it, so no policy needs it',
    ],
    [
      'roles for every service',
      [allow('iam:PassRole', 'arn:aws:iam::123456789012:role/*')],
      'iam:PassRole: passes roles to every service; add a condition on iam:PassedToService',
    ],
    [
      'grants on every key',
      [allow('kms:CreateGrant', arn('kms', 'key/*'))],
      `kms:CreateGrant: gives rights away on ${arn('kms', 'key/*')}; add a condition`,
    ],
    [
      'tasks in every cluster',
      [allow('ecs:RunTask', definition), pass],
      `ecs:RunTask: is allowed on ${definition} in every cluster; add a condition on ecs:cluster`,
    ],
    [
      'every service',
      [allow('ecs:UpdateService', '*')],
      'ecs:UpdateService: is allowed on * in every cluster; add a condition on ecs:cluster',
    ],
    ['a Deny', [{ ...pass, Effect: 'Deny' }], 'a statement has the effect Deny, which is not judged'],
  ])('%s', async (_name, statements, problem) => {
    expect(await problemsOf(...statements)).toEqual([problem]);
  });
});

test('a policy that is in order has no problems', async () => {
  expect(
    await problemsOf(
      allow(['codedeploy:StopDeployment', 'ecs:DescribeTaskDefinition'], '*'),
      allow('ecs:StopServiceDeployment', [service, deployment]),
      allow('ecs:RunTask', definition, inMain),
      allow('ecs:TagResource', definition, {
        StringEquals: { 'ecs:CreateAction': 'RegisterTaskDefinition', 'aws:RequestTag/team': 'web' },
        Bool: { 'aws:SecureTransport': 'true' },
      }),
      allow('logs:GetLogEvents', 'arn:*:logs:*:*:log-group:/ecs/*:log-stream:web/*'),
      allow('s3:GetObject', 'arn:aws:s3:::*/*.env'),
      allow('kms:CreateGrant', arn('kms', 'key/*'), viaEcr),
      allow(
        'codedeploy:CreateDeployment',
        'arn:${Partition}:codedeploy:*:*:deploymentgroup:${application}/*',
      ),
      pass,
    ),
  ).toEqual([]);
});
