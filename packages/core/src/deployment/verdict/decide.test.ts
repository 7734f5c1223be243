import type { Deployment } from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  created,
  mine,
  newer,
  old,
  ours,
  sd,
  seen,
  service,
  td,
  terms,
} from '../../testing/rollout-fixture.ts';
import { observe } from '../rollout/observe.ts';
import { beginRollout, type Rollout } from '../rollout/rollout.ts';
import { decide } from './decide.ts';

test.each([
  ['DRAINING', sd('SUCCESSFUL')],
  ['INACTIVE', undefined],
])(
  'a service that was deleted is never live, whatever its deployment came to: %s',
  (status, serviceDeployment) => {
    const rollout = seen({
      service: service([mine({ desiredCount: 0, runningCount: 0 })], { status, desiredCount: 0 }),
      ...(serviceDeployment && { serviceDeployment }),
    });
    expect(decide(rollout, terms)).toEqual({
      kind: 'STOPPED',
      reason: `service web was deleted while it was being deployed; it is ${status}`,
      remedy: 'Find out who deleted the service, and why; create it again before the next deployment.',
    });
  },
);

test('of a service that was deleted and created again, a read from before it was created is not believed', () => {
  const rollout = seen({ service: service([], { status: 'INACTIVE', desiredCount: 0 }) });
  expect(decide(rollout, { ...terms, now: rollout.startedAt + 30_000 })).toBeUndefined();
  expect(decide(rollout, { ...terms, now: rollout.startedAt + 30_001 })?.kind).toBe('STOPPED');
});

test('STOPPED, superseded, and the newer deployment never shows: SUPERSEDED anyway, not STOPPED by a person', () => {
  const rollout = seen({
    service: service([mine({ rolloutState: 'IN_PROGRESS' })]),
    serviceDeployment: sd('STOPPED', { statusReason: 'superseded by a newer service deployment.' }),
  });
  expect(decide(rollout, terms)?.kind).toBe('SUPERSEDED');
});

