import { describe, expect, test } from '@jest/globals';
import { iamPolicy } from '@landfall/app/commands/iam-policy';
import type { Operation } from '@landfall/core/operation/operation';
import { continueDeployment } from '@landfall/core/operations/continue-deployment';
import { deployService } from '@landfall/core/operations/deploy-service';
import { rollbackService } from '@landfall/core/operations/rollback-service';
import { scaleService } from '@landfall/core/operations/scale-service';
import { verifyService } from '@landfall/core/operations/verify-service';
import { waitForService } from '@landfall/core/operations/wait-for-service';
import { ByTaskSets } from '../scenario/by-task-sets.ts';
import { balanced, CodeDeployed, readyWait, rollsBack, terminationWait } from '../scenario/code-deployed.ts';
import { createScenario, scenario } from '../scenario/current.ts';

const known = new Map([
  ['partition', 'aws'],
  ['region', 'us-east-1'],
  ['account', '123456789012'],
  ['cluster', 'main'],
  ['service', 'web'],
]);

/** Runs the operation as a principal that may do what `landfall iam-policy <operation>` prints, and nothing else. */
function begin(operation: unknown, inputs: Record<string, string> = {}) {
  const policy = JSON.parse(iamPolicy(operation as Operation, known));
  const { accessKeyId } = scenario.sandbox.addPrincipal({ policy });
  const run = scenario.begin(inputs, { operation: operation as Operation, accessKeyId });
  const lacking = () => run.host.lines.filter((line) => /lacks/.test(line));
  return { ...run, lacking };
}

async function ends(operation: unknown, inputs: Record<string, string>, verdict: string): Promise<void> {
  const run = begin(operation, { 'task-definition': '', ...inputs });
  expect(await run.done).toEnd(verdict);
  expect(run.lacking()).toEqual([]);
}

describe('the declared policy is enough, and enforced, for a service of CODE_DEPLOY', () => {
  const set = async (group: object = rollsBack) => {
    await createScenario({ services: { web: balanced } });
    await new CodeDeployed(scenario).group(group);
  };

  test('deploy-service, then rollback-service to the revision before', async () => {
    await set();
    await ends(deployService, { 'task-definition': 'v2.json' }, 'SUCCEEDED 0');
    await ends(deployService, { 'task-definition': 'v3.json' }, 'SUCCEEDED 0');
    await ends(rollbackService, {}, 'SUCCEEDED 0');
  });

  test('rollback-service of a deployment in progress', async () => {
    await set(terminationWait(60));
    await scenario.deploy({ 'wait-until': 'traffic-shifted' });
    await ends(rollbackService, {}, 'ROLLED_BACK 0');
  });

  test('wait-for-service, to the end and with a stop', async () => {
    await set();
    await scenario.deploy({ 'wait-until': 'started' });
    await ends(waitForService, {}, 'SUCCEEDED 0');
    await scenario.deploy({ 'wait-until': 'started', 'task-definition': 'v3.json' });
    const run = begin(waitForService, { 'task-definition': '', 'on-cancel': 'stop' });
    scenario.at(20_000, () => run.host.cancel());
    expect((await run.done).result.error?.summary).toMatch(/CodeDeploy is stopping deployment/);
  });

  test.each([
    ['continue', 'SUCCEEDED 0'],
    ['rollback', 'ROLLED_BACK 0'],
  ])('continue-deployment: %s', async (action, verdict) => {
    await set(readyWait);
    await scenario.deploy();
    await ends(continueDeployment, { action }, verdict);
  });

  test('scale-service', async () => {
    await set();
    await ends(scaleService, { 'desired-count': '3' }, 'SUCCEEDED 0');
  });

  test('verify-service sees the deployment group', async () => {
    await set();
    const run = begin(verifyService, {
      'task-definition': 'v2.json',
      skip: 'image, role, log, load-balancer',
    });
    const { result } = await run.done;
    expect(result.outputs.checks).toContain('deploys web');
    expect(run.lacking()).toEqual([]);
  });
});

describe('the declared policy is enough, and enforced, for a service of EXTERNAL', () => {
  const set = async () => {
    const deploymentController = { type: 'EXTERNAL' as const };
    await createScenario({ services: { web: { deploymentController } } });
    await new ByTaskSets(scenario).makeLive();
  };

  test('deploy-service, then rollback-service to what was live before', async () => {
    await set();
    await ends(deployService, { 'task-definition': 'v2.json', 'desired-count': '3' }, 'SUCCEEDED 0');
    await ends(rollbackService, {}, 'SUCCEEDED 0');
    expect(scenario.serving()).toEqual(['web:1 3']);
  });

  test('deploy-service with a stop, wait-for-service, and rollback-service of the task set in progress', async () => {
    await set();
    const run = begin(deployService, { 'on-cancel': 'stop' });
    scenario.at(10_000, () => run.host.cancel());
    expect((await run.done).result.error?.summary).toMatch(/was deleted, and what was live stays live/);
    await scenario.clock.sleep(60_000);
    await ends(waitForService, {}, 'NOOP 0');
    const id = await new ByTaskSets(scenario).make(2);
    await ends(waitForService, { 'deployment-id': id, 'wait-timeout': '1m' }, 'TIMED_OUT 4');
    await ends(rollbackService, {}, 'ROLLED_BACK 0');
  });

  test('scale-service', async () => {
    await set();
    await ends(scaleService, { 'desired-count': '3' }, 'SUCCEEDED 0');
  });

  test('a task set of another service is refused: the condition confines CreateTaskSet', async () => {
    const deploymentController = { type: 'EXTERNAL' as const };
    await createScenario({
      services: { web: { deploymentController }, api: { deploymentController } },
    });
    const policy = JSON.parse(iamPolicy(deployService, known));
    const { accessKeyId } = scenario.sandbox.addPrincipal({ policy });
    const input = { cluster: 'main', service: 'api', taskDefinition: 'api:1', launchType: 'EC2' };
    await expect(scenario.sandbox.dispatch('ecs', 'CreateTaskSet', input, { accessKeyId })).rejects.toThrow(
      /not authorized to perform: ecs:CreateTaskSet/,
    );
  });
});
