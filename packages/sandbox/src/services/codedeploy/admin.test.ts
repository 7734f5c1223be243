import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { VirtualClock } from '../../clock/clock.ts';
import { createLocalAws, type LocalAws } from '../../sandbox.ts';
import { createCodeDeployService } from '../../testing/code-deploy-service.ts';

const names = { applicationName: 'app', deploymentGroupName: 'group' };
const appSpec = {
  version: 0,
  Resources: [
    {
      TargetService: {
        Type: 'AWS::ECS::Service',
        Properties: {
          TaskDefinition: 'web:1',
          LoadBalancerInfo: { ContainerName: 'web', ContainerPort: 80 },
        },
      },
    },
  ],
};

let aws: LocalAws;
afterEach(() => aws.close());
beforeEach(async () => {
  aws = createLocalAws({ clock: 'virtual' });
  await createCodeDeployService(aws);
  await ask('CreateApplication', { applicationName: 'app' });
  await ask('CreateDeploymentGroup', {
    ...names,
    serviceRoleArn: 'arn:aws:iam::123456789012:role/codedeploy',
    ecsServices: [{ clusterName: 'main', serviceName: 'web' }],
    alarmConfiguration: { enabled: true, alarms: [{ name: '5xx' }] },
  });
});

const ask = async <T>(operation: string, input: object): Promise<T> =>
  (await aws.dispatch('codedeploy', operation, input)) as T;
const put = (path: string, body: unknown) => aws.admin('codedeploy', 'PUT', path.split('/'), body);
const deploy = async (): Promise<string> => {
  const { deploymentId } = await ask<{ deploymentId: string }>('CreateDeployment', {
    ...names,
    revision: { revisionType: 'AppSpecContent', appSpecContent: { content: JSON.stringify(appSpec) } },
  });
  return deploymentId;
};
const infoOf = async (deploymentId: string) =>
  (await ask<{ deploymentInfo: object }>('GetDeployment', { deploymentId })).deploymentInfo;

describe('an alarm that goes off', () => {
  test('stops the deployment in progress of a group that watches it', async () => {
    const id = await deploy();
    expect(await put('alarms/5xx', { on: true })).toEqual({ deploymentGroups: ['app/group'] });
    expect(await infoOf(id)).toMatchObject({
      status: 'Stopped',
      errorInformation: { code: 'ALARM_ACTIVE' },
    });
  });

  test('that no group watches is refused', async () => {
    await expect(put('alarms/latency', { on: true })).rejects.toMatchObject({
      message: 'No deployment group watches the alarm latency.',
      status: 404,
    });
  });
});

test.each([
  ['alarms/5xx', { on: false }, 'PUT alarms/<name> { "on": true }.'],
  ['hooks', { check: 'FAILED' }, 'PUT hooks { "<function>": "Succeeded" or "Failed" }.'],
  ['hooks', ['check'], 'PUT hooks { "<function>": "Succeeded" or "Failed" }.'],
])('PUT %s %j, which would be without effect, is refused', async (path, body, message) => {
  await expect(put(path, body)).rejects.toMatchObject({ message, status: 400 });
});

test('deployments are listed by the hundred, the newest first', async () => {
  const made: string[] = [];
  for (let n = 0; n < 101; n += 1) {
    const id = await deploy();
    made.unshift(id);
    await ask('StopDeployment', { deploymentId: id });
    (aws.clock as VirtualClock).advance(60_000);
  }
  const first = await ask<{ deployments: string[]; nextToken: string }>('ListDeployments', names);
  expect(first.deployments).toEqual(made.slice(0, 100));
  const { nextToken } = first;
  expect(await ask('ListDeployments', { ...names, nextToken })).toEqual({ deployments: made.slice(100) });
  await expect(ask('ListDeployments', { ...names, nextToken: 'x' })).rejects.toMatchObject({
    code: 'InvalidNextTokenException',
  });
});

test('of the targets, only the requested ones are returned', async () => {
  const deploymentId = await deploy();
  const targets = (...targetIds: string[]) => ask('BatchGetDeploymentTargets', { deploymentId, targetIds });
  expect(await targets('main:web')).toMatchObject({
    deploymentTargets: [{ ecsTarget: { targetId: 'main:web' } }],
  });
  await expect(targets()).rejects.toMatchObject({ code: 'DeploymentTargetIdRequiredException' });
  await expect(targets('main:web', 'main:api')).rejects.toMatchObject({
    code: 'DeploymentTargetDoesNotExistException',
    message: 'The deployment target main:api does not exist.',
  });
});