describe('with the service deployment', () => {
  test('SUCCESSFUL, and the service is read from before it was over: open for as long as a read may be behind', () => {
    const rollout = seen({
      service: service([mine({ rolloutState: 'IN_PROGRESS' })]),
      serviceDeployment: sd('SUCCESSFUL'),
    });
    expect(decide(rollout, { ...terms, now: 30_000 })).toBeUndefined();
    expect(decide(rollout, { ...terms, now: 30_001 })?.kind).toBe('SUCCEEDED');
  });

  test('SUCCESSFUL once, and FAILED now that ECS was to roll back to it', () => {
    const failed = mine({ rolloutState: 'FAILED', rolloutStateReason: 'tasks failed to start.' });
    const rollout = seen({ service: service([failed]), serviceDeployment: sd('SUCCESSFUL') });
    expect(decide(rollout, terms)).toEqual({
      kind: 'FAILED',
      reason:
        'ECS reports the deployment of web:2 as failed, although it had been successful: tasks failed to start.',
      remedy:
        'Act now: neither version is certain to be live. Redeploy a known-good revision, manually if necessary.',
    });
  });

  test('SUCCESSFUL once, and no longer shown: whatever is PRIMARY has replaced it', () => {
    const rollout = seen({
      service: service([old({ status: 'PRIMARY' })]),
      serviceDeployment: sd('SUCCESSFUL'),
    });
    expect(decide(rollout, { ...terms, now: 60_000 })).toBeUndefined();
    expect(decide(rollout, { ...terms, now: 60_001 })).toEqual({
      kind: 'SUPERSEDED',
      reason: 'superseded by deployment ecs-svc/1000 of web:1; this run deployed web:2',
      live: td(1),
    });
  });

  test.each<[string, Rollout, string | undefined]>([
    [
      'SUCCESSFUL and PRIMARY is live',
      seen({ service: service([mine()]), serviceDeployment: sd('SUCCESSFUL') }),
      'SUCCEEDED',
    ],
    [
      'SUCCESSFUL while old tasks still drain is live',
      seen({ service: service([mine(), old()]), serviceDeployment: sd('SUCCESSFUL') }),
      'SUCCEEDED',
    ],
    [
      'SUCCESSFUL, and a newer deployment has only begun: ours still runs, so it is live',
      seen({ service: service([newer(), mine({ status: 'ACTIVE' })]), serviceDeployment: sd('SUCCESSFUL') }),
      'SUCCEEDED',
    ],
    [
      'SUCCESSFUL after a rollback was asked for: it came too late',
      seen(
        { service: service([mine()]), serviceDeployment: sd('SUCCESSFUL') },
        1,
        seen({ serviceDeployment: sd('ROLLBACK_REQUESTED') }),
      ),
      'SUCCEEDED',
    ],
    [
      'a hook that waits, on an answer from before the rollback',
      seen(
        {
          serviceDeployment: sd('IN_PROGRESS', {
            lifecycleHookDetails: [{ hookId: 'approve', status: 'AWAITING_ACTION' }],
          }),
        },
        1,
        seen({ serviceDeployment: sd('ROLLBACK_IN_PROGRESS') }),
      ),
      undefined,
    ],
    [
      'SUCCESSFUL, but a newer deployment has taken our place',
      seen({ service: service([newer({ rolloutState: 'COMPLETED' })]), serviceDeployment: sd('SUCCESSFUL') }),
      'SUPERSEDED',
    ],
    [
      'SUCCESSFUL by a stale read of the service stays open',
      seen({ service: service([old({ status: 'PRIMARY' })]), serviceDeployment: sd('SUCCESSFUL') }),
      undefined,
    ],
    [
      'IN_PROGRESS is open',
      seen({
        service: service([mine({ rolloutState: 'IN_PROGRESS' }), old()]),
        serviceDeployment: sd('IN_PROGRESS'),
      }),
      undefined,
    ],
    [
      'ROLLBACK_IN_PROGRESS is open, though already red',
      seen({ serviceDeployment: sd('ROLLBACK_IN_PROGRESS') }),
      undefined,
    ],
    [
      'ROLLBACK_SUCCESSFUL is rolled back',
      seen({ serviceDeployment: sd('ROLLBACK_SUCCESSFUL', { rollback: { reason: 'circuit breaker' } }) }),
      'ROLLED_BACK',
    ],
    ['ROLLBACK_FAILED has failed', seen({ serviceDeployment: sd('ROLLBACK_FAILED') }), 'FAILED'],
    [
      'STOPPED by the breaker without rollback has failed',
      seen({
        service: service([mine({ rolloutState: 'FAILED' })]),
        serviceDeployment: sd('STOPPED', { deploymentCircuitBreaker: { status: 'TRIGGERED' } }),
      }),
      'FAILED',
    ],
    [
      'STOPPED by alarms without rollback has failed',
      seen({ serviceDeployment: sd('STOPPED', { alarms: { status: 'TRIGGERED' } }) }),
      'FAILED',
    ],
    [
      'STOPPED with a newer PRIMARY is superseded',
      seen({
        service: service([newer(), mine({ status: 'ACTIVE', rolloutState: 'IN_PROGRESS' })]),
        serviceDeployment: sd('STOPPED'),
      }),
      'SUPERSEDED',
    ],
    [
      'STOPPED by a person',
      seen({
        service: service([mine({ rolloutState: 'IN_PROGRESS' })]),
        serviceDeployment: sd('STOPPED', { statusReason: 'Stopped by user' }),
      }),
      'STOPPED',
    ],
    [
      'STOPPED while the service is read from before: what replaced it is waited for',
      seen({
        service: service([mine({ rolloutState: 'IN_PROGRESS' })]),
        serviceDeployment: sd('STOPPED', { statusReason: 'superseded by a newer service deployment.' }),
      }),
      undefined,
    ],
    [
      'STOP_REQUESTED is open',
      seen({
        service: service([mine({ rolloutState: 'IN_PROGRESS' })]),
        serviceDeployment: sd('STOP_REQUESTED'),
      }),
      undefined,
    ],
    [
      'a status that ECS has yet to invent is open',
      seen({
        service: service([mine({ rolloutState: 'IN_PROGRESS' })]),
        serviceDeployment: sd('TELEPORTING'),
      }),
      undefined,
    ],
    [
      'a hook that awaits somebody pauses',
      seen({
        serviceDeployment: sd('IN_PROGRESS', {
          lifecycleHookDetails: [{ hookId: 'approve', status: 'AWAITING_ACTION' }],
        }),
      }),
      'PAUSED',
    ],
  ])('%s', (_, rollout, kind) => {
    expect(decide(rollout, { ...terms, now: 5000 })?.kind).toBe(kind);
  });
});

