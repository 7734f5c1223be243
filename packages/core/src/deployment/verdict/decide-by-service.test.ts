import { describe, expect, test } from '@jest/globals';
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

describe('with DescribeServices alone', () => {
  const failed = mine({
    rolloutState: 'FAILED',
    rolloutStateReason: 'ECS deployment circuit breaker: tasks failed to start.',
  });
  const rollingBack = newer({
    taskDefinition: td(1),
    rolloutStateReason: 'ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/1000.',
  });
  const withRollback = {
    deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
  };
  test.each<[string, Rollout, string | undefined]>([
    ['COMPLETED and PRIMARY is live', seen({ service: service([mine()]) }), 'SUCCEEDED'],
    ['D14: FAILED with a single deployment left has failed', seen({ service: service([failed]) }), 'FAILED'],
    [
      'FAILED with rollback on waits for the deployment that rolls back',
      seen({ service: service([failed], withRollback) }),
      undefined,
    ],
    [
      'the deployment that rolls back is followed to its end',
      seen({ service: service([rollingBack, { ...failed, status: 'ACTIVE' }]) }),
      undefined,
    ],
    [
      'the deployment that rolled back has completed',
      seen({ service: service([{ ...rollingBack, rolloutState: 'COMPLETED' }]) }),
      'ROLLED_BACK',
    ],
    [
      'D16: a newer deployment supersedes ours',
      seen({ service: service([newer(), mine({ status: 'ACTIVE', rolloutState: 'IN_PROGRESS' })]) }),
      'SUPERSEDED',
    ],
    [
      'a stale read of the service before ours is open',
      seen({ service: service([old({ status: 'PRIMARY' })]) }),
      undefined,
    ],
    [
      'without a rollout state one settled read is not enough',
      seen({ service: service([mine({ rolloutState: undefined })]) }),
      undefined,
    ],
    [
      'without a rollout state settled reads are not enough while they are few',
      seen({ service: service([mine({ rolloutState: undefined })]) }, 6),
      undefined,
    ],
    [
      'without a rollout state a read that was not settled begins them anew',
      seen(
        { service: service([mine({ rolloutState: undefined })]) },
        1,
        seen(
          { service: service([mine({ rolloutState: undefined, runningCount: 1 })]) },
          1,
          seen({ service: service([mine({ rolloutState: undefined })]) }, 41),
        ),
      ),
      undefined,
    ],
    [
      'without a rollout state ours beside another is open',
      seen({ service: service([mine({ rolloutState: undefined }), old()]) }, 3),
      undefined,
    ],
    [
      'one deployment with running = desired that is not ours is never live',
      seen({ service: service([old({ status: 'PRIMARY' })]) }, 5),
      undefined,
    ],
  ])('%s', (_, rollout, kind) => {
    expect(decide(rollout, { ...terms, now: 5000 })?.kind).toBe(kind);
  });

  test('D15: desired count 0 succeeds only as COMPLETED, and says that nothing ran', () => {
    const none = { desiredCount: 0, runningCount: 0 };
    const open = seen({
      service: service([mine({ ...none, rolloutState: 'IN_PROGRESS' })], { desiredCount: 0 }),
    });
    const done = seen({ service: service([mine(none)], { desiredCount: 0 }) });
    expect(decide(open, terms)).toBeUndefined();
    expect(decide(done, terms)).toEqual({
      kind: 'SUCCEEDED',
      live: td(2),
      reason: 'web:2 is in place, but the desired count is 0: no task ran it',
    });
  });

  test('a desired count that the write has set is not taken for the 0 of a read from before it', () => {
    const counted = beginRollout({ ...ours, desiredCount: 1 }, 0);
    const behind = { service: service([mine({ desiredCount: 0, runningCount: 0 })], { desiredCount: 0 }) };
    const { rollout } = observe({ at: 12_000, ...behind, serviceDeployment: sd('SUCCESSFUL') }, counted);
    expect(decide(rollout, { ...terms, now: 12_000 })).toBeUndefined();
    const later = observe({ at: 31_000, ...behind }, rollout);
    expect(decide(later.rollout, { ...terms, now: 31_000 })?.reason).toBe(
      'web:2 is in place; its tasks ran, but the desired count is now 0',
    );
  });

  test('a desired count that was set to 0 after the tasks ran is not called a version that nothing ran', () => {
    const ran = seen({ service: service([mine({ rolloutState: 'IN_PROGRESS' })]) });
    const scaledIn = service([mine({ desiredCount: 0, runningCount: 0 })], { desiredCount: 0 });
    expect(decide(seen({ service: scaledIn }, 1, ran), terms)).toEqual({
      kind: 'SUCCEEDED',
      live: td(2),
      reason: 'web:2 is in place; its tasks ran, but the desired count is now 0',
    });
  });

  test.each([
    ['by the service alone', undefined],
    ['with the service deployment', sd('SUCCESSFUL')],
  ])('complete, and none of its tasks runs: open at first, then a failure; %s', (_, serviceDeployment) => {
    const down = service([mine({ runningCount: 0 })]);
    const rollout = seen({ service: down, ...(serviceDeployment && { serviceDeployment }) }, 3);
    expect(decide(rollout, terms)).toBeUndefined();
    expect(decide(rollout, { ...terms, now: 299_000 })).toBeUndefined();
    expect(decide(rollout, { ...terms, now: 300_000 })).toMatchObject({ kind: 'FAILED' });
    expect(
      decide(seen({ service: service([mine()]) }, 1, rollout), { ...terms, now: 300_000 }),
    ).toMatchObject({
      kind: 'SUCCEEDED',
    });
  });

  test('behind a Classic Load Balancer, settled on every read for forty seconds is live', () => {
    const rollout = seen({ service: service([mine({ rolloutState: undefined })]) }, 41);
    expect(decide(rollout, { ...terms, now: 39_999 })).toBeUndefined();
    expect(decide(rollout, { ...terms, now: 40_000 })?.kind).toBe('SUCCEEDED');
  });

  describe('ours is gone, and the deployment before it is PRIMARY', () => {
    const before = old({ status: 'PRIMARY' });
    const again = old({ status: 'PRIMARY', createdAt: new Date(created.getTime() + 60_000) });
    const shown = seen({ service: service([mine({ rolloutState: 'IN_PROGRESS' }), old()]) });
    test('created again: ECS has rolled back, though no read has shown it do so', () => {
      const rollout = seen({ service: service([again]) }, 1, shown);
      expect(decide(rollout, terms)).toEqual({
        kind: 'ROLLED_BACK',
        reason: 'deployment ecs-svc/1000, which was running before, is PRIMARY again',
        live: td(1),
      });
    });
    test('as it was before: an answer that is behind does not outrank one that shows ours', () => {
      const rollout = seen({ service: service([before]) }, 1, shown);
      expect(rollout.service).toBe(shown.service);
      expect(decide(rollout, terms)).toBeUndefined();
    });
    test('as it was before, on every read for a minute: rolled back', () => {
      const later = observe({ at: 31_000, service: service([before]) }, shown).rollout;
      expect(decide(later, { ...terms, now: 91_000 })).toBeUndefined();
      expect(decide(later, { ...terms, now: 91_001 })?.kind).toBe('ROLLED_BACK');
    });
    test('and no read has ever shown ours: the outcome is unknown', () => {
      const rollout = seen({ service: service([before]) });
      expect(decide(rollout, { ...terms, now: 60_000 })).toBeUndefined();
      expect(decide(rollout, { ...terms, now: 60_001 })).toEqual({
        kind: 'UNKNOWN',
        reason: 'ECS has accepted deployment ecs-svc/2000, but has shown the service without it for 60 s',
      });
    });
  });

  test('an id not seen before, which an event of the service names as the goal of the rollback: a rollback', () => {
    const back = newer({ taskDefinition: td(1), rolloutState: undefined });
    const events = [
      { id: '1', createdAt: created, message: '(service web) rolling back to deployment ecs-svc/3000.' },
    ];
    const rollout = seen({ service: service([back, mine({ status: 'ACTIVE' })], { events }) });
    expect(decide(rollout, terms)?.kind).toBe('ROLLED_BACK');
    expect(decide(seen({ service: service([back, mine({ status: 'ACTIVE' })]) }), terms)?.kind).toBe(
      'SUPERSEDED',
    );
  });

  test('an id not seen before, of the version before ours, after the circuit breaker failed ours: SUPERSEDED', () => {
    const failed = seen({ service: service([mine({ rolloutState: 'FAILED' }), old()]) });
    const theirs = service([newer({ taskDefinition: td(1) }), mine({ status: 'ACTIVE' }), old()]);
    expect(decide(seen({ service: theirs }, 1, failed), terms)).toEqual({
      kind: 'SUPERSEDED',
      reason: 'superseded by deployment ecs-svc/3000 of web:1; this run deployed web:2',
    });
  });

  test("someone else's deployment that superseded ours and was rolled back itself: SUPERSEDED anyway", () => {
    const theirs = seen({
      service: service([newer({ rolloutState: 'FAILED' }), mine({ status: 'ACTIVE' })]),
    });
    const back = old({ status: 'PRIMARY', createdAt: new Date(created.getTime() + 60_000) });
    expect(decide(seen({ service: service([back]) }, 1, theirs), terms)).toMatchObject({
      kind: 'SUPERSEDED',
      reason: 'superseded by deployment ecs-svc/3000 of web:3; this run deployed web:2',
    });
  });

  test.each([
    [1, 'only 1 of its 10 tasks is running, and at least 10 must be'],
    [9, 'only 9 of its 10 tasks are running, and at least 10 must be'],
  ])('complete with %i of 10 tasks is not live', (runningCount, state) => {
    const few = service([mine({ desiredCount: 10, runningCount })], { desiredCount: 10 });
    const rollout = seen({ service: few }, 2);
    expect(decide(rollout, terms)).toBeUndefined();
    expect(decide(rollout, { ...terms, now: 300_000 })).toMatchObject({
      kind: 'FAILED',
      reason: `deployment ecs-svc/2000 of web:2 has completed, but ${state}, after 5 min`,
    });
  });

  test('tasks that an autoscaler asks for after completion are not missing', () => {
    const done = seen({ service: service([mine()]) });
    const more = service([mine({ desiredCount: 6 })], { desiredCount: 6 });
    expect(decide(seen({ service: more }, 1, done), terms)?.kind).toBe('SUCCEEDED');
  });
});
