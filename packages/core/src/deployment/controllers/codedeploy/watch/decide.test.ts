import type { DeploymentInfo, ECSTarget, LifecycleEvent } from '@aws-sdk/client-codedeploy';
import type { Service, TaskSet } from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { lifecycleEvents } from '../../../../codedeploy/lifecycle-events.ts';
import { beginRollout, type Rollout } from '../../../rollout/rollout.ts';
import type { Terms } from '../../../rollout/wait-conditions.ts';
import { isGreen } from '../../../verdict/verdict.ts';
import type { Seen } from './codedeploy-watch.ts';
import { decideByCodeDeploy } from './decide.ts';

const minute = 60_000;
const ours = {
  cluster: 'main',
  service: 'web',
  serviceArn: 'arn:aws:ecs:eu-west-1:123456789012:service/main/web',
  deploymentId: 'd-OURS',
  taskDefinition: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:2',
  createdAt: 0,
  previous: {
    deploymentId: 'ecs-svc/1',
    taskDefinition: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:1',
  },
};
const taskDefinition = (name: string) => `arn:aws:ecs:eu-west-1:123456789012:task-definition/${name}`;
const live = {
  scale: { unit: 'PERCENT', value: 100 },
  stabilityStatus: 'STEADY_STATE',
  computedDesiredCount: 2,
  runningCount: 2,
  pendingCount: 0,
} as const;
const blue: TaskSet = { id: 'ecs-svc/1', taskDefinition: taskDefinition('web:1'), ...live };
const greenSet: TaskSet = {
  id: 'ecs-svc/2',
  externalId: 'd-OURS',
  taskDefinition: taskDefinition('web:2'),
  ...live,
};
const third: TaskSet = {
  id: 'ecs-svc/3',
  externalId: 'd-THIRD',
  taskDefinition: taskDefinition('web:3'),
  ...live,
};
/**
 * What ECS shows: which task set has the traffic, if any; and what has become of the one that ours
 * replaces.
 */
const traffic = (
  primary: TaskSet | undefined,
  desiredCount = 2,
  replaced: 'ACTIVE' | 'DRAINING' = 'DRAINING',
): Service => ({
  desiredCount,
  taskSets: [blue, greenSet, third].map((one) => {
    if (one.id === primary?.id) return { ...primary, status: 'PRIMARY' as const };
    return { ...one, status: one === greenSet ? ('ACTIVE' as const) : one === blue ? replaced : 'DRAINING' };
  }),
});
const rollout: Rollout = { ...beginRollout(ours, 0), service: traffic(blue) };
const terms: Terms = {
  now: minute,
  deadline: 20 * minute,
  stallAfter: 15 * minute,
  grace: 30_000,
  until: 'completed',
  waitThroughPause: false,
  failFast: true,
};
const seen = (info: DeploymentInfo, more: Partial<Seen> = {}): Seen => ({
  info: { deploymentId: 'd-OURS', ...info },
  ...more,
});
const through = (
  name: string,
  status: LifecycleEvent['status'] = 'Succeeded',
  after: LifecycleEvent['status'] = 'Pending',
): ECSTarget => {
  const at = lifecycleEvents.indexOf(name as (typeof lifecycleEvents)[number]);
  return {
    lifecycleEvents: lifecycleEvents.map((lifecycleEventName, index) => ({
      lifecycleEventName,
      status: index < at ? 'Succeeded' : index === at ? status : after,
    })),
  };
};
const decided = (what: Seen, some: Partial<Terms> = {}, of: Partial<Rollout> = {}) =>
  decideByCodeDeploy(what, { ...rollout, ...of }, { ...terms, ...some });

const undoneBy = { rollbackInfo: { rollbackDeploymentId: 'd-UNDO' } };

