import type { DeploymentConfiguration, DeploymentLifecycleHook } from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import { createScenario, scenario } from '../scenario/current.ts';
import { logLinesOf, type ScenarioOptions } from '../scenario/scenario.ts';

const minute = 60_000;
const crashing = [
  { match: { image: 'web:2' }, outcome: { kind: 'exit', code: 3, after: 1000, log: ['no DATABASE_URL'] } },
] as const;
const breaker = { deploymentCircuitBreaker: { enable: true, rollback: true } };
const alarms = { alarms: { enable: true, rollback: true, alarmNames: ['errors'] } };

const gate = (more: Partial<DeploymentLifecycleHook> = {}): DeploymentLifecycleHook => ({
  hookTargetArn: 'arn:aws:lambda:us-east-1:123456789012:function:gate',
  roleArn: 'arn:aws:iam::123456789012:role/hooks',
  lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'],
  ...more,
});
const pause: DeploymentLifecycleHook = {
  targetType: 'PAUSE',
  lifecycleStages: ['POST_SCALE_UP'],
  timeoutConfiguration: { timeoutInMinutes: 30, action: 'ROLLBACK' },
};

/** A service on version 1 that is deployed blue/green, with a bake of two minutes. */
const given = async (
  configuration: DeploymentConfiguration = {},
  options: ScenarioOptions & { readonly desiredCount?: number } = {},
) => {
  const { desiredCount = 2, ...rest } = options;
  await createScenario({
    services: {
      web: {
        desiredCount,
        deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 2, ...configuration },
      },
    },
    ...rest,
  });
};

const begun = [
  'info: task definition registered web:2',
  'info: web: deployment ecs-svc/… of web:2 in cluster main',
  'info: web  stage PRE_SCALE_UP (0% traffic)',
  'info: web  stage SCALE_UP (0% traffic)',
];
const scaled = [
  ...begun,
  'info: web  · has started 2 tasks: (task …) (task …).',
  'info: web  stage POST_SCALE_UP (0% traffic)',
];
const tested = [
  ...scaled,
  'info: web  stage TEST_TRAFFIC_SHIFT (0% traffic)',
  'info: web  stage POST_TEST_TRAFFIC_SHIFT (0% traffic)',
];
const shifted = [
  'info: web  stage PRODUCTION_TRAFFIC_SHIFT (100% traffic)',
  'info: web  stage POST_PRODUCTION_TRAFFIC_SHIFT (100% traffic)',
  'info: web  stage BAKE_TIME (100% traffic)',
];
const done = [
  'info: web  stage CLEAN_UP (100% traffic)',
  'info: web  · has stopped 2 running tasks: (task …) (task …).',
  'info: web  · (deployment ecs-svc/… of web:2) deployment completed.',
  'info: web  · has reached a steady state.',
  'info: ✓ web: web:2 is live',
];
const takenBack = (reason: string) => [
  `error: web  ECS gave up: Service deployment rolled back because ${reason}`,
  'info: web  · rolling back to deployment ecs-svc/… of web:1.',
  'info: web  · has stopped 2 running tasks: (task …) (task …).',
  'info: web  · (deployment ecs-svc/… of web:1) deployment completed.',
  'info: web  · has reached a steady state.',
];

