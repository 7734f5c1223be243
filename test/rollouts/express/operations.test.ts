import { describe, expect, test } from '@jest/globals';
import type { Operation } from '@landfall/core/operation/operation';
import { rollbackService } from '@landfall/core/operations/rollback-service';
import { scaleService } from '@landfall/core/operations/scale-service';
import { verifyService } from '@landfall/core/operations/verify-service';
import { waitForService } from '@landfall/core/operations/wait-for-service';
import { createScenario, scenario } from '../scenario/current.ts';
import { logLinesOf } from '../scenario/scenario.ts';

const serviceArn = 'arn:aws:ecs:us-east-1:123456789012:service/main/web';
const given = async () => {
  await createScenario({ express: { web: {} } });
};
const run = (operation: unknown, inputs: Record<string, string> = {}) =>
  scenario.begin({ 'task-definition': '', ...inputs }, { operation: operation as Operation }).done;
const updateTo = (version: number) =>
  scenario.sandbox.dispatch('ecs', 'UpdateExpressGatewayService', {
    serviceArn,
    primaryContainer: { image: `example/web:${version}` },
  });
const sent = (operation: string) =>
  scenario.sandbox
    .journal()
    .filter((entry) => entry.operation === operation)
    .map((entry) => entry.input);

/** What the service runs, with another image, as render-task-definition makes it. */
const ownTaskDefinition = (name = 'Main') =>
  JSON.stringify({
    family: 'main-web',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '1024',
    memory: '2048',
    containerDefinitions: [
      { name, image: 'example/web:2', portMappings: [{ containerPort: 80 }] },
      { name: 'sidecar', image: 'example/sidecar:1', essential: false },
    ],
  });

describe('deploy-service, given an Express service', () => {
  test('deploys a task definition of one’s own, with a sidecar, and follows the canary', async () => {
    await given();
    const end = await scenario.deploy({ 'task-definition': 'own.json' }, { 'own.json': ownTaskDefinition() });
    expect(end).toEnd('SUCCEEDED 0');
    expect(sent('UpdateService')).toEqual([
      {
        cluster: 'main',
        service: 'web',
        taskDefinition: 'arn:aws:ecs:us-east-1:123456789012:task-definition/main-web:2',
      },
    ]);
    expect(scenario.serving()).toEqual(['main-web:2 2']);
  });

  test('refuses one without the container that the load balancer leads to, before it is registered', async () => {
    await given();
    const end = await scenario.deploy(
      { 'task-definition': 'own.json' },
      { 'own.json': ownTaskDefinition('app') },
    );
    expect(end.result.error).toMatchObject({
      code: 'INPUT_INVALID',
      summary: 'web is an Express service, whose container is named Main; own.json has app, sidecar',
      remedy:
        'Deploy an image with deploy-express-service, or derive the task definition from what the service runs (render-task-definition with `service`).',
    });
    expect(sent('RegisterTaskDefinition')).toEqual([]);
  });
});

describe('wait-for-service, given an Express service', () => {
  test('follows the deployment in progress', async () => {
    await given();
    await updateTo(2);
    const end = await run(waitForService);
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.result.outputs['task-definition-arn']).toMatch(/main-web:2$/);
  });
  test('is green at once when it is live', async () => {
    await given();
    expect(await run(waitForService)).toEnd('NOOP 0');
  });
});

describe('rollback-service, given an Express service', () => {
  test('stops a deployment in progress, and ECS goes back', async () => {
    await given();
    await updateTo(2);
    const end = await run(rollbackService);
    expect(end).toEnd('ROLLED_BACK 0');
    expect(scenario.serving()).toEqual(['main-web:1 2']);
  });
  test('deploys the last version that was live', async () => {
    await given();
    await updateTo(2);
    await run(waitForService);
    const end = await run(rollbackService);
    expect(end).toEnd('SUCCEEDED 0');
    expect(scenario.serving()).toEqual(['main-web:1 2']);
  });
});

describe('scale-service, given an Express service', () => {
  test('sets a count within the bounds of its autoscaler, and says who may change it again', async () => {
    await given();
    const end = await run(scaleService, { 'desired-count': '4' });
    expect(end).toEnd('SUCCEEDED 0');
    expect(logLinesOf(end.host)).toContain(
      'notice: web is an Express service: its autoscaler may change the count again',
    );
  });
  test.each(['0', '21'])('refuses %s, which its autoscaler would revert', async (count) => {
    await given();
    const end = await run(scaleService, { 'desired-count': count });
    expect(end.result.error?.summary).toBe(
      `desired-count must be from 2 to 20, got ${count}: the autoscaler of the Express service web enforces that range; set min-task-count and max-task-count with deploy-express-service`,
    );
    expect(sent('UpdateService')).toEqual([]);
  });
});

test('verify-service finds the container, the port and the target group of an Express service', async () => {
  await given();
  const end = await run(verifyService, {
    'task-definition': 'main-web:1',
    skip: 'image, role, secret, log, exec',
  });
  expect(end).toEnd(0);
  const checks = JSON.parse(end.result.outputs.checks ?? '[]') as { area: string; state: string }[];
  expect(
    checks.filter(({ area }) => area === 'load-balancer' || area === 'network').map(({ state }) => state),
  ).not.toContain('ERROR');
});