describe('the status of a deployment in CodeDeploy decides', () => {
  test.each(['Created', 'Queued', 'InProgress', 'Baking', 'SomethingNew'])('%s: wait', (status) => {
    expect(decided(seen({ status: status as 'Created' }))).toBeUndefined();
  });

  test.each<[string, Service, Partial<Seen>, string | undefined, string | undefined]>([
    ['ours has the traffic and is steady', traffic(greenSet), {}, 'SUCCEEDED', 'web:2 is live'],
    ['a read from before the shift', traffic(blue), { endedSince: terms.now - 30_000 }, undefined, undefined],
    [
      'the old one has the traffic',
      traffic(blue),
      { endedSince: terms.now - 30_001 },
      'ROLLED_BACK',
      'CodeDeploy reports deployment d-OURS as successful, but task set ecs-svc/1 of web:1 has the traffic',
    ],
    [
      'a third one has the traffic',
      traffic(third),
      { endedSince: terms.now - 30_001 },
      'SUPERSEDED',
      'CodeDeploy reports deployment d-OURS as successful, but task set ecs-svc/3 of web:3 has the traffic',
    ],
    [
      'none has the traffic',
      traffic(undefined),
      { endedSince: terms.now - 30_001 },
      'UNKNOWN',
      'CodeDeploy reports deployment d-OURS as successful, but no task set has the traffic',
    ],
    [
      'ours has the traffic in a read from before what it replaces was ended',
      traffic(greenSet, 2, 'ACTIVE'),
      {},
      undefined,
      undefined,
    ],
    [
      'ours has the traffic, and what it replaces is kept',
      traffic(greenSet, 2, 'ACTIVE'),
      { endedSince: terms.now - 30_001 },
      'SUCCEEDED',
      'web:2 is live',
    ],
    [
      'ours has the traffic, and no task runs: a moment',
      traffic({ ...greenSet, stabilityStatus: 'STABILIZING', runningCount: 0, pendingCount: 2 }),
      { downSince: terms.now - 1000 },
      undefined,
      undefined,
    ],
    [
      'ours has the traffic, and no task runs: five minutes',
      traffic({ ...greenSet, stabilityStatus: 'STABILIZING', runningCount: 0, pendingCount: 2 }),
      { downSince: terms.now - 5 * minute },
      'FAILED',
      'CodeDeploy reports deployment d-OURS as successful, but 0 of 2 tasks of web:2 are running after 5 min',
    ],
    [
      'ours has the traffic and a share of 0 %: steady with nothing running',
      traffic({ ...greenSet, scale: { value: 0 }, computedDesiredCount: 0, runningCount: 0 }),
      { downSince: terms.now - 5 * minute },
      'FAILED',
      'CodeDeploy reports deployment d-OURS as successful, but 0 of 2 tasks of web:2 are running after 5 min',
    ],
    [
      'nothing is to run',
      traffic({ ...greenSet, computedDesiredCount: 0, runningCount: 0 }, 0),
      {},
      'SUCCEEDED',
      'web:2 is in place, but the desired count is 0: no task ran it',
    ],
  ])('Succeeded, and %s', (_name, service, more, kind, reason) => {
    const verdict = decided(seen({ status: 'Succeeded' }, more), {}, { service });
    expect([verdict?.kind, verdict?.reason]).toEqual([kind, reason]);
  });

  test('Succeeded, and someone has started another since: a rollback names it', () => {
    const at = (one: TaskSet, seconds: number) => ({ ...one, createdAt: new Date(seconds * 1000) });
    const service: Service = {
      desiredCount: 2,
      taskSets: [
        { ...at(greenSet, 2), status: 'PRIMARY' },
        { ...at(blue, 1), status: 'DRAINING' },
        { ...at(third, 3), status: 'ACTIVE' },
      ],
    };
    const what = seen({ status: 'Succeeded' }, { endedSince: terms.now - 30_001 });
    expect(decided(what, { rollback: 'deploy' }, { service })).toEqual({
      kind: 'SUCCEEDED',
      reason: 'web:2 is live',
      notice:
        'after this rollback began, someone else started task set ecs-svc/3 of web:3; it is left unchanged',
      live: greenSet.taskDefinition,
    });
    expect(decided(what, {}, { service })).not.toHaveProperty('notice');
  });

  test('Succeeded, and a rollback of it is named: its end is ours', () => {
    const what = { status: 'Succeeded', ...undoneBy } as const;
    expect(decided(seen(what), {}, { service: traffic(greenSet) })).toBeUndefined();
    const undo = { status: 'Succeeded' } as const;
    expect(decided(seen(what, { undo }))).toMatchObject({ kind: 'ROLLED_BACK', live: blue.taskDefinition });
  });

  test('the rollback has succeeded, and ours still has the traffic: not rolled back', () => {
    const what = seen(
      { status: 'Stopped', ...undoneBy },
      { undo: { deploymentId: 'd-UNDO', status: 'Succeeded' } },
    );
    const on = { service: traffic(greenSet) };
    expect(decided({ ...what, undoneSince: terms.now - 30_000 }, {}, on)).toBeUndefined();
    expect(decided({ ...what, undoneSince: terms.now - 30_001 }, {}, on)).toMatchObject({
      kind: 'FAILED',
      reason:
        'CodeDeploy reports the rollback d-UNDO as successful, but web:2 still has the traffic; it was meant to undo: the deployment was stopped',
      live: greenSet.taskDefinition,
    });
  });

  test('Stopped before any traffic had shifted: a rollback is done once nothing is left of the one to go', () => {
    const what = seen({ status: 'Stopped' }, { endedSince: terms.now - 30_001 });
    const shown = traffic(blue);
    expect(decided(what, { rollback: 'stop' }, { service: shown })).toMatchObject({
      kind: 'STOPPED',
      reason:
        'the deployment was stopped, but task set ecs-svc/2 of web:2 still runs 2 tasks: CodeDeploy did not roll back',
      live: blue.taskDefinition,
    });
    const gone = { ...shown, taskSets: shown.taskSets?.filter(({ id }) => id !== greenSet.id) };
    expect(decided(what, { rollback: 'stop' }, { service: gone as Service })).toMatchObject({
      kind: 'ROLLED_BACK',
      reason: 'the deployment was stopped before any traffic had shifted',
      live: blue.taskDefinition,
    });
  });

  const alarm = { code: 'ALARM_ACTIVE' as const, message: 'An alarm has been activated.' };
  test.each<[string, Seen, string | undefined, string | undefined]>([
    [
      'Failed, undone',
      seen(
        { status: 'Failed', errorInformation: { code: 'TIMEOUT', message: 'Too late.' }, ...undoneBy },
        {
          undo: { status: 'Succeeded' },
        },
      ),
      'ROLLED_BACK',
      'Too late (TIMEOUT)',
    ],
    [
      'Stopped by an alarm, undone',
      seen({ status: 'Stopped', errorInformation: alarm, ...undoneBy }, { undo: { status: 'Succeeded' } }),
      'ROLLED_BACK',
      'An alarm has been activated (ALARM_ACTIVE)',
    ],
    ['Failed, the undoing not read yet', seen({ status: 'Failed', ...undoneBy }), undefined, undefined],
    [
      'Failed, being undone',
      seen({ status: 'Failed', ...undoneBy }, { undo: { status: 'InProgress' } }),
      undefined,
      undefined,
    ],
    [
      'Failed, and so did the undoing',
      seen({ status: 'Failed', ...undoneBy }, { undo: { deploymentId: 'd-UNDO', status: 'Failed' } }),
      'FAILED',
      'the rollback d-UNDO also failed: CodeDeploy gave no reason; it was meant to undo: CodeDeploy gave no reason',
    ],
    [
      'Failed without a rollback',
      seen({ status: 'Failed', errorInformation: { code: 'ECS_UPDATE_ERROR', message: 'No.' } }),
      'FAILED',
      'No (ECS_UPDATE_ERROR); CodeDeploy did not roll back',
    ],
    [
      'Failed, a rollback is configured and not seen yet',
      seen(
        {
          status: 'Failed',
          autoRollbackConfiguration: { enabled: true, events: ['DEPLOYMENT_FAILURE'] },
        },
        { endedSince: terms.now - 20_000 },
      ),
      undefined,
      undefined,
    ],
    [
      'Failed, a rollback is configured and never came',
      seen(
        {
          status: 'Failed',
          autoRollbackConfiguration: { enabled: true, events: ['DEPLOYMENT_FAILURE'] },
        },
        { endedSince: terms.now - 30_000 },
      ),
      'FAILED',
      'CodeDeploy gave no reason; CodeDeploy did not roll back',
    ],
    ['Stopped a moment ago', seen({ status: 'Stopped' }, { endedSince: terms.now }), undefined, undefined],
    [
      'Stopped by somebody',
      seen({ status: 'Stopped' }, { endedSince: terms.now - 10_000 }),
      'STOPPED',
      'the deployment was stopped',
    ],
    [
      'Stopped by an alarm, not undone',
      seen({ status: 'Stopped', errorInformation: alarm }, { endedSince: terms.now - 10_000 }),
      'FAILED',
      'An alarm has been activated (ALARM_ACTIVE); CodeDeploy did not roll back',
    ],
    [
      'Failed at a hook that says why',
      seen(
        { status: 'Failed', errorInformation: { code: 'HOOK_EXECUTION_FAILURE', message: 'A hook failed.' } },
        {
          target: {
            lifecycleEvents: [
              {
                lifecycleEventName: 'AfterInstall',
                status: 'Failed',
                diagnostics: { message: 'smoke answered 500' },
              },
            ],
          },
        },
      ),
      'FAILED',
      'A hook failed: smoke answered 500 (HOOK_EXECUTION_FAILURE); CodeDeploy did not roll back',
    ],
  ])('%s', (_name, what, kind, reason) => {
    const verdict = decided(what);
    expect(verdict?.kind).toBe(kind);
    expect(verdict?.reason).toBe(reason);
  });
});

