import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';
import { afterEach, describe, expect, test } from '@jest/globals';
import { iamPolicy } from '@landfall/app/commands/iam-policy';
import { deployService } from '@landfall/core/operations/deploy-service';
import { planService } from '@landfall/core/operations/plan-service';
import type { TaskRule } from '@landfall/sandbox/services/ecs/task-rules/task-rule';
import {
  balanced,
  CodeDeployed,
  names,
  readyWait,
  rollsBack,
  terminationWait,
} from '../scenario/code-deployed.ts';
import { type Between, Scenario } from '../scenario/scenario.ts';

const minute = 60_000;

let scenario: Scenario;
afterEach(() => scenario.close());

/** The service `web` behind a deployment group with the names that the console gives. */
async function set(group: object = rollsBack, taskRules: readonly TaskRule[] = []): Promise<void> {
  scenario = await Scenario.create({ services: { web: balanced }, taskRules });
  await new CodeDeployed(scenario).group(group);
}

const ask = <T = unknown>(operation: string, input: object) =>
  new CodeDeployed(scenario).ask<T>(operation, input);
const truth = () => new CodeDeployed(scenario).truth();

const byUser = (made: readonly { creator?: string | undefined }[]) =>
  made.filter((one) => one.creator === 'user');

describe('CODE_DEPLOY, transition by transition', () => {
  test('D23: GoodToGood: CodeDeploy makes one deployment, and green is when it has Succeeded', async () => {
    await set();
    const { result, host } = await scenario.deploy();
    const { live, made, newest } = await truth();
    expect(result.error).toBeUndefined();
    expect(result).toMatchObject({
      exitCode: 0,
      outputs: {
        verdict: 'SUCCEEDED',
        'codedeploy-deployment-id': newest.deploymentId,
        'deployment-id': newest.deploymentId,
      },
    });
    expect(live).toBe('web:2');
    expect(made).toEqual([{ deploymentId: newest.deploymentId, status: 'Succeeded', creator: 'user' }]);
    expect(newest.description).toBe('web:2, by Landfall');
    expect(JSON.parse(newest.revision!.appSpecContent!.content!)).toEqual({
      version: 0,
      Resources: [
        {
          TargetService: {
            Type: 'AWS::ECS::Service',
            Properties: {
              TaskDefinition: result.outputs['task-definition-arn'],
              LoadBalancerInfo: { ContainerName: 'app', ContainerPort: 80 },
            },
          },
        },
      ],
    });
    expect(host.lines.join('\n')).toMatch(/stage AfterAllowTraffic \(100% traffic\)/);
    expect(result.calls['ecs:UpdateService']).toBeUndefined();
    expect(result.calls['codedeploy:CreateDeployment']).toBe(1);
  });

  test('a canary is followed through its steps and the termination wait, and drawn as traffic', async () => {
    await set({
      ...rollsBack,
      deploymentConfigName: 'CodeDeployDefault.ECSCanary10Percent15Minutes',
      blueGreenDeploymentConfiguration: {
        terminateBlueInstancesOnDeploymentSuccess: {
          action: 'TERMINATE',
          terminationWaitTimeInMinutes: 30,
        },
      },
    });
    const { result, host, took } = await scenario.deploy();
    expect(result).toMatchObject({ exitCode: 0, outputs: { verdict: 'SUCCEEDED' } });
    expect(took).toBeGreaterThan(45 * minute);
    expect(host.lines.join('\n')).toMatch(/10% traffic/);
    expect(host.summaryLines).toContain('web: traffic of the new and the old version');
    expect((await truth()).live).toBe('web:2');
  });

  test.each([
    ['traffic-shifted', 'all production traffic is on the new task set'],
    ['codedeploy:AfterAllowTraffic', 'the deployment has passed AfterAllowTraffic'],
    ['codedeploy:allowtraffic', 'the deployment has passed AllowTraffic'],
  ])('wait-until %s does not wait for the old task set to end', async (until, reason) => {
    await set({
      blueGreenDeploymentConfiguration: {
        terminateBlueInstancesOnDeploymentSuccess: {
          action: 'TERMINATE',
          terminationWaitTimeInMinutes: 60,
        },
      },
    });
    const { result, took } = await scenario.deploy({ 'wait-until': until });
    expect(result).toMatchObject({ exitCode: 0, outputs: { verdict: 'SUCCEEDED' } });
    expect(JSON.parse(result.outputs.results!)[0].reason).toBe(reason);
    expect(took).toBeLessThan(20 * minute);
    const { live, newest } = await truth();
    expect(live).toBe('web:2');
    expect(newest.status).toBe('InProgress');
  });

  test.each([
    ['wait-for-minutes', '10', 'SUCCEEDED', 0],
    ['wait-timeout', '10m', 'TIMED_OUT', 4],
  ])('%s %s and a termination wait of half an hour: %s', async (input, given, verdict, exitCode) => {
    await set({
      blueGreenDeploymentConfiguration: {
        terminateBlueInstancesOnDeploymentSuccess: {
          action: 'TERMINATE',
          terminationWaitTimeInMinutes: 30,
        },
      },
    });
    const { result } = await scenario.deploy({ [input]: given });
    expect(result).toMatchObject({ exitCode, outputs: { verdict } });
  });

  test('GoodToBad: a hook fails and CodeDeploy rolls back: ROLLED_BACK with the event that failed', async () => {
    await set();
    scenario.sandbox.codedeploy.setHooks({ smoke: 'Failed' });
    const { result, host } = await scenario.deploy(
      { 'codedeploy-appspec': 'deploy/app.yaml' },
      {
        'deploy/app.yaml': [
          'version: 0.0',
          'resources:',
          '  - TargetService:',
          '      Type: AWS::ECS::Service',
          '      properties:',
          '        taskDefinition: replaced',
          'hooks:',
          '  - AfterAllowTraffic: smoke',
        ].join('\n'),
      },
    );
    expect(result).toMatchObject({
      exitCode: 1,
      outputs: { verdict: 'ROLLED_BACK' },
      error: {
        code: 'ROLLED_BACK',
        summary:
          'web: web:2 is not live: One of the lifecycle event validation functions failed: AfterAllowTraffic (HOOK_EXECUTION_FAILURE) (live: web:1)',
      },
    });
    expect(host.lines.join('\n')).toMatch(/hook AfterAllowTraffic at AfterAllowTraffic: FAILED/);
    expect(host.lines.join('\n')).toMatch(/CodeDeploy gave up: One of the lifecycle/);
    const { live, made } = await truth();
    expect(live).toBe('web:1');
    expect(byUser(made)).toHaveLength(1);
  });

  test('a hook fails and nothing rolls back: FAILED, and the group is warned of beforehand', async () => {
    await set({});
    scenario.sandbox.codedeploy.setHooks({ smoke: 'Failed' });
    const { result, host } = await scenario.deploy(
      {},
      {
        'appspec.yaml': JSON.stringify({
          version: 0,
          Resources: [{ TargetService: { Type: 'AWS::ECS::Service', Properties: {} } }],
          Hooks: [{ BeforeAllowTraffic: 'smoke' }],
        }),
      },
    );
    expect(result).toMatchObject({ exitCode: 1, outputs: { verdict: 'FAILED' } });
    expect(result.error?.summary).toBe(
      'web: web:2 is not live: One of the lifecycle event validation functions failed: BeforeAllowTraffic (HOOK_EXECUTION_FAILURE); CodeDeploy did not roll back (live: web:1)',
    );
    expect(host.lines).toContain(
      'warning: deployment group DgpECS-main-web of web does not roll back when a deployment fails: turn on automatic rollback for DEPLOYMENT_FAILURE',
    );
    expect((await truth()).live).toBe('web:1');
  });

  test("GoodToBad: tasks that never become healthy: after CodeDeploy's hour, ROLLED_BACK with the last words of a container", async () => {
    await set(rollsBack, [
      {
        match: { image: 'web:2' },
        outcome: { kind: 'exit', code: 3, after: 2000, log: ['config missing: DATABASE_URL'] },
      },
    ]);
    const patient = { 'fail-fast': 'false', 'wait-timeout': '2h', 'stall-timeout': '2h' };
    const { result } = await scenario.deploy(patient);
    expect(result).toMatchObject({
      exitCode: 1,
      outputs: { verdict: 'ROLLED_BACK' },
      error: { code: 'ROLLED_BACK' },
    });
    expect(result.error?.summary).toMatch(/timed out while waiting .* \(TIMEOUT\) \(live: web:1\)/);
    expect(result.error?.details).toContain('| config missing: DATABASE_URL');
    expect((await truth()).live).toBe('web:1');
  });

  test('a permanent cause ends the wait early and says how to stop the deployment', async () => {
    await set(rollsBack, [{ match: { image: 'web:2' }, outcome: { kind: 'pull-error' } }]);
    const { result, took } = await scenario.deploy();
    const { newest } = await truth();
    expect(result).toMatchObject({ exitCode: 1, outputs: { verdict: 'FAILED' } });
    expect(result.error?.summary).toMatch(/CodeDeploy keeps retrying for an hour \(live: web:1\)$/);
    expect(result.error?.remedy).toContain(
      `aws deploy stop-deployment --deployment-id ${newest.deploymentId} --auto-rollback-enabled`,
    );
    expect(took).toBeLessThan(5 * minute);
  });

  test('a crash loop ends the watch long before CodeDeploy gives up, and the remedy stops the deployment', async () => {
    const outcome = { kind: 'exit', code: 1, after: 1000, log: ['no DATABASE_URL'] } as const;
    await set(rollsBack, [{ match: { image: 'web:2' }, outcome }]);
    const { result, took } = await scenario.deploy();
    const { live, newest } = await truth();
    expect(live).toBe('web:1');
    expect(result).toMatchObject({ exitCode: 4, outputs: { verdict: 'STALLED' } });
    expect(result.error?.summary).toMatch(
      /^web: web:2 is not live: a crash loop: \d+ tasks stopped within 5 min and none is left \(container "app" ended \(exit code 1\): Essential container in task exited\); CodeDeploy keeps retrying for an hour \(live: web:1\)$/,
    );
    expect(result.error?.remedy).toBe(
      `Check the container log. Stop the deployment first: aws deploy stop-deployment --deployment-id ${newest.deploymentId} --auto-rollback-enabled`,
    );
    expect(took).toBeLessThan(7 * minute);
  });

  test('an alarm stops it: ROLLED_BACK', async () => {
    await set({ ...rollsBack, deploymentConfigName: 'CodeDeployDefault.ECSLinear10PercentEvery1Minutes' });
    scenario.at(4 * minute, () =>
      scenario.sandbox.codedeploy.trip(names.applicationName, names.deploymentGroupName),
    );
    const { result } = await scenario.deploy();
    expect(result).toMatchObject({ exitCode: 1, outputs: { verdict: 'ROLLED_BACK' } });
    expect(result.error?.summary).toMatch(/alarms have been activated.*\(ALARM_ACTIVE\) \(live: web:1\)$/);
    expect((await truth()).live).toBe('web:1');
  });

  test('stopped by somebody, without a rollback: STOPPED', async () => {
    await set();
    scenario.at(10_000, async () => {
      const { newest } = await truth();
      await ask('StopDeployment', { deploymentId: newest.deploymentId, autoRollbackEnabled: false });
    });
    const { result } = await scenario.deploy();
    expect(result).toMatchObject({
      exitCode: 1,
      outputs: { verdict: 'STOPPED' },
      error: {
        code: 'STOPPED',
        summary: 'web: web:2 is not live: the deployment was stopped (live: web:1)',
      },
    });
    expect((await truth()).newest.status).toBe('Stopped');
  });

  test('stopped by somebody, with a rollback: ROLLED_BACK', async () => {
    await set();
    scenario.at(10_000, async () => {
      const { newest } = await truth();
      await ask('StopDeployment', { deploymentId: newest.deploymentId, autoRollbackEnabled: true });
    });
    const { result } = await scenario.deploy();
    expect(result).toMatchObject({ exitCode: 1, outputs: { verdict: 'ROLLED_BACK' } });
    expect((await truth()).live).toBe('web:1');
  });

  test('Ready: the step ends PAUSED and says how to continue', async () => {
    await set(readyWait);
    const { result } = await scenario.deploy();
    const { newest, live } = await truth();
    expect(result).toMatchObject({
      exitCode: 4,
      outputs: { verdict: 'PAUSED' },
      error: {
        code: 'PAUSED',
        summary:
          'web: web:2 is not live: the deployment is Ready after AfterInstall, waiting for someone to shift the traffic; after 2h in Ready, CodeDeploy stops it',
        remedy: `Continue it with continue-deployment, or: aws deploy continue-deployment --deployment-id ${newest.deploymentId} --deployment-wait-type READY_WAIT. Or stop it.`,
      },
    });
    expect(newest.status).toBe('Ready');
    expect(live).toBe('web:1');
  });

  test('Ready, asked for by wait-until paused, is green and not called live', async () => {
    await set(readyWait);
    const { result } = await scenario.deploy({ 'wait-until': 'paused' });
    expect(result).toMatchObject({ exitCode: 0, outputs: { verdict: 'PAUSED' } });
  });

  test('Ready with on-pause wait: goes on when somebody continues it', async () => {
    await set(readyWait);
    scenario.at(60 * minute, async () => {
      const { newest } = await truth();
      await ask('ContinueDeployment', {
        deploymentId: newest.deploymentId,
        deploymentWaitType: 'READY_WAIT',
      });
    });
    const { result, took } = await scenario.deploy({ 'on-pause': 'wait' });
    expect(result).toMatchObject({ exitCode: 0, outputs: { verdict: 'SUCCEEDED' } });
    expect(took).toBeGreaterThan(60 * minute);
  });
});

