import type { DeploymentInfo, ECSTarget } from '@aws-sdk/client-codedeploy';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { beginRollout, type Rollout } from '../rollout.ts';
import type { Terms } from '../terms.ts';
import { isGreen } from '../verdict.ts';
import { decideByCodeDeploy } from './decide.ts';
import { lifecycleEvents } from './events.ts';
import type { Seen } from './watch.ts';

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
const rollout: Rollout = { ...beginRollout(ours, 0), service: { desiredCount: 2 } };
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
const through = (name: string, status: 'InProgress' | 'Succeeded' | 'Failed' = 'Succeeded'): ECSTarget => {
  const at = lifecycleEvents.indexOf(name as (typeof lifecycleEvents)[number]);
  return {
    lifecycleEvents: lifecycleEvents.map((lifecycleEventName, index) => ({
      lifecycleEventName,
      status: index < at ? 'Succeeded' : index === at ? status : 'Pending',
    })),
  };
};
const decided = (what: Seen, some: Partial<Terms> = {}, of: Partial<Rollout> = {}) =>
  decideByCodeDeploy(what, { ...rollout, ...of }, { ...terms, ...some });

describe('the status of a deployment in CodeDeploy decides', () => {
  test.each(['Created', 'Queued', 'InProgress', 'Baking', 'SomethingNew'])('%s: wait', (status) => {
    expect(decided(seen({ status: status as 'Created' }))).toBeUndefined();
  });

  test('Succeeded: SUCCEEDED', () => {
    expect(decided(seen({ status: 'Succeeded' }))).toEqual({
      kind: 'SUCCEEDED',
      reason: 'web:2 is live',
      live: ours.taskDefinition,
    });
  });

  const undoneBy = { rollbackInfo: { rollbackDeploymentId: 'd-UNDO' } };
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
      'the rollback d-UNDO failed too: CodeDeploy gave no reason; it was to undo: CodeDeploy gave no reason',
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
  test('waits for somebody: PAUSED, and green only when asked for', () => {
    const verdict = decided(seen(stops))!;
    expect(verdict.kind).toBe('PAUSED');
    expect(isGreen(verdict)).toBe(false);
    expect(isGreen(decided(seen(stops), { until: 'paused' })!)).toBe(true);
    expect(decided(seen(stops), { waitThroughPause: true })).toBeUndefined();
  });
  test('in passing, of a group that goes on by itself, is no pause; standing still is', () => {
    expect(decided(seen(goesOn), {}, { changedAt: terms.now - 20_000 })).toBeUndefined();
    expect(decided(seen(goesOn), {}, { changedAt: terms.now - 40_000 })?.kind).toBe('PAUSED');
  });
  test('during the termination wait is no pause', () => {
    expect(decided(seen({ ...stops, instanceTerminationWaitTimeStarted: true }))).toBeUndefined();
    expect(decided(seen(stops, { target: through('AllowTraffic') }))).toBeUndefined();
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
  ] as const)('%j', (until, target, green) => {
    const verdict = decided(seen({ status: 'InProgress' }, { target }), { until });
    expect(verdict?.kind).toBe(green ? 'SUCCEEDED' : undefined);
  });
  test('an event that was reached before the deployment failed is not green', () => {
    const what = seen({ status: 'Failed' }, { target: through('AfterAllowTraffic', 'Failed') });
    expect(decided(what, { until: { event: 'AllowTraffic' } })?.kind).toBe('FAILED');
    expect(decided(what, { until: 'traffic-shifted' })?.kind).toBe('FAILED');
  });
});

describe('time', () => {
  test('the deadline: TIMED_OUT with the event under way', () => {
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