describe('an early end that was requested', () => {
  const shifted = sd('IN_PROGRESS', {
    lifecycleStage: 'BAKE_TIME',
    targetServiceRevision: {
      arn: 'arn:rev/2000',
      requestedProductionTrafficWeight: 100,
      runningTaskCount: 2,
    },
  });
  const early = (runningCount: number, from?: Rollout) =>
    seen(
      {
        service: service([mine({ rolloutState: 'IN_PROGRESS', runningCount }), old()]),
        serviceDeployment: shifted,
      },
      1,
      from,
    );
  test.each([['traffic-shifted' as const], [{ stage: 'BAKE_TIME' }], [{ stage: 'POST_SCALE_UP' }]])(
    '%j: green while the new version runs, and after no failure was seen',
    (until) => {
      const rolledBack = seen({ serviceDeployment: sd('ROLLBACK_IN_PROGRESS') });
      expect(decide(early(2), { ...terms, until })?.kind).toBe('SUCCEEDED');
      expect(decide(early(0), { ...terms, until })).toBeUndefined();
      expect(decide(early(2, rolledBack), { ...terms, until })).toBeUndefined();
    },
  );
});

describe('time', () => {
  const moving = seen({
    service: service([mine({ rolloutState: 'IN_PROGRESS' }), old()]),
    serviceDeployment: sd('IN_PROGRESS'),
  });
  test('the deadline ends an open rollout as TIMED_OUT', () => {
    expect(decide(moving, { ...terms, now: 600_000, stallAfter: 1e9 })).toEqual({
      kind: 'TIMED_OUT',
      reason: 'still IN_PROGRESS at the deadline',
    });
  });
  test('nothing moving for the stall time ends it as STALLED', () => {
    expect(decide(moving, { ...terms, now: 300_000 })).toEqual({
      kind: 'STALLED',
      reason: 'no progress for 5 min; still IN_PROGRESS',
    });
  });
  test('a rollback that is still in progress at the deadline has failed, not timed out', () => {
    const rollout = seen({
      serviceDeployment: sd('ROLLBACK_IN_PROGRESS', { rollback: { reason: 'circuit breaker' } }),
    });
    expect(decide(rollout, { ...terms, now: 600_000 })?.kind).toBe('FAILED');
  });
  test('a service that stays missing beyond the grace is UNKNOWN, never a success', () => {
    expect(decide(seen({ service: 'missing' }, 3), { ...terms, now: 29_000 })).toBeUndefined();
    expect(decide(seen({ service: 'missing' }, 3), { ...terms, now: 31_000 })?.kind).toBe('UNKNOWN');
  });
});

describe('the law', () => {
  const states = fc.constantFrom('IN_PROGRESS', 'COMPLETED', 'FAILED', undefined);
  const deployments = fc.uniqueArray(
    fc.record({
      pick: fc.constantFrom(mine, old, newer),
      state: states,
      running: fc.nat(3),
      primary: fc.boolean(),
    }),
    { selector: ({ pick }) => pick, maxLength: 3 },
  );
  const statuses = fc.constantFrom(
    'PENDING',
    'IN_PROGRESS',
    'SUCCESSFUL',
    'STOP_REQUESTED',
    'STOPPED',
    'ROLLBACK_REQUESTED',
    'ROLLBACK_IN_PROGRESS',
    'ROLLBACK_SUCCESSFUL',
    'ROLLBACK_FAILED',
    undefined,
  );

  test('green is only ever said while the service shows our deployment, whatever ECS answers', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(deployments, statuses), { minLength: 1, maxLength: 6 }), (reads) => {
        let rollout = beginRollout(ours, 0);
        reads.forEach(([list, status], index) => {
          const primary = Math.max(
            0,
            list.findIndex((one) => one.primary),
          );
          const read = service(
            list.map(({ pick, state, running }, at) =>
              pick({
                rolloutState: state,
                runningCount: running,
                status: at === primary ? 'PRIMARY' : 'ACTIVE',
              } as Partial<Deployment>),
            ),
          );
          const deployment = status && sd(status, { updatedAt: new Date(created.getTime() + index) });
          rollout = observe(
            { at: index * 1000, service: read, ...(deployment && { serviceDeployment: deployment }) },
            rollout,
          ).rollout;
          const verdict = decide(rollout, { ...terms, now: index * 1000 });
          if (verdict?.kind !== 'SUCCEEDED') return;
          const shown = rollout.service?.deployments?.find((one) => one.id === ours.deploymentId);
          expect(shown).toBeDefined();
          if (deployment) expect(reads.slice(0, index + 1).map(([, one]) => one)).toContain('SUCCESSFUL');
        });
      }),
      { numRuns: 2000 },
    );
  });
});