describe('BLUE_GREEN, transition by transition', () => {
  test('GoodToGood: every stage is told with its traffic, and green comes after the old tasks are gone', async () => {
    await given();
    const end = await scenario.deploy();
    expect(logLinesOf(end.host)).toEqual([...tested, ...shifted, ...done]);
    expect(end).toEnd('SUCCEEDED 0');
    expect(scenario.serving()).toEqual(['web:2 2']);
    expect(end.live?.deploymentId).toBe(end.result.outputs['deployment-id']);
    expect(end.deploymentsMade).toBe(1);
  });

  test('GoodToBad, the circuit breaker: no traffic was ever shifted; red with the reason and the last words', async () => {
    await given(breaker, { taskRules: crashing });
    const end = await scenario.deploy();
    const told = logLinesOf(end.host);
    expect(told.slice(0, begun.length)).toEqual(begun);
    expect(told.filter((line) => /circuit breaker|gave up|last lines|DATABASE/.test(line))).toEqual([
      'info:   last lines of container app, task …:',
      'output: no DATABASE_URL',
      'warning: web  circuit breaker: 2 of 3 failures',
      'warning: web  circuit breaker: 3 of 3 failures, triggered',
      'error: web  ECS gave up: Service deployment rolled back because the circuit breaker threshold was exceeded.',
      'error:   | no DATABASE_URL',
      'error: ROLLED_BACK: web: web:2 is not live: Service deployment rolled back because the circuit breaker threshold was exceeded. (live: web:1)',
    ]);
    expect(end).toEnd('ROLLED_BACK 1');
    expect(told.some((line) => line.includes('PRODUCTION_TRAFFIC_SHIFT'))).toBe(false);
    expect(scenario.serving()).toEqual(['web:1 2']);
  });

  test('GoodToBad, the circuit breaker without rollback: FAILED, and it says that versions may be mixed', async () => {
    await given({ deploymentCircuitBreaker: { enable: true, rollback: false } }, { taskRules: crashing });
    const end = await scenario.deploy();
    expect(end).toEnd('FAILED 1');
    expect(end.result.error?.summary).toBe(
      'web: web:2 is not live: Service deployment stopped because the circuit breaker threshold was exceeded; rollback is disabled, so the service may be running a mix of versions',
    );
    expect(scenario.serving()).toEqual(['web:1 2']);
  });

  test('GoodToBad, an alarm during the bake: rolled back, although all traffic had been shifted', async () => {
    await given(alarms);
    scenario.alarmAt(150_000, 'errors');
    const end = await scenario.deploy();
    expect(logLinesOf(end.host)).toEqual([
      ...tested,
      ...shifted,
      'warning: web  alarm in state ALARM: errors',
      'info: web  · (deployment ecs-svc/… of web:2) deployment failed: alarm detected.',
      ...takenBack('one or more alarms were triggered.'),
      'error: ROLLED_BACK: web: web:2 is not live: Service deployment rolled back because one or more alarms were triggered. (live: web:1)',
      'error: → Fix the cause shown, then redeploy.',
    ]);
    expect(end).toEnd('ROLLED_BACK 1');
    expect(scenario.serving()).toEqual(['web:1 2']);
  });

  test('GoodToBad, an alarm without rollback: FAILED, the deployment stays where it was', async () => {
    await given({ alarms: { ...alarms.alarms, rollback: false } });
    scenario.alarmAt(150_000, 'errors');
    const end = await scenario.deploy();
    expect(end).toEnd('FAILED 1');
    expect(end.result.error?.summary).toBe(
      'web: web:2 is not live: Service deployment stopped because one or more alarms were triggered; rollback is disabled, so the service may be running a mix of versions',
    );
  });

  test('GoodToBad, a hook that answers FAILED: the hook, its stage and what it said are told', async () => {
    const answers = [{ status: 'IN_PROGRESS', callBackDelay: 20 } as const, 'FAILED' as const];
    await given({ lifecycleHooks: [gate()] }, { hooks: [{ answers }] });
    const end = await scenario.deploy();
    const because =
      'POST_TEST_TRAFFIC_SHIFT lifecycle hook(s) failed. Lifecycle hook target arn:aws:lambda:us-east-1:123456789012:function:gate returned FAILED status.';
    const told = logLinesOf(end.host);
    expect(told.filter((line) => /hook … at/.test(line))).toEqual([
      'info: web  hook … at POST_TEST_TRAFFIC_SHIFT: IN_PROGRESS until <time>',
      'warning: web  hook … at POST_TEST_TRAFFIC_SHIFT: FAILED',
    ]);
    expect(told.at(-2)).toBe(
      `error: ROLLED_BACK: web: web:2 is not live: Service deployment rolled back because ${because} (live: web:1)`,
    );
    expect(end).toEnd('ROLLED_BACK 1');
    expect(scenario.serving()).toEqual(['web:1 2']);
  });

  test('GoodToBad, a hook that never answers: TIMED_OUT of the hook, ROLLED_BACK of the deployment', async () => {
    await given(
      { lifecycleHooks: [gate({ timeoutConfiguration: { timeoutInMinutes: 5, action: 'ROLLBACK' } })] },
      { hooks: [{ answers: [{ status: 'IN_PROGRESS' }] }] },
    );
    const end = await scenario.deploy();
    const because =
      'POST_TEST_TRAFFIC_SHIFT lifecycle hook(s) failed. Lifecycle hook target arn:aws:lambda:us-east-1:123456789012:function:gate timed out.';
    // The read that saw the hook time out was a moment before the deployment's status followed.
    const [givenUp, rollingBack, ...after] = takenBack(because);
    expect(logLinesOf(end.host)).toEqual([
      ...tested,
      'info: web  hook … at POST_TEST_TRAFFIC_SHIFT: IN_PROGRESS until <time>',
      'warning: web  hook … at POST_TEST_TRAFFIC_SHIFT: TIMED_OUT',
      `info: web  · (deployment ecs-svc/… of web:2) deployment failed: Service deployment rolled back because ${because}`,
      rollingBack,
      givenUp,
      ...after,
      `error: ROLLED_BACK: web: web:2 is not live: Service deployment rolled back because ${because} (live: web:1)`,
      'error: → Fix the cause shown, then redeploy.',
    ]);
    expect(end).toEnd('ROLLED_BACK 1');
    expect(end.took).toBeGreaterThan(4 * minute);
  });

  test('a hook that takes its time and then agrees holds the stage, and no longer', async () => {
    await given(
      { lifecycleHooks: [gate()] },
      { hooks: [{ answers: [{ status: 'IN_PROGRESS', callBackDelay: 200 }, 'SUCCEEDED'] }] },
    );
    const end = await scenario.deploy();
    expect(logLinesOf(end.host)).toEqual([
      ...tested,
      'info: web  hook … at POST_TEST_TRAFFIC_SHIFT: IN_PROGRESS until <time>',
      'info: web  hook … at POST_TEST_TRAFFIC_SHIFT: SUCCEEDED',
      ...shifted,
      ...done,
    ]);
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.took).toBeGreaterThan(4 * minute);
  });

  test('BadToGood: a broken service is fixed by a good version', async () => {
    await given(
      {},
      { taskRules: [{ match: { image: 'web:1' }, outcome: { kind: 'exit', code: 1, after: 1000 } }] },
    );
    const end = await scenario.deploy();
    expect(end).toEnd('SUCCEEDED 0');
    expect(scenario.serving()).toEqual(['web:2 2']);
  });

  test('BadToBad: there is nothing to roll back to, and that is reported most prominently', async () => {
    await given(breaker, {
      taskRules: [{ match: { family: 'web' }, outcome: { kind: 'exit', code: 1, after: 1000 } }],
    });
    const end = await scenario.deploy();
    expect(end).toEnd('FAILED 1');
    expect(end.result.error?.summary).toBe(
      'web: web:2 is not live: the rollback also failed: No rollback candidate was found to run the rollback.',
    );
    expect(end.result.error?.remedy).toBe(
      'Act now: neither version is certain to be live. Redeploy a known-good revision, manually if necessary.',
    );
    expect(scenario.serving()).toEqual([]);
  });

  test('D16: superseded during the bake: red, and the newer one is not called live before it is', async () => {
    await given();
    scenario.deployAt(100_000, 3);
    const end = await scenario.deploy();
    expect(end).toEnd('SUPERSEDED 1');
    expect(end.result.error?.summary.replace(/\d{10,}/, '…')).toBe(
      'web: web:2 is not live: superseded by deployment ecs-svc/… of web:3; this run deployed web:2',
    );
    expect(scenario.serving()).toEqual(['web:1 2']);
  });

  test('stopped by a person: ECS rolls back, and the remedy is to ask, not to fix', async () => {
    await given();
    scenario.stopAt(100_000);
    const end = await scenario.deploy();
    expect(logLinesOf(end.host)).toEqual([
      ...tested,
      ...shifted,
      'info: web  · (deployment ecs-svc/… of web:2) deployment failed: stopped by user.',
      ...takenBack('a user requested it.'),
      'error: ROLLED_BACK: web: web:2 is not live: Service deployment rolled back because a user requested it. (live: web:1)',
      'error: → Someone stopped this deployment: find out why, then redeploy.',
    ]);
    expect(end).toEnd('ROLLED_BACK 1');
    expect(scenario.serving()).toEqual(['web:1 2']);
  });

  test('stalled: a task that never starts moves nothing, and the step does not wait forever', async () => {
    await given({}, { taskRules: [{ match: { image: 'web:2' }, outcome: { kind: 'never-starts' } }] });
    const end = await scenario.deploy({ 'stall-timeout': '5m' });
    expect(end).toEnd('STALLED 4');
    expect(end.result.error?.summary).toBe('web: web:2 is not live: no progress for 5 min; still SCALE_UP');
    expect(end.took).toBeLessThan(7 * minute);
    expect(scenario.serving()).toEqual(['web:1 2']);
  });

  test('D15: scaled to zero: it completes, and the log says that nothing ran', async () => {
    await given({}, { desiredCount: 0 });
    const end = await scenario.deploy();
    expect(logLinesOf(end.host)).toContain(
      'warning: the desired count of web is 0: no task will run, so the new version is not tested',
    );
    expect(logLinesOf(end.host).at(-1)).toBe(
      'info: ✓ web: web:2 is in place, but the desired count is 0: no task ran it',
    );
    expect(end).toEnd('SUCCEEDED 0');
    expect(scenario.serving()).toEqual([]);
  });

  test('autoscaled mid-deploy: both sides grow, the change is told, and the verdict is of our deployment', async () => {
    await given();
    scenario.scaleAt(20_000, 5);
    const end = await scenario.deploy();
    expect(logLinesOf(end.host)).toContain('info: web  desired count 2 → 5');
    expect(end).toEnd('SUCCEEDED 0');
    expect(scenario.serving()).toEqual(['web:2 5']);
  });

  test('a bake of ten hours neither stalls nor times out', async () => {
    await given({ bakeTimeInMinutes: 600 });
    const end = await scenario.deploy();
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.took).toBeGreaterThan(600 * minute);
    expect(scenario.serving()).toEqual(['web:2 2']);
  });

  test('an unknown stage is printed like the others', async () => {
    await given({}, { unknownStage: 'WARM_UP_CACHES' });
    const end = await scenario.deploy();
    expect(logLinesOf(end.host)).toEqual([
      ...scaled,
      'info: web  stage WARM_UP_CACHES (0% traffic)',
      ...tested.slice(scaled.length),
      ...shifted,
      ...done,
    ]);
    expect(end).toEnd('SUCCEEDED 0');
  });
});

