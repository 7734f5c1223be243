import { describe, expect, test } from '@jest/globals';
import { planService } from '@landfall/core/operations/plan-service';
import { names, terminationWait } from '../scenario/code-deployed.ts';
import { scenario } from '../scenario/current.ts';
import type { Between } from '../scenario/scenario.ts';
import { ask, byUser, createService, minute, truth } from './service.ts';

/** Stands between a run and AWS: its first two reads by each of these calls show what was so when this was called. */
async function twoReadsBehind(...operations: string[]): Promise<Between> {
  const { deploymentId } = (await truth()).newest;
  const then = new Map<string, unknown[]>();
  for (const operation of operations) {
    const was =
      operation === 'DescribeServices'
        ? await scenario.sandbox.dispatch('ecs', operation, { cluster: 'main', services: ['web'] })
        : await ask(operation, { deploymentIds: [deploymentId] });
    then.set(operation, [was, was]);
  }
  return async ({ operation, input }, send) => {
    const answer = await send(input);
    return then.get(operation)?.pop() ?? answer;
  };
}

describe('a service that CodeDeploy deploys, run again', () => {
  test('D22: an unchanged task definition is NOOP: nothing is made', async () => {
    await createService();
    const { result, host } = await scenario.deploy({ 'task-definition': 'v1.json' });
    expect({ result, host }).toEnd('NOOP 0');
    expect((await ask<{ deployments: string[] }>('ListDeployments', names)).deployments).toEqual([]);
    expect(result.calls['codedeploy:CreateDeployment']).toBeUndefined();
  });

  test('force-new-deployment deploys an unchanged task definition', async () => {
    await createService();
    const { result, host } = await scenario.deploy({
      'task-definition': 'v1.json',
      'force-new-deployment': 'true',
    });
    expect({ result, host }).toEnd('SUCCEEDED 0');
    expect((await truth()).made).toHaveLength(1);
  });

  test('a version that has the traffic by a deployment that failed is not a NOOP, until it is forced', async () => {
    await createService({});
    scenario.sandbox.codedeploy.setHooks({ smoke: 'Failed' });
    const appSpec = JSON.stringify({
      version: 0,
      Resources: [{ TargetService: { Type: 'AWS::ECS::Service', Properties: {} } }],
      Hooks: [{ AfterAllowTraffic: 'smoke' }],
    });
    const first = await scenario.deploy({}, { 'appspec.yaml': appSpec });
    expect(first.result.outputs.verdict).toBe('FAILED');
    const id = first.result.outputs['codedeploy-deployment-id'];
    const { result } = await scenario.deploy({}, { 'appspec.yaml': appSpec });
    expect(result).toMatchObject({
      exitCode: 1,
      error: {
        code: 'DEPLOYMENT_FAILED',
        summary: `web: web:2 is serving traffic although its deployment ${id} failed: One of the lifecycle event validation functions failed: AfterAllowTraffic (HOOK_EXECUTION_FAILURE)`,
      },
    });
    expect((await truth()).made).toHaveLength(1);
    scenario.sandbox.codedeploy.setHooks({});
    const forced = await scenario.deploy({ 'force-new-deployment': 'true' }, { 'appspec.yaml': appSpec });
    expect(forced.result.outputs.verdict).toBe('SUCCEEDED');
  });

  test('a desired count is set by UpdateService, and the task definition by CodeDeploy', async () => {
    await createService();
    const { result, host } = await scenario.deploy({ 'desired-count': '3' });
    expect({ result, host }).toEnd('SUCCEEDED 0');
    const updates = scenario.sandbox.journal().filter((one) => one.operation === 'UpdateService');
    expect(updates).toHaveLength(1);
    expect(updates[0]!.input).toEqual({ cluster: 'main', service: 'web', desiredCount: 3 });
  });

  test('D25: cancelled within a second, without a call more; run again, the deployment in progress is adopted', async () => {
    await createService();
    const first = scenario.begin();
    let asked = 0;
    scenario.at(20_000, () => {
      asked = scenario.sandbox.journal().length;
      first.host.cancel();
    });
    const cancelled = await first.done;
    expect(cancelled).toEnd('CANCELLED 130');
    // The clock of the scenario moves by whole sleeps: a read every two seconds.
    expect(cancelled.took).toBeLessThan(22_500);
    expect(scenario.sandbox.journal()).toHaveLength(asked);
    expect((await truth()).newest.status).toBe('InProgress');
    const { result } = await scenario.deploy();
    expect(result.outputs).toMatchObject({
      verdict: 'SUCCEEDED',
      'codedeploy-deployment-id': cancelled.result.outputs['codedeploy-deployment-id'],
    });
    expect((await truth()).made).toHaveLength(1);
  });

  test('on-cancel stop: CodeDeploy is asked to stop and to roll back', async () => {
    await createService();
    const { host, done } = scenario.begin({ 'on-cancel': 'stop' });
    scenario.at(20_000, () => host.cancel());
    const { result } = await done;
    const { newest } = await truth();
    expect(result.error?.summary).toMatch(
      /cancelled; CodeDeploy is stopping deployment d-\w+ and rolling back/,
    );
    expect(newest.creator).toBe('codeDeployRollback');
    await scenario.clock.sleep(minute);
    expect((await truth()).live).toBe('web:1');
  });

  test('another deployment in progress: TOO_MANY_DEPLOYMENTS, with its name, and nothing is made', async () => {
    await createService();
    const first = scenario.begin({ 'task-definition': 'v3.json', 'wait-until': 'started' });
    await first.done;
    const { newest } = await truth();
    const { result } = await scenario.deploy();
    expect(result).toMatchObject({
      exitCode: 1,
      error: {
        code: 'TOO_MANY_DEPLOYMENTS',
        summary: `web: deployment group DgpECS-main-web already has an active deployment: ${newest.deploymentId} (Created, "web:2, by Landfall")`,
      },
    });
    expect((await truth()).made).toHaveLength(1);
  });

  test('going back while another version is being rolled out is not a NOOP', async () => {
    await createService();
    await scenario.begin({ 'wait-until': 'started' }).done;
    const { result } = await scenario.deploy({ 'task-definition': 'v1.json' });
    expect(result.error?.code).toBe('TOO_MANY_DEPLOYMENTS');
  });
});