describe('Ready', () => {
  const stops: DeploymentInfo = {
    status: 'Ready',
    blueGreenDeploymentConfiguration: {
      deploymentReadyOption: { actionOnTimeout: 'STOP_DEPLOYMENT', waitTimeInMinutes: 30 },
    },
  };
  const goesOn: DeploymentInfo = {
    status: 'Ready',
    blueGreenDeploymentConfiguration: {
      deploymentReadyOption: { actionOnTimeout: 'CONTINUE_DEPLOYMENT' },
    },
  };
  test('is waiting for approval: PAUSED, and green only when requested', () => {
    const verdict = decided(seen(stops))!;
    expect(verdict.kind).toBe('PAUSED');
    expect(isGreen(verdict)).toBe(false);
    expect(isGreen(decided(seen(stops), { until: 'paused' })!)).toBe(true);
    expect(decided(seen(stops), { waitThroughPause: true })).toBeUndefined();
  });
  test('of a group that continues by itself is a pause only when it does not move on', () => {
    expect(decided(seen(goesOn), {}, { changedAt: terms.now - 20_000 })).toBeUndefined();
    expect(decided(seen(goesOn), {}, { changedAt: terms.now - 40_000 })?.kind).toBe('PAUSED');
  });
  test('during the termination wait is not a pause', () => {
    expect(decided(seen({ ...stops, instanceTerminationWaitTimeStarted: true }))).toBeUndefined();
    expect(decided(seen(stops, { target: through('AllowTraffic') }))).toBeUndefined();
    // Where the lifecycle events may not be read, ECS tells that the traffic has moved.
    expect(decided(seen(stops), {}, { service: traffic(greenSet) })).toBeUndefined();
  });
});