describe('a PAUSE hook', () => {
  const held = [...scaled, 'info: web  hook … at POST_SCALE_UP: AWAITING_ACTION until <time>'];

  test('ends the step with PAUSED and exit 4; running it again adopts the same deployment', async () => {
    await given({ lifecycleHooks: [pause] });
    const end = await scenario.deploy();
    expect(logLinesOf(end.host)).toEqual([
      ...held,
      'error:   to continue it and see how it ends: landfall continue-deployment --region us-east-1 --cluster main --service web',
      'error:   to roll it back: landfall continue-deployment --region us-east-1 --cluster main --service web --action rollback',
      'error:   once someone has continued it, run this step again: it picks up deployment ecs-svc/…',
      'error: PAUSED: web: web:2 is not live: hook … is waiting for approval at POST_SCALE_UP; at <time> ECS will ROLLBACK',
      'error: → Continue or roll back the deployment.',
    ]);
    expect(end).toEnd('PAUSED 4');
    expect(scenario.serving()).toEqual(['web:2 2', 'web:1 2']);

    scenario.answerAt(minute, 'CONTINUE');
    const again = await scenario.deploy({ 'on-pause': 'wait' });
    expect(again).toEnd('SUCCEEDED 0');
    expect(again.deploymentsMade).toBe(1);
    expect(again.result.outputs['deployment-id']).toBe(end.result.outputs['deployment-id']);
  });

  test('on-pause wait: the step waits until someone continues, for hours if need be, and does not stall', async () => {
    await given({ lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['POST_SCALE_UP'] }] });
    scenario.answerAt(300 * minute, 'CONTINUE');
    const end = await scenario.deploy({ 'on-pause': 'wait' });
    const told = logLinesOf(end.host);
    expect(told.slice(0, held.length + 1)).toEqual([
      ...held,
      'info: web  hook … at POST_SCALE_UP: SUCCEEDED',
    ]);
    expect(told.slice(-done.length)).toEqual(done);
    expect(end).toEnd('SUCCEEDED 0');
    expect(scenario.serving()).toEqual(['web:2 2']);
    // It looks less and less often while nothing moves: twice a minute in the end, not every two seconds.
    const reads = scenario.sandbox.journal().filter((one) => one.operation === 'DescribeServiceDeployments');
    expect(reads.length).toBeLessThan(1200);
  });

  test('on-pause wait: someone rejects it, and the step is red', async () => {
    await given({ lifecycleHooks: [pause] });
    scenario.answerAt(5 * minute, 'ROLLBACK');
    const end = await scenario.deploy({ 'on-pause': 'wait' });
    expect(end).toEnd('ROLLED_BACK 1');
    expect(scenario.serving()).toEqual(['web:1 2']);
  });

  test.each([
    ['ROLLBACK', 'ROLLED_BACK 1', 'web:1 2'],
    ['CONTINUE', 'SUCCEEDED 0', 'web:2 2'],
  ] as const)(
    'on-pause wait: no one answers, and ECS does what the hook says for that case: %s',
    async (action, verdict, live) => {
      await given({
        lifecycleHooks: [{ ...pause, timeoutConfiguration: { timeoutInMinutes: 30, action } }],
      });
      const end = await scenario.deploy({ 'on-pause': 'wait' });
      expect(end).toEnd(verdict);
      expect(logLinesOf(end.host)).toContain('warning: web  hook … at POST_SCALE_UP: TIMED_OUT');
      expect(scenario.serving()).toEqual([live]);
    },
  );

  test('wait-until paused: the pause is what was requested, so it is green and says so', async () => {
    await given({ lifecycleHooks: [pause] });
    const end = await scenario.deploy({ 'wait-until': 'paused' });
    expect(logLinesOf(end.host)).toEqual([
      ...held,
      'info: ✓ web: hook … is waiting for approval at POST_SCALE_UP; at <time> ECS will ROLLBACK',
    ]);
    expect(end).toEnd('PAUSED 0');
    expect(end.live).toBeUndefined();
  });
});

