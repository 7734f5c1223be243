import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import { shifts } from '../rules/stage-plan.ts';
import type { TaskOutcome } from '../task-rules/task-rule.ts';
import { ecsBench } from '../testing/bench.ts';

const MINUTE = 60_000;

function started(configuration: DeploymentConfiguration, outcome: TaskOutcome = { kind: 'run' }) {
  const ecs = ecsBench({ taskRules: [{ match: { image: 'web:2' }, outcome }] });
  ecs.create({ taskDefinition: ecs.register() });
  ecs.clock.advance(2 * MINUTE);
  const first = ecs.describe().deployments![0]!.id!;
  const second = ecs.update({
    taskDefinition: ecs.register({ image: 'example/web:2' }),
    deploymentConfiguration: configuration,
  }).deployments![0]!.id!;
  /** The stages passed until it ends, each with the production weight of the new revision. */
  const watch = (minutes = 200): string[] => {
    const seen: string[] = [];
    for (
      let tick = 0;
      tick < minutes * 60 && ecs.service.truth('main', 'web')!.deployments.at(-1)!.finalAt === undefined;
      tick += 1
    ) {
      const { lifecycleStage, targetServiceRevision } = ecs.serviceDeployment();
      const line = `${lifecycleStage} ${targetServiceRevision!.requestedProductionTrafficWeight}%`;
      if (lifecycleStage !== undefined && seen.at(-1) !== line) seen.push(line);
      ecs.clock.advance(1_000);
    }
    return seen;
  };
  const advanceTo = (stage: string): void => {
    for (let tick = 0; tick < 100_000 && ecs.serviceDeployment().lifecycleStage !== stage; tick += 1)
      ecs.clock.advance(500);
    expect(ecs.serviceDeployment().lifecycleStage).toBe(stage);
  };
  return { ...ecs, first, second, watch, advanceTo };
}

describe('a blue/green deployment', () => {
  test('GoodToGood: passes its stages, shifts all traffic at once, bakes and cleans up', () => {
    const ecs = started({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 });
    expect(ecs.watch()).toEqual([
      'PRE_SCALE_UP 0%',
      'SCALE_UP 0%',
      'POST_SCALE_UP 0%',
      'TEST_TRAFFIC_SHIFT 0%',
      'POST_TEST_TRAFFIC_SHIFT 0%',
      'PRODUCTION_TRAFFIC_SHIFT 100%',
      'POST_PRODUCTION_TRAFFIC_SHIFT 100%',
      'BAKE_TIME 100%',
      'CLEAN_UP 100%',
    ]);
    expect(ecs.serviceDeployment()).toMatchObject({ status: 'SUCCESSFUL' });
    expect(ecs.service.truth('main', 'web')!.live!.deploymentId).toBe(ecs.second);
    ecs.clock.advance(MINUTE);
    expect(ecs.describe()).toMatchObject({ runningCount: 2, deployments: [{ id: ecs.second }] });
  });

  test('both revisions run side by side while it bakes', () => {
    const ecs = started({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 });
    ecs.advanceTo('BAKE_TIME');
    expect(ecs.describe()).toMatchObject({
      runningCount: 4,
      deployments: [
        { id: ecs.second, desiredCount: 2, runningCount: 2 },
        { id: ecs.first, desiredCount: 2, runningCount: 2 },
      ],
    });
  });

  test('GoodToBad: the breaker rolls back before any traffic has moved', () => {
    const ecs = started(
      { strategy: 'BLUE_GREEN', deploymentCircuitBreaker: { enable: true, rollback: true } },
      { kind: 'exit', code: 1 },
    );
    expect(ecs.watch()).toEqual(['PRE_SCALE_UP 0%', 'SCALE_UP 0%']);
    expect(ecs.serviceDeployment()).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      statusReason: 'Service deployment rolled back because the circuit breaker threshold was exceeded.',
    });
    expect(ecs.service.truth('main', 'web')!.live!.deploymentId).toBe(ecs.first);
  });

  test('an alarm in the bake time brings the traffic back', () => {
    const ecs = started({
      strategy: 'BLUE_GREEN',
      bakeTimeInMinutes: 5,
      alarms: { alarmNames: ['5xx'], enable: true, rollback: true },
    });
    ecs.advanceTo('BAKE_TIME');
    ecs.service.setAlarm('5xx', true);
    ecs.clock.advance(5 * MINUTE);
    expect(ecs.serviceDeployment()).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      targetServiceRevision: { requestedProductionTrafficWeight: 0 },
      sourceServiceRevisions: [{ requestedProductionTrafficWeight: 100 }],
    });
  });

  test('a function that fails rolls it back, in its own words', () => {
    const arn = 'arn:aws:lambda:eu-west-1:123456789012:function:check';
    const ecs = started({
      strategy: 'BLUE_GREEN',
      lifecycleHooks: [
        { hookTargetArn: arn, roleArn: 'arn:role', lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'] },
      ],
    });
    ecs.service.setHooks([
      { target: 'check', answers: [{ status: 'IN_PROGRESS', callBackDelay: 60 }, 'FAILED'] },
    ]);
    ecs.advanceTo('POST_TEST_TRAFFIC_SHIFT');
    ecs.clock.advance(50_000);
    expect(ecs.serviceDeployment().lifecycleHookDetails).toMatchObject([
      { targetType: 'AWS_LAMBDA', targetArn: arn, status: 'IN_PROGRESS' },
    ]);
    ecs.clock.advance(5 * MINUTE);
    expect(ecs.serviceDeployment()).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      statusReason: `Service deployment rolled back because POST_TEST_TRAFFIC_SHIFT lifecycle hook(s) failed. Lifecycle hook target ${arn} returned FAILED status.`,
    });
  });

  const paused = (action: 'ROLLBACK' | 'CONTINUE') => {
    const ecs = started({
      strategy: 'BLUE_GREEN',
      lifecycleHooks: [
        {
          targetType: 'PAUSE',
          lifecycleStages: ['POST_SCALE_UP'],
          timeoutConfiguration: { timeoutInMinutes: 30, action },
        },
      ],
    });
    ecs.advanceTo('POST_SCALE_UP');
    ecs.clock.advance(10 * MINUTE);
    const [hook] = ecs.serviceDeployment().lifecycleHookDetails!;
    expect(hook).toMatchObject({ targetType: 'PAUSE', status: 'AWAITING_ACTION', timeoutAction: action });
    const request = { serviceDeploymentArn: ecs.describe().currentServiceDeployment, hookId: hook!.hookId };
    return { ...ecs, request };
  };

  test('a pause waits until it is continued', () => {
    const ecs = paused('ROLLBACK');
    ecs.call('ContinueServiceDeployment', { ...ecs.request, action: 'CONTINUE' });
    ecs.watch();
    expect(ecs.serviceDeployment().status).toBe('SUCCESSFUL');
    expect(ecs.refusal('ContinueServiceDeployment', ecs.request).code).toBe('ConflictException');
  });

  test('a pause that is answered with ROLLBACK rolls back', () => {
    const ecs = paused('CONTINUE');
    ecs.call('ContinueServiceDeployment', { ...ecs.request, action: 'ROLLBACK' });
    ecs.watch();
    expect(ecs.serviceDeployment().status).toBe('ROLLBACK_SUCCESSFUL');
  });

  test.each([
    ['ROLLBACK', 'ROLLBACK_SUCCESSFUL'],
    ['CONTINUE', 'SUCCESSFUL'],
  ] as const)('a pause that is not answered ends by itself: %s', (action, status) => {
    const ecs = paused(action);
    ecs.watch();
    expect(ecs.serviceDeployment().status).toBe(status);
  });

  test('an unknown stage is passed like the others', () => {
    const ecs = started({ strategy: 'BLUE_GREEN' });
    ecs.service.setUnknownStage('WARM_UP_CACHES');
    expect(ecs.watch()).toContain('WARM_UP_CACHES 0%');
  });

  test('a newer deployment supersedes it and reconciles first', () => {
    const ecs = started({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 60 });
    ecs.advanceTo('BAKE_TIME');
    ecs.update({
      taskDefinition: ecs.register({ image: 'example/web:3' }),
      deploymentConfiguration: { bakeTimeInMinutes: 0 },
    });
    expect(ecs.watch()[0]).toBe('RECONCILE_SERVICE 0%');
    expect(ecs.service.truth('main', 'web')!.deployments.map(({ status }) => status)).toEqual([
      'SUCCESSFUL',
      'STOPPED',
      'SUCCESSFUL',
    ]);
    ecs.clock.advance(MINUTE);
    expect(ecs.describe().runningCount).toBe(2);
  });
});