describe('a service that CodeDeploy deploys, run again', () => {
  test('D22: an unchanged task definition is NOOP: nothing is made', async () => {
    await set();
    const { result } = await scenario.deploy({ 'task-definition': 'v1.json' });
    expect(result).toMatchObject({ exitCode: 0, outputs: { verdict: 'NOOP' } });
    expect((await ask<{ deployments: string[] }>('ListDeployments', names)).deployments).toEqual([]);
    expect(result.calls['codedeploy:CreateDeployment']).toBeUndefined();
  });

  test('force-new-deployment deploys an unchanged task definition', async () => {
    await set();
    const { result } = await scenario.deploy({
      'task-definition': 'v1.json',
      'force-new-deployment': 'true',
    });
    expect(result).toMatchObject({ exitCode: 0, outputs: { verdict: 'SUCCEEDED' } });
    expect((await truth()).made).toHaveLength(1);
  });

  test('a version that has the traffic by a deployment that failed is no NOOP, until it is forced', async () => {
    await set({});
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
    await set();
    const { result } = await scenario.deploy({ 'desired-count': '3' });
    expect(result).toMatchObject({ exitCode: 0, outputs: { verdict: 'SUCCEEDED' } });
    const updates = scenario.sandbox.journal().filter((one) => one.operation === 'UpdateService');
    expect(updates).toHaveLength(1);
    expect(updates[0]!.input).toEqual({ cluster: 'main', service: 'web', desiredCount: 3 });
  });

  test('D25: cancelled within a second, without a call more; run again, the deployment in flight is adopted', async () => {
    await set();
    const first = scenario.begin();
    let asked = 0;
    scenario.at(20_000, () => {
      asked = scenario.sandbox.journal().length;
      first.host.cancel();
    });
    const cancelled = await first.done;
    expect(cancelled.result).toMatchObject({ exitCode: 130, outputs: { verdict: 'CANCELLED' } });
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
    await set();
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

  test('another deployment under way: TOO_MANY_DEPLOYMENTS, with its name, and nothing is made', async () => {
    await set();
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

  test('going back while another version is being rolled out is no NOOP', async () => {
    await set();
    await scenario.begin({ 'wait-until': 'started' }).done;
    const { result } = await scenario.deploy({ 'task-definition': 'v1.json' });
    expect(result.error?.code).toBe('TOO_MANY_DEPLOYMENTS');
  });
});

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

describe('run again while one read is behind another', () => {
  test('what has just become live is not deployed a second time', async () => {
    await set();
    await scenario.deploy({ 'wait-until': 'codedeploy:AfterInstall' });
    const between = await twoReadsBehind('DescribeServices');
    await scenario.clock.sleep(minute);
    const end = await scenario.begin({}, { between }).done;
    expect(end.result.outputs.verdict).toBe('NOOP');
    expect(byUser((await truth()).made)).toHaveLength(1);
  });

  test('what is being rolled back is not called live', async () => {
    await set(terminationWait(60));
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

describe('what is under way or was undone before a run', () => {
  const plan = async (inputs: Record<string, string> = {}) => {
    const operation = planService;
    const { result } = await scenario.begin(inputs, { operation }).done;
    const [{ kind, reason, startsDeployment }] = JSON.parse(result.outputs.plan!);
    return { kind, reason: reason?.replace(/d-\w+/g, 'd-…'), startsDeployment };
  };
  const begin = (inputs: Record<string, string> = {}) =>
    scenario.deploy({ 'wait-until': 'started', ...inputs });

  test('the same version: the plan says that it is followed, and it is', async () => {
    await set();
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
    await set();
    await begin({ 'task-definition': 'v3.json' });
    expect(await plan()).toEqual({
      kind: 'blocked',
      reason:
        'deployment group DgpECS-main-web already has an active deployment: d-… (Created, "web:2, by Landfall")',
      startsDeployment: false,
    });
    expect((await scenario.deploy()).result.error?.code).toBe('TOO_MANY_DEPLOYMENTS');
  });

  test("force-new-deployment beside somebody else's deployment of the same version: that is not ours", async () => {
    await set();
    await begin();
    const { result } = await scenario.begin({ 'force-new-deployment': 'true' }, { run: { origin: 'run-2' } })
      .done;
    expect(result.error?.code).toBe('TOO_MANY_DEPLOYMENTS');
    expect(byUser((await truth()).made)).toHaveLength(1);
  });

  test('a forced deployment that was killed just after it was made is followed by the next attempt', async () => {
    await set();
    await scenario.deploy();
    const force = { 'force-new-deployment': 'true' };
    await scenario.killed({ call: 'createDeployment', when: 'after' }, force);
    expect((await scenario.deploy(force)).result.outputs.verdict).toBe('SUCCEEDED');
    expect(byUser((await truth()).made)).toHaveLength(2);
  });

  test('a forced deployment of what is live was rolled back: the next run is green only by one of its own', async () => {
    await set();
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
    await set();
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
    await set();
    await scenario.deploy();
    scenario.sandbox.ecs.setLag({ staleReads: 2 });
    const end = await scenario.deploy({ 'desired-count': '4' });
    expect(end.result.outputs.verdict).toBe('SUCCEEDED');
    expect(scenario.serving()).toEqual(['web:2 4']);
    expect(byUser((await truth()).made)).toHaveLength(1);
  });
});

describe('a desired count that somebody changes again', () => {
  test('before so many tasks ran is red where nothing else was to be done', async () => {
    await set();
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
    await set();
    scenario.scaleAt(5000, 3);
    const end = await scenario.deploy({ 'desired-count': '4' });
    expect(end.result.outputs.verdict).toBe('SUCCEEDED');
    expect(scenario.serving()).toEqual(['web:2 3']);
  });
});

describe('rolling back what CodeDeploy does not', () => {
  test('rollback-on timeout: the deployment under way is stopped, and CodeDeploy rolls back', async () => {
    await set({ ...rollsBack, deploymentConfigName: 'CodeDeployDefault.ECSCanary10Percent15Minutes' });
    const { result, host } = await scenario.deploy({ 'wait-timeout': '5m', 'rollback-on': 'timeout' });
    expect(result).toMatchObject({ exitCode: 4, outputs: { verdict: 'TIMED_OUT' } });
    expect(host.lines.join('\n')).toMatch(
      /web: deployment d-\w+ is being stopped, and CodeDeploy will roll back/,
    );
    await scenario.clock.sleep(minute);
    const { live, made } = await truth();
    expect(live).toBe('web:1');
    expect(made.map((one) => [one.creator, one.status])).toEqual([
      ['codeDeployRollback', 'Succeeded'],
      ['user', 'Stopped'],
    ]);
  });

  test('rollback-on failure: what ran before is deployed again, without the hook that failed', async () => {
    await set({});
    scenario.sandbox.codedeploy.setHooks({ smoke: 'Failed' });
    const { result } = await scenario.deploy(
      { 'rollback-on': 'failure' },
      {
        'appspec.yaml': JSON.stringify({
          version: 0,
          Resources: [{ TargetService: { Type: 'AWS::ECS::Service', Properties: {} } }],
          Hooks: [{ AfterAllowTraffic: 'smoke' }],
        }),
      },
    );
    expect(result).toMatchObject({ exitCode: 1, outputs: { verdict: 'FAILED' } });
    const { live, made } = await truth();
    expect(live).toBe('web:1');
    expect(made.map((one) => one.status)).toEqual(['Succeeded', 'Failed']);
  });

  test('rollback-on failure where the old version still has the traffic: nothing is made', async () => {
    await set({});
    scenario.sandbox.codedeploy.setHooks({ smoke: 'Failed' });
    const { host } = await scenario.deploy(
      { 'rollback-on': 'failure' },
      {
        'appspec.yaml': JSON.stringify({
          version: 0,
          Resources: [{ TargetService: { Type: 'AWS::ECS::Service', Properties: {} } }],
          Hooks: [{ AfterInstall: 'smoke' }],
        }),
      },
    );
    expect(host.lines).toContain('info: web: web:1 has the traffic; nothing to roll back');
    expect((await truth()).made).toHaveLength(1);
  });
});

describe('several services, and no more than was asked for', () => {
  test('on-failure rollback of a deployment that was adopted with the traffic already: to what it replaced', async () => {
    scenario = await Scenario.create({
      services: { web: balanced, api: {} },
      taskRules: [{ match: { image: 'api:2' }, outcome: { kind: 'pull-error' } }],
    });
    await new CodeDeployed(scenario).group(terminationWait(10));
    await scenario.deploy({ 'wait-until': 'traffic-shifted' });
    expect((await truth()).live).toBe('web:2');
    const { result } = await scenario.begin({
      service: '',
      services: 'web=v2.json\napi=api-v2.json after web',
      'task-definition': '',
      'on-failure': 'rollback',
    }).done;
    expect(JSON.parse(result.outputs.results!)[0]).toMatchObject({
      service: 'web',
      verdict: 'ROLLED_BACK',
      reason: 'was live, and was rolled back to web:1 because another service in this run failed',
    });
    expect((await truth()).live).toBe('web:1');
  });

  test('services of both controllers in one run: each is deployed its way, and the table has both', async () => {
    scenario = await Scenario.create({ services: { web: balanced, api: {} } });
    await new CodeDeployed(scenario).group();
    const { result } = await scenario.deploy({
      service: '',
      'task-definition': '',
      services: 'web=v2.json\napi=api-v2.json',
    });
    expect(result.exitCode).toBe(0);
    expect(
      JSON.parse(result.outputs.results!).map((one: { service: string; verdict: string }) => [
        one.service,
        one.verdict,
      ]),
    ).toEqual([
      ['web', 'SUCCEEDED'],
      ['api', 'SUCCEEDED'],
    ]);
    expect((await truth()).live).toBe('web:2');
    expect(scenario.sandbox.ecs.truth('main', 'api')?.live?.taskDefinition).toMatch(/api:2$/);
  });

  test('many services are read together: no more calls for the verdicts of twenty than for one', async () => {
    const list = Array.from({ length: 20 }, (_, index) => `s${index}`);
    scenario = await Scenario.create({ services: Object.fromEntries(list.map((name) => [name, balanced])) });
    for (const name of list) await new CodeDeployed(scenario).group(rollsBack, name);
    const { result, took } = await scenario.deploy({
      service: '',
      'task-definition': '',
      services: list.map((name) => `${name}=${name}-v2.json`).join('\n'),
    });
    expect(result.exitCode).toBe(0);
    expect(result.calls['codedeploy:CreateDeployment']).toBe(20);
    expect(result.calls['codedeploy:BatchGetDeployments']).toBeLessThan(took / 1500 + 2);
  });

  test('a dry run says what would be done, and makes nothing', async () => {
    await set();
    const { result, host } = await scenario.deploy({ 'dry-run': 'true' });
    expect(result.exitCode).toBe(0);
    expect(host.lines).toContain('info: web: the update would start a new deployment');
    expect((await ask<{ deployments: string[] }>('ListDeployments', names)).deployments).toEqual([]);
  });
});

describe('the policy that the operation declares', () => {
  test('is enough for a deployment by CodeDeploy, to its end and with a stop', async () => {
    await set();
    const names = new Map(Object.entries({ account: '123456789012', cluster: 'main', service: 'web' }));
    const policy = JSON.parse(iamPolicy(deployService, names));
    const { accessKeyId } = scenario.sandbox.addPrincipal({ policy });
    const { result, host } = await scenario.begin({}, { accessKeyId }).done;
    expect(result).toMatchObject({ exitCode: 0, outputs: { verdict: 'SUCCEEDED' } });
    expect(host.lines.filter((line) => /lacks/.test(line))).toEqual([]);
    const second = scenario.begin({ 'task-definition': 'v3.json', 'on-cancel': 'stop' }, { accessKeyId });
    scenario.at(20_000, () => second.host.cancel());
    expect((await second.done).result.error?.summary).toMatch(/CodeDeploy is stopping deployment/);
  });
});

describe('a CodeDeploy that is hard to hear', () => {
  test('D08: the answer to CreateDeployment is lost, but it was made: it is found and followed', async () => {
    await set();
    scenario.sandbox.fault({
      service: 'codedeploy',
      operation: 'CreateDeployment',
      count: 1,
      fault: { kind: 'reset', effect: 'applied' },
    });
    const { result, host } = await scenario.deploy();
    expect(result).toMatchObject({ exitCode: 0, outputs: { verdict: 'SUCCEEDED' } });
    expect((await truth()).made).toHaveLength(1);
    expect(host.lines.join('\n')).toMatch(/no response to CreateDeployment/);
  });

  test('the answer is lost, and the rollback of the one before shows first: that is not its own', async () => {
    await set();
    await scenario.deploy({ 'wait-until': 'started' });
    const { newest } = await truth();
    await ask('StopDeployment', { deploymentId: newest.deploymentId, autoRollbackEnabled: true });
    await scenario.clock.sleep(minute);
    scenario.sandbox.fault({
      service: 'codedeploy',
      operation: 'CreateDeployment',
      count: 1,
      fault: { kind: 'reset', effect: 'applied' },
    });
    let isSent = false;
    let reads = 0;
    const between: Between = async ({ operation, input }, send) => {
      isSent ||= operation === 'CreateDeployment';
      const answer = await send(input);
      // Those from before the request do not show, and the one that it makes is told of last.
      if (!isSent && operation === 'ListDeployments' && 'createTimeRange' in input)
        return { deployments: [] };
      if (!isSent || operation !== 'BatchGetDeployments') return answer;
      reads += 1;
      const { deploymentsInfo } = answer as { deploymentsInfo: DeploymentInfo[] };
      return reads > 1
        ? answer
        : { deploymentsInfo: deploymentsInfo.filter((one) => one.creator === 'codeDeployRollback') };
    };
    const { result } = await scenario.begin({}, { between }).done;
    expect(result).toMatchObject({ exitCode: 0, outputs: { verdict: 'SUCCEEDED' } });
    expect(result.outputs['deployment-id']).toBe((await truth()).newest.deploymentId);
  });

  test('the request is lost before it arrives: it is sent once more', async () => {
    await set();
    scenario.sandbox.fault({
      service: 'codedeploy',
      operation: 'CreateDeployment',
      count: 1,
      fault: { kind: 'reset', effect: 'none' },
    });
    const { result } = await scenario.deploy();
    expect(result).toMatchObject({ exitCode: 0, outputs: { verdict: 'SUCCEEDED' } });
    expect((await truth()).made).toHaveLength(1);
    expect(result.calls['codedeploy:CreateDeployment']).toBe(2);
  });

  test('D12: reads that fail for five minutes do not end the watch', async () => {
    await set({ ...rollsBack, deploymentConfigName: 'CodeDeployDefault.ECSCanary10Percent5Minutes' });
    scenario.at(30_000, () =>
      scenario.sandbox.fault({
        service: 'codedeploy',
        operation: 'BatchGetDeployments',
        count: 60,
        fault: { kind: 'error', code: 'InternalFailure', status: 500 },
      }),
    );
    const { result } = await scenario.deploy();
    expect(result).toMatchObject({ exitCode: 0, outputs: { verdict: 'SUCCEEDED' } });
    expect((await truth()).live).toBe('web:2');
  });

  test('without codedeploy:GetDeploymentTarget the verdict stands, with less to say', async () => {
    await set();
    scenario.sandbox.fault({
      service: 'codedeploy',
      operation: 'GetDeploymentTarget',
      fault: {
        kind: 'error',
        code: 'AccessDeniedException',
        message: 'User: x is not authorized to perform: codedeploy:GetDeploymentTarget on resource: y',
      },
    });
    const { result, host } = await scenario.deploy();
    expect(result).toMatchObject({ exitCode: 0, outputs: { verdict: 'SUCCEEDED' } });
    expect(
      host.lines.filter((line) => /lifecycle events and traffic cannot be shown/.test(line)),
    ).toHaveLength(1);
    expect(result.calls['codedeploy:GetDeploymentTarget']).toBe(1);
  });

  test('while GetDeploymentTarget fails the verdict stands, too, and that is said once', async () => {
    await set();
    scenario.sandbox.fault({
      service: 'codedeploy',
      operation: 'GetDeploymentTarget',
      fault: { kind: 'error', code: 'ThrottlingException', message: 'Rate exceeded' },
    });
    const { result, host } = await scenario.deploy();
    expect(result).toMatchObject({ exitCode: 0, outputs: { verdict: 'SUCCEEDED' } });
    expect(host.lines.filter((line) => /lifecycle events and traffic cannot be shown/.test(line))).toEqual([
      'notice: codedeploy:GetDeploymentTarget was throttled 8 times in a row: Rate exceeded: lifecycle events and traffic cannot be shown; judging by the status of the deployment',
    ]);
  });
});

describe('what is refused before anything is registered or made', () => {
  const untouched = ({ calls }: { calls: Readonly<Record<string, number>> }) =>
    expect(calls).not.toMatchObject({ 'ecs:RegisterTaskDefinition': expect.anything() });

  test('D23: a deployment group that does not exist: NOT_FOUND with the inputs to set', async () => {
    await set();
    const { result } = await scenario.deploy({ 'codedeploy-deployment-group': 'other' });
    expect(result.error).toMatchObject({
      code: 'NOT_FOUND',
      summary:
        'web is deployed by CodeDeploy, but deployment group other of application AppECS-main-web was not found',
      remedy: 'Set `codedeploy-application` and `codedeploy-deployment-group` to those of the service.',
    });
    untouched(result);
  });

  test('D23: a deployment group of another service: INPUT_INVALID, for CodeDeploy would deploy to that one', async () => {
    scenario = await Scenario.create({ services: { web: balanced, api: balanced } });
    await ask('CreateApplication', { applicationName: 'shared', computePlatform: 'ECS' });
    await ask('CreateDeploymentGroup', {
      applicationName: 'shared',
      deploymentGroupName: 'api',
      serviceRoleArn: 'arn:aws:iam::123456789012:role/codedeploy',
      ecsServices: [{ clusterName: 'main', serviceName: 'api' }],
    });
    const { result } = await scenario.deploy({
      'codedeploy-application': 'shared',
      'codedeploy-deployment-group': 'api',
    });
    expect(result.error).toMatchObject({
      code: 'INPUT_INVALID',
      summary: 'deployment group api of shared deploys main/api, not main/web',
    });
    untouched(result);
  });

  test.each([
    [{ 'codedeploy-appspec': 'missing.yaml' }, 'PATH_MISSING', /^missing.yaml does not exist/],
    [
      { 'wait-until': 'stage:BAKE_TIME' },
      'INPUT_INVALID',
      /^wait-until stage:BAKE_TIME: web has the CODE_DEPLOY controller/,
    ],
    [
      { 'wait-until': 'codedeploy:AfterLunch' },
      'INPUT_INVALID',
      /^wait-until must name one of BeforeInstall, .* after codedeploy:, got "AfterLunch"$/,
    ],
    [
      { 'enable-execute-command': 'true' },
      'INPUT_INVALID',
      /^enable-execute-command cannot be changed: ECS does not allow that update for web/,
    ],
  ])('%j: %s', async (inputs, code, summary) => {
    await set();
    const { result } = await scenario.deploy(inputs as Record<string, string>);
    expect(result.error?.code).toBe(code);
    expect(result.error?.summary).toMatch(summary);
    untouched(result);
  });

  test('wait-until codedeploy:<EVENT> is refused for a service that CodeDeploy does not deploy', async () => {
    scenario = await Scenario.create();
    const { result } = await scenario.deploy({ 'wait-until': 'codedeploy:AfterAllowTraffic' });
    expect(result.error).toMatchObject({
      code: 'INPUT_INVALID',
      summary: 'wait-until codedeploy:AfterAllowTraffic: web is not deployed by CodeDeploy',
    });
    untouched(result);
  });

  test('an AppSpec that names a container the task definition has not: CONTAINER_NOT_FOUND', async () => {
    await set();
    const { result } = await scenario.deploy(
      {},
      {
        'appspec.yaml': JSON.stringify({
          version: 0,
          Resources: [
            {
              TargetService: {
                Type: 'AWS::ECS::Service',
                Properties: { LoadBalancerInfo: { ContainerName: 'ap', ContainerPort: 80 } },
              },
            },
          ],
        }),
      },
    );
    expect(result.error).toMatchObject({
      code: 'CONTAINER_NOT_FOUND',
      summary: 'appspec.yaml names container ap (did you mean "app"?); the task definition has app',
    });
    untouched(result);
  });
});