describe('wait-until', () => {
  test('traffic-shifted: green as soon as all production traffic is on the new revision, before the bake', async () => {
    await given();
    const end = await scenario.deploy({ 'wait-until': 'traffic-shifted' });
    expect(logLinesOf(end.host)).toEqual([
      ...tested,
      'info: web  stage PRODUCTION_TRAFFIC_SHIFT (100% traffic)',
      'info: ✓ web: all production traffic is on the new revision',
    ]);
    expect(end).toEnd('SUCCEEDED 0');
  });

  test('traffic-shifted: a failure before the shift is as red as ever', async () => {
    await given(breaker, { taskRules: crashing });
    const end = await scenario.deploy({ 'wait-until': 'traffic-shifted' });
    expect(end).toEnd('ROLLED_BACK 1');
  });

  test('stage:TEST_TRAFFIC_SHIFT: green when the stage is reached', async () => {
    await given();
    const end = await scenario.deploy({ 'wait-until': 'stage:TEST_TRAFFIC_SHIFT' });
    expect(logLinesOf(end.host)).toEqual([
      ...scaled,
      'info: web  stage TEST_TRAFFIC_SHIFT (0% traffic)',
      'info: ✓ web: the deployment has reached TEST_TRAFFIC_SHIFT',
    ]);
    expect(end).toEnd('SUCCEEDED 0');
  });

  test('a stage that only ECS knows can be waited for by its name', async () => {
    await given({}, { unknownStage: 'WARM_UP_CACHES' });
    const end = await scenario.deploy({ 'wait-until': 'stage:WARM_UP_CACHES' });
    expect(logLinesOf(end.host).at(-1)).toBe('info: ✓ web: the deployment has reached WARM_UP_CACHES');
    expect(end).toEnd('SUCCEEDED 0');
  });
});