describe('run again while one read is behind another', () => {
  test('what has just become live is not deployed a second time', async () => {
    await createService();
    await scenario.deploy({ 'wait-until': 'codedeploy:AfterInstall' });
    const between = await twoReadsBehind('DescribeServices');
    await scenario.clock.sleep(minute);
    const end = await scenario.begin({}, { between }).done;
    expect(end.result.outputs.verdict).toBe('NOOP');
    expect(byUser((await truth()).made)).toHaveLength(1);
  });

  test('what is being rolled back is not called live', async () => {
    await createService(terminationWait(60));
    await scenario.deploy({ 'wait-until': 'traffic-shifted' });
    const between = await twoReadsBehind('DescribeServices', 'BatchGetDeployments');
    const { newest } = await truth();
    await ask('StopDeployment', { deploymentId: newest.deploymentId, autoRollbackEnabled: true });
    await scenario.clock.sleep(20_000);
    expect((await truth()).live).toBe('web:1');
    const end = await scenario.begin({}, { between }).done;
    expect((await truth()).live).toBe('web:2');
    expect(end.result.outputs.verdict).toBe('SUCCEEDED');
  });
});

describe('what is in progress or was undone before a run', () => {
  const plan = async (inputs: Record<string, string> = {}) => {
    const operation = planService;
    const { result } = await scenario.begin(inputs, { operation }).done;
    const [{ kind, reason, startsDeployment }] = JSON.parse(result.outputs.plan!);
    return { kind, reason: reason?.replace(/d-\w+/g, 'd-…'), startsDeployment };
  };
  const begin = (inputs: Record<string, string> = {}) =>
    scenario.deploy({ 'wait-until': 'started', ...inputs });

  test('the same version: the plan says that it is followed, and it is', async () => {
    await createService();
    await begin();
    expect(await plan()).toEqual({
      kind: 'adopt',
      reason: 'deployment d-… is already rolling out web:2',
      startsDeployment: false,
    });
    expect((await scenario.deploy()).result.outputs.verdict).toBe('SUCCEEDED');
    expect(byUser((await truth()).made)).toHaveLength(1);
  });

  test('another version: the plan says that the deployment group is busy, which a deployment would be refused for', async () => {
    await createService();
    await begin({ 'task-definition': 'v3.json' });
    expect(await plan()).toEqual({
      kind: 'blocked',
      reason:
        'deployment group DgpECS-main-web already has an active deployment: d-… (Created, "web:2, by Landfall")',
      startsDeployment: false,
    });
    expect((await scenario.deploy()).result.error?.code).toBe('TOO_MANY_DEPLOYMENTS');
  });

  test("force-new-deployment next to someone else's deployment of the same version: that is not ours", async () => {
    await createService();
    await begin();
    const { result } = await scenario.begin({ 'force-new-deployment': 'true' }, { run: { origin: 'run-2' } })
      .done;
    expect(result.error?.code).toBe('TOO_MANY_DEPLOYMENTS');
    expect(byUser((await truth()).made)).toHaveLength(1);
  });

  test('a forced deployment that was killed just after it was made is followed by the next attempt', async () => {
    await createService();
    await scenario.deploy();
    const force = { 'force-new-deployment': 'true' };
    await scenario.killed({ call: 'createDeployment', when: 'after' }, force);
    expect((await scenario.deploy(force)).result.outputs.verdict).toBe('SUCCEEDED');
    expect(byUser((await truth()).made)).toHaveLength(2);
  });

  test('a forced deployment of what is live was rolled back: the next run is green only by one of its own', async () => {
    await createService();
    await scenario.deploy();
    scenario.sandbox.codedeploy.setHooks({ smoke: 'Failed' });
    const appSpec = JSON.stringify({
      version: 0,
      Resources: [{ TargetService: { Type: 'AWS::ECS::Service', Properties: {} } }],
      Hooks: [{ AfterAllowTraffic: 'smoke' }],
    });
    const files = { 'appspec.yaml': appSpec };
    const forced = await scenario.deploy({ 'force-new-deployment': 'true' }, files);
    expect(forced.result.outputs.verdict).toBe('ROLLED_BACK');
    expect(await plan()).toMatchObject({ kind: 'update', startsDeployment: true });
    const again = await scenario.deploy({}, files);
    expect(again.result.outputs.verdict).toBe('ROLLED_BACK');
    expect(byUser((await truth()).made)).toHaveLength(3);
  });

  test('what has the traffic runs too few tasks: the plan and the deployment follow it', async () => {
    await createService();
    await scenario.deploy();
    scenario.sandbox.ecs.setTaskRules([{ outcome: { kind: 'run', startAfter: 2 * minute } }]);
    await scenario.sandbox.dispatch('ecs', 'UpdateService', {
      cluster: 'main',
      service: 'web',
      desiredCount: 4,
    });
    await scenario.clock.sleep(minute);
    expect(await plan()).toEqual({
      kind: 'adopt',
      reason: 'web:2 has the traffic, and 2 of 4 tasks are running',
      startsDeployment: false,
    });
    const end = await scenario.deploy();
    expect(end.result.outputs.verdict).toBe('SUCCEEDED');
    expect(scenario.serving()).toEqual(['web:2 4']);
    expect(byUser((await truth()).made)).toHaveLength(1);
  });

  test('a new desired count alone is waited for, with what has the traffic', async () => {
    await createService();
    await scenario.deploy();
    scenario.sandbox.ecs.setLag({ staleReads: 2 });
    const end = await scenario.deploy({ 'desired-count': '4' });
    expect(end.result.outputs.verdict).toBe('SUCCEEDED');
    expect(scenario.serving()).toEqual(['web:2 4']);
    expect(byUser((await truth()).made)).toHaveLength(1);
  });
});

describe('a desired count that someone changes again', () => {
  test('before that many tasks run is red where nothing else was to be done', async () => {
    await createService();
    await scenario.deploy();
    scenario.scaleAt(5000, 3);
    const { result } = await scenario.deploy({ 'desired-count': '4' });
    expect(result).toMatchObject({
      exitCode: 1,
      error: {
        code: 'SUPERSEDED',
        summary:
          'web does not run 4 tasks: the desired count is now 3, not 4: someone else, or an autoscaler, changed it',
      },
    });
  });

  test('after it was set with a deployment of ours does not matter', async () => {
    await createService();
    scenario.scaleAt(5000, 3);
    const end = await scenario.deploy({ 'desired-count': '4' });
    expect(end.result.outputs.verdict).toBe('SUCCEEDED');
    expect(scenario.serving()).toEqual(['web:2 3']);
  });
});
