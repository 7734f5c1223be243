import { dirname, join } from 'node:path';
import type { DescribeServicesResponse, DescribeTasksResponse, RunTaskResponse } from '@aws-sdk/client-ecs';
import type { DescribeTargetHealthOutput } from '@aws-sdk/client-elastic-load-balancing-v2';
import { beforeAll, expect, jest, test } from '@jest/globals';
import { describeUnless } from '../runner/requirements.ts';
import { client, missingTools, pythonEnvironment, toolProgram } from './client.ts';
import { registryForTests } from './registry.ts';
import { createCodeDeployService, createService, deployShop, runTask } from './service.ts';

// Each wait starts a Python program that loads a second's worth of modules.
jest.setTimeout(180_000);

/** The waiters that scripts and other deploy tools are made of. */
describeUnless(missingTools('ecs'))("boto3's waiters and the sandbox", () => {
  const registry = registryForTests({ clock: 'virtual' });
  const sandbox = () => registry().sandbox;
  const python = client(join(dirname(toolProgram('ecs')), 'python'), () => pythonEnvironment(sandbox()));
  const wait = (service: string, waiter: string, parameters: object) =>
    python([join(import.meta.dirname, 'python', 'wait.py'), service, waiter, JSON.stringify(parameters)]);
  const ask = <Answer>(service: string, operation: string, input: object): Promise<Answer> =>
    sandbox().dispatch(service, operation, input) as Promise<Answer>;
  const web = { cluster: 'main', services: ['web'] };
  beforeAll(() => createService(sandbox()));

  test('services_stable ends when the new version alone runs', async () => {
    await ask('ecs', 'UpdateService', { cluster: 'main', service: 'web', forceNewDeployment: true });
    await wait('ecs', 'services_stable', web);
    const { services } = await ask<DescribeServicesResponse>('ecs', 'DescribeServices', web);
    expect(services).toMatchObject([
      { runningCount: 2, deployments: [{ status: 'PRIMARY', runningCount: 2 }] },
    ]);
  });

  test('services_stable gives up on a service that does not exist', async () => {
    await expect(
      wait('ecs', 'services_stable', { cluster: 'main', services: ['none'] }),
    ).rejects.toMatchObject({
      stderr: expect.stringMatching(/Waiter encountered a terminal failure state: .*"MISSING"/),
    });
  });

  test('tasks_running and tasks_stopped follow a task to its end', async () => {
    sandbox().ecs.setTaskRules([
      { match: { group: 'family:web' }, outcome: { kind: 'exit', code: 3, after: 30_000 } },
    ]);
    const { tasks } = (await runTask(sandbox())) as RunTaskResponse;
    const task = { cluster: 'main', tasks: [tasks![0]!.taskArn!] };
    const state = async () =>
      (await ask<DescribeTasksResponse>('ecs', 'DescribeTasks', task)).tasks!.map(
        ({ lastStatus, containers }) => [lastStatus, containers![0]!.exitCode],
      );
    await wait('ecs', 'tasks_running', task);
    expect(await state()).toEqual([['RUNNING', undefined]]);
    await wait('ecs', 'tasks_stopped', task);
    expect(await state()).toEqual([['STOPPED', 3]]);
    await expect(wait('ecs', 'tasks_running', task)).rejects.toMatchObject({
      stderr: expect.stringMatching(/terminal failure state: .*"STOPPED"/),
    });
  });

  test('deployment_successful ends when CodeDeploy has moved the traffic, and fails with a deployment', async () => {
    await createCodeDeployService(sandbox());
    const deploymentId = await deployShop(sandbox());
    await wait('codedeploy', 'deployment_successful', { deploymentId });
    const shop = { cluster: 'main', services: ['shop'] };
    const { services } = await ask<DescribeServicesResponse>('ecs', 'DescribeServices', shop);
    expect(services![0]!.taskSets?.filter(({ status }) => status === 'PRIMARY')).toMatchObject([
      { externalId: deploymentId, stabilityStatus: 'STEADY_STATE' },
    ]);
    const stopped = await deployShop(sandbox());
    await ask('codedeploy', 'StopDeployment', { deploymentId: stopped });
    await expect(
      wait('codedeploy', 'deployment_successful', { deploymentId: stopped }),
    ).rejects.toMatchObject({
      stderr: expect.stringMatching(/terminal failure state: .*"Stopped"/),
    });
  });

  test('target_in_service ends when the tasks behind a target group are healthy', async () => {
    const { services } = await ask<DescribeServicesResponse>('ecs', 'DescribeServices', {
      cluster: 'main',
      services: ['shop'],
    });
    const group = { TargetGroupArn: services![0]!.loadBalancers![0]!.targetGroupArn };
    await wait('elbv2', 'target_in_service', group);
    const health = await ask<DescribeTargetHealthOutput>(
      'elasticloadbalancing',
      'DescribeTargetHealth',
      group,
    );
    expect(health.TargetHealthDescriptions?.map(({ TargetHealth }) => TargetHealth?.State)).toEqual([
      'healthy',
      'healthy',
    ]);
  });

  test('image_scan_complete ends when the findings are there', async () => {
    const image = { repositoryName: 'from', imageId: { imageTag: '1' } };
    await ask('ecr', 'StartImageScan', image);
    await wait('ecr', 'image_scan_complete', image);
    expect(await ask('ecr', 'DescribeImageScanFindings', image)).toMatchObject({
      imageScanStatus: { status: 'COMPLETE' },
    });
  });

  test('role_exists ends when there is one', async () => {
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [] });
    await ask('iam', 'CreateRole', { RoleName: 'deployer', AssumeRolePolicyDocument });
    await wait('iam', 'role_exists', { RoleName: 'deployer' });
  });

  test('services_inactive ends when a service is gone', async () => {
    await ask('ecs', 'DeleteService', { cluster: 'main', service: 'web', force: true });
    await wait('ecs', 'services_inactive', web);
    const { services } = await ask<DescribeServicesResponse>('ecs', 'DescribeServices', web);
    expect(services).toMatchObject([{ status: 'INACTIVE', runningCount: 0 }]);
  });
});