test('a canary holds its percentage, then takes all', () => {
  const ecs = started({
    strategy: 'CANARY',
    canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 3 },
  });
  const weights = ecs.watch().filter((line) => line.startsWith('PRODUCTION_'));
  expect(weights).toEqual(['PRODUCTION_TRAFFIC_SHIFT 10%', 'PRODUCTION_TRAFFIC_SHIFT 100%']);
});

test.each([
  {
    strategy: 'LINEAR',
    linearConfiguration: { stepPercent: 25, stepBakeTimeInMinutes: 2 },
    percents: [25, 50, 75, 100],
  },
  { strategy: 'LINEAR', linearConfiguration: { stepPercent: 33.3 }, percents: [33.3, 66.6, 99.9, 100] },
  { strategy: 'CANARY', percents: [5, 100] },
  { strategy: 'BLUE_GREEN', percents: [100] },
] as const)('$strategy shifts by $percents', ({ percents, ...configuration }) => {
  expect(shifts(configuration).map(({ percent }) => percent)).toEqual(percents);
  expect(shifts(configuration).at(-1)!.bake).toBe(0);
});

test('a linear deployment takes a step, bakes, and takes the next', () => {
  const ecs = started({
    strategy: 'LINEAR',
    linearConfiguration: { stepPercent: 50, stepBakeTimeInMinutes: 4 },
  });
  expect(ecs.watch().slice(5)).toEqual([
    'PRE_PRODUCTION_TRAFFIC_SHIFT 0%',
    'PRODUCTION_TRAFFIC_SHIFT 50%',
    'PRE_PRODUCTION_TRAFFIC_SHIFT 50%',
    'PRODUCTION_TRAFFIC_SHIFT 100%',
    'POST_PRODUCTION_TRAFFIC_SHIFT 100%',
    'CLEAN_UP 100%',
  ]);
});

test('a daemon stops the old task before it starts the new one, and takes no desired count', () => {
  const ecs = ecsBench();
  ecs.create({ taskDefinition: ecs.register(), schedulingStrategy: 'DAEMON', desiredCount: undefined });
  ecs.clock.advance(2 * MINUTE);
  expect(ecs.refusal('UpdateService', { cluster: 'main', service: 'web', desiredCount: 2 }).code).toBe(
    'InvalidParameterException',
  );
  ecs.update({ taskDefinition: ecs.register({ image: 'example/web:2' }) });
  let most = 0;
  for (let tick = 0; tick < 120; tick += 1) {
    ecs.clock.advance(1_000);
    most = Math.max(most, ecs.tasks('RUNNING').length);
  }
  expect(most).toBe(1);
  expect(ecs.serviceDeployment().status).toBe('SUCCESSFUL');
});