describe('wait-until', () => {
  test.each([
    ['traffic-shifted', through('AllowTraffic', 'InProgress'), false],
    ['traffic-shifted', through('AllowTraffic'), true],
    [{ event: 'AfterInstall' }, through('AfterInstall', 'InProgress'), false],
    [{ event: 'AfterInstall' }, through('AfterInstall'), true],
    [{ event: 'AfterInstall' }, through('BeforeAllowTraffic', 'InProgress'), true],
    // The group has no test listener: the event never comes, a later one does.
    [
      { event: 'AfterAllowTestTraffic' },
      { lifecycleEvents: [{ lifecycleEventName: 'AllowTraffic', status: 'InProgress' }] } as ECSTarget,
      true,
    ],
    [{ event: 'Install' }, undefined, false],
    // Without a hook the event is skipped when its turn has come.
    [{ event: 'AfterAllowTraffic' }, through('AfterAllowTraffic', 'Skipped'), true],
    [{ event: 'AfterAllowTraffic' }, through('AllowTraffic', 'InProgress', 'Skipped'), false],
  ] as const)('%j', (until, target, green) => {
    const service = traffic(greenSet);
    const verdict = decided(seen({ status: 'InProgress' }, { target }), { until }, { service });
    expect(verdict?.kind).toBe(green ? 'SUCCEEDED' : undefined);
  });

  test.each([
    ['has not the traffic', traffic(blue)],
    [
      'has the traffic, and nothing of it runs',
      traffic({ ...greenSet, stabilityStatus: 'STABILIZING', runningCount: 0 }),
    ],
  ])('from the shift of the traffic on: green is only what ECS shows: ours %s', (_name, service) => {
    const what = seen({ status: 'InProgress' }, { target: through('AfterAllowTraffic') });
    expect(decided(what, { until: 'traffic-shifted' }, { service })).toBeUndefined();
    expect(decided(what, { until: { event: 'AfterAllowTraffic' } }, { service })).toBeUndefined();
    expect(decided(what, { until: { event: 'AfterInstall' } }, { service })?.kind).toBe('SUCCEEDED');
  });

  test('a failure that was seen, in the same read or before, outranks an event that was reached', () => {
    const service = traffic(greenSet);
    const until = { event: 'AllowTraffic' } as const;
    const what = seen({ status: 'InProgress' }, { target: through('AllowTraffic') });
    // The count that was set with it must show, for as long as a read may be behind.
    const counted = { ...what, desiredCount: 5 };
    const of = { service: traffic(greenSet) };
    expect(decided(counted, { until, now: 30_000 }, of)).toBeUndefined();
    expect(decided(counted, { until, now: 30_001 }, of)?.kind).toBe('SUCCEEDED');
    expect(decided(what, { until }, { service })?.kind).toBe('SUCCEEDED');
    expect(decided({ ...what, hasFailed: true }, { until }, { service })).toBeUndefined();
    expect(
      decided(
        seen({ status: 'InProgress', ...undoneBy }, { target: through('AllowTraffic') }),
        { until },
        { service },
      ),
    ).toBeUndefined();
  });

  test('an event that was reached before the deployment failed is not green', () => {
    const what = seen({ status: 'Failed' }, { target: through('AfterAllowTraffic', 'Failed') });
    expect(decided(what, { until: { event: 'AllowTraffic' } })?.kind).toBe('FAILED');
    expect(decided(what, { until: 'traffic-shifted' })?.kind).toBe('FAILED');
  });
});

