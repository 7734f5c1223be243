import { describe, expect, test } from '@jest/globals';
import { planService } from '@landfall/core/operations/plan-service';
import { waitForService } from '@landfall/core/operations/wait-for-service';
import { administrator } from '@landfall/sandbox/authorization/principals';
import { balanced, readyWait, rollsBack, terminationWait } from '../scenario/code-deployed.ts';
import { createScenario, scenario } from '../scenario/current.ts';
import type { Between } from '../scenario/scenario.ts';
import { begin, codeDeploy, createService, marked, minute, run, start, writes } from './service.ts';

/** A user who may see every deployment group: IAM refuses others before CodeDeploy is asked. */
const asAdministrator = (operation: unknown, inputs: Record<string, string>) =>
  begin(operation, inputs, { accessKeyId: administrator }).done;

describe('wait-for-service', () => {
  test('follows the deployment in progress, changing nothing', async () => {
    await createService();
    const started = await start();
    const from = marked();
    const end = await run(waitForService);
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.result.outputs).toMatchObject({
      'deployment-id': started.result.outputs['codedeploy-deployment-id'],
      'task-definition-arn': started.result.outputs['task-definition-arn'],
    });
    expect(writes(from)).toEqual([]);
    expect((await codeDeploy().truth()).live).toBe('web:2');
  });

  test('follows the requested deployment to the requested event', async () => {
    await createService(terminationWait(60));
    const { result } = await start();
    const id = result.outputs['codedeploy-deployment-id']!;
    const end = await run(waitForService, {
      'deployment-id': id,
      'wait-until': 'codedeploy:AfterAllowTraffic',
    });
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.took).toBeLessThan(20 * minute);
  });

  test('a deployment that is over and live is green at once', async () => {
    await createService();
    await scenario.deploy();
    const end = await run(waitForService, { 'task-definition': 'web:2' });
    expect(end).toEnd('NOOP 0');
    expect(JSON.parse(end.result.outputs.results!)[0].reason).toMatch(
      /^web:2 is live: deployment d-\w+ has succeeded$/,
    );
  });

  test('a deployment that has succeeded and of which nothing runs is not live', async () => {
    await createService();
    await scenario.deploy();
    scenario.sandbox.ecs.setTaskRules([{ outcome: { kind: 'never-starts' } }]);
    await scenario.sandbox.dispatch('ecs', 'UpdateService', {
      cluster: 'main',
      service: 'web',
      desiredCount: 0,
    });
    await scenario.clock.sleep(5 * minute);
    await scenario.sandbox.dispatch('ecs', 'UpdateService', {
      cluster: 'main',
      service: 'web',
      desiredCount: 2,
    });
    await scenario.clock.sleep(minute);
    const end = await run(waitForService, { 'wait-timeout': '10m' });
    expect(end).toEnd('FAILED 1');
    expect(end.result.error?.summary).toMatch(
      /^web: .*CodeDeploy reports deployment d-\w+ as successful, but 0 of 2 tasks of web:2 are running after 5 min \(live: web:2\)$/,
    );
    const again = await scenario.deploy({ 'wait-timeout': '10m' });
    expect(again).toEnd('FAILED 1');
  });

  test('a deployment that is live for a moment, and no longer when it is checked, is followed on', async () => {
    await createService();
    await scenario.deploy();
    const service = { cluster: 'main', service: 'web' };
    await scenario.sandbox.dispatch('ecs', 'UpdateService', { ...service, desiredCount: 3 });
    await scenario.clock.sleep(1000);
    const { host, done } = begin(waitForService, { 'wait-timeout': '10m' });
    const scaleOnce = async () => {
      if (!host.lines.some((line) => line.startsWith('info: ✓ web: web:2 is live'))) {
        scenario.at(500, scaleOnce);
        return;
      }
      scenario.sandbox.ecs.setTaskRules([{ outcome: { kind: 'never-starts' } }]);
      await scenario.sandbox.dispatch('ecs', 'UpdateService', { ...service, desiredCount: 5 });
    };
    scenario.at(500, scaleOnce);
    const end = await done;
    expect(end).toEnd('FAILED 1');
    expect(end.result.error?.summary).toMatch(
      /^web: .*CodeDeploy reports deployment d-\w+ as successful, but 3 of 5 tasks of web:2 are running after 5 min \(live: web:2\)$/,
    );
  });

  test('a deployment that is made just now is the newest, although no read shows it yet', async () => {
    await createService();
    await scenario.deploy();
    for (const operation of ['GetDeploymentGroup', 'ListDeployments', 'DescribeServices'])
      scenario.sandbox.fault({ operation, from: 2, count: 2, fault: { kind: 'stale' } });
    await run(planService, { 'task-definition': 'v3.json' });
    await start({ 'task-definition': 'v3.json' });
    const end = await run(waitForService);
    expect(end).toEnd('SUCCEEDED 0');
    expect((await codeDeploy().truth()).live).toBe('web:3');
    expect(end.result.outputs['task-definition-arn']).toMatch(/web:3$/);
  });

  test('a service to which CodeDeploy has deployed nothing yet is live since it was created', async () => {
    await createService();
    const end = await run(waitForService);
    expect(end).toEnd('NOOP 0');
    expect(JSON.parse(end.result.outputs.results!)[0].reason).toBe(
      'web:1 has been live since the service was created; CodeDeploy has not deployed anything yet',
    );
  });

  test('a deployment that is made while the last one becomes steady again is the newest', async () => {
    await createService();
    const later = await scenario.register('web', 3);
    scenario.scaleAt(29_000, 5);
    scenario.at(35_000, () => codeDeploy().deploy(later, 'web'));
    const end = await run(waitForService);
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.result.outputs['deployment-id']).toBe((await codeDeploy().truth()).newest.deploymentId);
    expect((await codeDeploy().truth()).live).toBe('web:2');
  });

  test('a version that becomes steady again has succeeded, although another has the traffic a moment later', async () => {
    await createService();
    await scenario.deploy();
    await codeDeploy().deploy(await scenario.register('web', 3), 'web');
    scenario.scaleAt(2000, 3);
    const end = await run(waitForService, { 'task-definition': 'web:2' });
    expect(end).toEnd('SUCCEEDED 0');
    expect((await codeDeploy().truth()).live).toBe('web:3');
    expect(scenario.serving()).toContain('web:2 3');
  });

  test('what is live is accepted by its revision, although something newer was rolled back', async () => {
    await createService(readyWait);
    await scenario.deploy();
    const { newest } = await codeDeploy().truth();
    await codeDeploy().ask('StopDeployment', {
      deploymentId: newest.deploymentId,
      autoRollbackEnabled: true,
    });
    await scenario.clock.sleep(minute);
    expect(await run(waitForService, { 'task-definition': 'web:2' })).toEnd('ROLLED_BACK 1');
    await scenario.close();
    await createService();
    await scenario.deploy();
    const started = await start({ 'task-definition': 'v3.json' });
    const deploymentId = started.result.outputs['codedeploy-deployment-id'];
    await codeDeploy().ask('StopDeployment', { deploymentId, autoRollbackEnabled: true });
    await scenario.clock.sleep(minute);
    const end = await run(waitForService, { 'task-definition': 'web:2' });
    expect(end).toEnd('NOOP 0');
  });

  test('a version that is replaced during the check has succeeded anyway, and its tasks still run', async () => {
    await createService(terminationWait(60));
    await scenario.deploy({ 'wait-until': 'traffic-shifted' });
    const { newest } = await codeDeploy().truth();
    await codeDeploy().ask('ContinueDeployment', {
      deploymentId: newest.deploymentId,
      deploymentWaitType: 'TERMINATION_WAIT',
    });
    await scenario.clock.sleep(2 * minute);
    const later = await start({ 'task-definition': 'v3.json' });
    await scenario.clock.sleep(20_000);
    expect((await codeDeploy().truth()).live).toBe('web:2');
    const end = await run(waitForService, { 'task-definition': 'web:2' });
    expect((await codeDeploy().truth()).live).toBe('web:3');
    expect(end).toEnd('NOOP 0');
    expect(JSON.parse(end.result.outputs.results!)[0].reason).toBe(
      `deployment ${newest.deploymentId} of web:2 succeeded and its tasks are still running; deployment ${later.result.outputs['codedeploy-deployment-id']} of web:3 was started after it`,
    );
  });

  test('a version that was never deployed is not taken for one that is replaced meanwhile', async () => {
    await createService();
    await scenario.deploy();
    const later = await scenario.register('web', 3);
    scenario.at(20_000, () => codeDeploy().deploy(later, 'web'));
    const end = await run(waitForService, { 'task-definition': 'web:1' });
    expect(end).toEnd('SUPERSEDED 1');
    expect(end.result.error?.summary).toMatch(
      /^web: web:3 is not live: deployment d-\w+ deploys web:3, not web:1 \(live: web:2\)$/,
    );
  });

  test('the deployment that the group names is waited for, although nothing else shows it for a while', async () => {
    await createService();
    await scenario.deploy();
    const shown = new Map<string, unknown>();
    const late: Between = async ({ operation, input }, send) => {
      const answer = await send(input);
      if (!shown.has(operation)) shown.set(operation, answer);
      const isBehind = scenario.clock.elapsed() < until;
      return isBehind && operation !== 'GetDeploymentGroup' ? shown.get(operation) : answer;
    };
    const until = scenario.clock.elapsed() + 90_000;
    await begin(waitForService, {}, { between: late }).done;
    const started = await start({ 'task-definition': 'v3.json' });
    const end = await begin(waitForService, {}, { between: late }).done;
    expect(end.result.outputs['deployment-id']).toBe(started.result.outputs['codedeploy-deployment-id']);
    expect((await codeDeploy().truth()).live).toBe('web:3');
    expect(end).toEnd('SUCCEEDED 0');
  });

  test('a deployment that was rolled back is red, however long ago', async () => {
    await createService();
    scenario.sandbox.codedeploy.setHooks({ smoke: 'Failed' });
    const appSpec = JSON.stringify({
      version: 0,
      Resources: [{ TargetService: { Type: 'AWS::ECS::Service', Properties: {} } }],
      Hooks: [{ AfterAllowTraffic: 'smoke' }],
    });
    await scenario.deploy({}, { 'appspec.yaml': appSpec });
    const end = await run(waitForService);
    expect(end).toEnd('ROLLED_BACK 1');
    expect(end.result.error?.summary).toBe(
      'web: web:2 is not live: One of the lifecycle event validation functions failed: AfterAllowTraffic (HOOK_EXECUTION_FAILURE) (live: web:1)',
    );
  });

  test('while its rollback is still in progress, the deployment that is undone is followed to the end', async () => {
    await createService(readyWait);
    await scenario.deploy();
    const { newest } = await codeDeploy().truth();
    await codeDeploy().ask('StopDeployment', {
      deploymentId: newest.deploymentId,
      autoRollbackEnabled: true,
    });
    expect((await codeDeploy().truth()).newest.creator).toBe('codeDeployRollback');
    const end = await run(waitForService);
    expect(end.result.outputs['deployment-id']).toBe(newest.deploymentId);
    expect(end).toEnd('ROLLED_BACK 1');
  });

  test('a deployment that another one came after is SUPERSEDED', async () => {
    await createService();
    const { result } = await scenario.deploy();
    await scenario.deploy({ 'task-definition': 'v3.json' });
    const id = result.outputs['codedeploy-deployment-id']!;
    const end = await run(waitForService, { 'deployment-id': id });
    expect(end.result.error?.code).toBe('SUPERSEDED');
    expect(end.result.error?.summary.replace(/ecs-svc\/\d+/, 'ecs-svc/…')).toBe(
      `web: web:2 is not live: CodeDeploy reports deployment ${id} as successful, but task set ecs-svc/… of web:3 has the traffic (live: web:3)`,
    );
  });

  test.each([
    [{ 'deployment-id': 'd-NOBODYS00' }, 'NOT_FOUND', 'CodeDeploy has no deployment d-NOBODYS00'],
    [
      { 'deployment-id': 'ecs-svc/1' },
      'INPUT_INVALID',
      'deployment-id ecs-svc/1: web is deployed by CodeDeploy, whose deployments have ids like d-1A2B3C4D5',
    ],
    [
      { 'wait-until': 'stage:BAKE_TIME' },
      'INPUT_INVALID',
      'wait-until stage:BAKE_TIME: web has the CODE_DEPLOY controller, whose deployments have lifecycle events',
    ],
    [
      { 'codedeploy-deployment-group': 'other' },
      'NOT_FOUND',
      'web is deployed by CodeDeploy, but deployment group other of application AppECS-main-web was not found',
    ],
  ])('%j is refused: %s', async (inputs, code, summary) => {
    await createService();
    const { result } = await asAdministrator(waitForService, inputs as unknown as Record<string, string>);
    expect(result.error).toMatchObject({ code, summary });
  });

  test("another service's deployment is refused", async () => {
    await createScenario({ services: { web: balanced, api: balanced } });
    await codeDeploy().group();
    await codeDeploy().group(rollsBack, 'api');
    const { result } = await scenario.deploy({ service: 'api', 'task-definition': 'api-v2.json' });
    const id = result.outputs['codedeploy-deployment-id']!;
    const end = await asAdministrator(waitForService, { 'deployment-id': id });
    expect(end.result.error).toMatchObject({
      code: 'INPUT_INVALID',
      summary: `deployment ${id} belongs to deployment group DgpECS-main-api of AppECS-main-api, not to DgpECS-main-web of AppECS-main-web`,
    });
  });

  test('on-cancel stop has CodeDeploy stop it', async () => {
    await createService();
    await start();
    const waiting = begin(waitForService, { 'on-cancel': 'stop' });
    scenario.at(20_000, () => waiting.host.cancel());
    const end = await waiting.done;
    expect(end).toEnd(130);
    expect((await codeDeploy().truth()).newest.creator).toBe('codeDeployRollback');
  });
});
