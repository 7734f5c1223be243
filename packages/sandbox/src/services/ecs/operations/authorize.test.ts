import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AwsFault } from '../../../api/aws-service.ts';
import { createLocalAws, type LocalAws } from '../../../sandbox.ts';

let aws: LocalAws;
beforeEach(() => {
  aws = createLocalAws({ clock: 'virtual', enforce: true });
});
afterEach(() => aws.close());

const containerDefinitions = [{ name: 'app', image: 'example/web:1', memory: 128 }];
const tags = [{ key: 'team', value: 'web' }];

/** Asks as a principal with these statements; what is missing, as IAM says it. */
async function lacking(statements: object[], operation: string, input: object): Promise<string | undefined> {
  const { accessKeyId } = aws.addPrincipal({ policy: { Statement: statements as never } });
  return aws.dispatch('ecs', operation, input, accessKeyId).then(
    () => undefined,
    (error: AwsFault) => /perform: (.*) because/.exec(error.message)?.[1],
  );
}

describe('what is created with tags asks for ecs:TagResource besides, on what is created', () => {
  const everythingElse = { Effect: 'Allow', NotAction: 'ecs:TagResource', Resource: '*' };
  const place = 'arn:aws:ecs:us-east-1:123456789012';

  beforeEach(async () => {
    await aws.dispatch('ecs', 'CreateCluster', { clusterName: 'main' });
    await aws.dispatch('ecs', 'RegisterTaskDefinition', { family: 'web', containerDefinitions });
  });

  test.each([
    ['CreateCluster', { clusterName: 'other' }, 'cluster/other'],
    ['RegisterTaskDefinition', { family: 'api', containerDefinitions }, 'task-definition/api:*'],
    ['RunTask', { cluster: 'main', taskDefinition: 'web' }, 'task/main/*'],
    [
      'CreateService',
      { cluster: 'main', serviceName: 'web', taskDefinition: 'web', desiredCount: 1 },
      'service/main/web',
    ],
    ['CreateTaskSet', { cluster: 'main', service: 'web', taskDefinition: 'web' }, 'task-set/main/web/*'],
  ])('%s', async (operation, input, resource) => {
    expect(await lacking([everythingElse], operation, { ...input, tags })).toBe(
      `ecs:TagResource on resource: ${place}:${resource}`,
    );
    const onCreation = {
      Effect: 'Allow',
      Action: 'ecs:TagResource',
      Resource: '*',
      Condition: { StringEquals: { 'ecs:CreateAction': operation } },
    };
    expect(await lacking([everythingElse, onCreation], operation, { ...input, tags })).toBeUndefined();
  });

  test('without tags it is not needed', async () => {
    const input = { family: 'api', containerDefinitions, tags: [] };
    expect(await lacking([everythingElse], 'RegisterTaskDefinition', input)).toBeUndefined();
  });
});