describe('time', () => {
  test('the deadline: TIMED_OUT with the event in progress', () => {
    const what = seen({ status: 'InProgress' }, { target: through('Install', 'InProgress') });
    expect(decided(what, { now: terms.deadline }, { changedAt: terms.deadline })).toEqual({
      kind: 'TIMED_OUT',
      reason: 'still Install at the deadline',
    });
  });
  test('the deadline amid a rollback: FAILED', () => {
    const what = seen(
      { status: 'Failed', rollbackInfo: { rollbackDeploymentId: 'd-UNDO' } },
      { undo: { status: 'InProgress' } },
    );
    expect(decided(what, { now: terms.deadline })?.reason).toBe(
      'CodeDeploy gave no reason; the rollback d-UNDO was still InProgress at the deadline',
    );
  });
  test('nothing moves: STALLED', () => {
    expect(decided(seen({ status: 'InProgress' }), { now: 15 * minute })?.kind).toBe('STALLED');
  });
  test('a deployment that CodeDeploy no longer knows: UNKNOWN after the time of eventual consistency', () => {
    expect(decided({ missingSince: terms.now - 20_000 })).toBeUndefined();
    expect(decided({ missingSince: terms.now - 31_000 })?.kind).toBe('UNKNOWN');
  });
});

test('nothing but Succeeded is SUCCEEDED when completion is waited for', () => {
  const status = fc.constantFrom(
    'Created',
    'Queued',
    'InProgress',
    'Baking',
    'Ready',
    'Failed',
    'Stopped',
    'Odd',
  );
  const target = fc.option(
    fc
      .tuple(fc.constantFrom(...lifecycleEvents), fc.constantFrom('InProgress', 'Succeeded', 'Failed'))
      .map(([name, how]) => through(name, how as 'Failed')),
    { nil: undefined },
  );
  fc.assert(
    fc.property(
      status,
      target,
      fc.option(fc.constantFrom('d-UNDO'), { nil: undefined }),
      fc.option(status, { nil: undefined }),
      fc.integer({ min: 0, max: 40 * minute }),
      fc.boolean(),
      (info, where, rollbackDeploymentId, undo, now, waitThroughPause) => {
        const verdict = decided(
          seen(
            { status: info as 'Created', rollbackInfo: { rollbackDeploymentId } },
            { target: where, undo: undo && { status: undo as 'Created' }, endedSince: 0 },
          ),
          { now, waitThroughPause },
        );
        expect(verdict === undefined || !isGreen(verdict)).toBe(true);
      },
    ),
  );
});
