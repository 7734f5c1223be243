import type { Deployment, Service, ServiceDeployment } from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { observe } from '../rollout/observe.ts';
import { beginRollout, type Rollout, type TrackedDeployment } from '../rollout/rollout.ts';
import type { Terms } from '../rollout/wait-conditions.ts';
import { decide } from './decide.ts';

const td = (revision: number) => `arn:aws:ecs:eu-west-1:123456789012:task-definition/web:${revision}`;
const created = new Date('2030-01-01T00:00:10Z');
const ours: TrackedDeployment = {
  cluster: 'main',
  service: 'web',
  serviceArn: 'arn:aws:ecs:eu-west-1:123456789012:service/main/web',
  deploymentId: 'ecs-svc/2000',
  taskDefinition: td(2),
  createdAt: created.getTime(),
  previous: { deploymentId: 'ecs-svc/1000', taskDefinition: td(1) },
};
const terms: Terms = {
  now: 60_000,
  deadline: 600_000,
  stallAfter: 300_000,
  grace: 30_000,
  until: 'completed',
  waitThroughPause: false,
  failFast: true,
};

const mine = (more: Partial<Deployment> = {}): Deployment => ({
  id: 'ecs-svc/2000',
  status: 'PRIMARY',
  taskDefinition: td(2),
  createdAt: created,
  desiredCount: 2,
  runningCount: 2,
  pendingCount: 0,
  failedTasks: 0,
  rolloutState: 'COMPLETED',
  ...more,
});
const old = (more: Partial<Deployment> = {}): Deployment => ({
  id: 'ecs-svc/1000',
  status: 'ACTIVE',
  taskDefinition: td(1),
  createdAt: new Date('2029-12-31T00:00:00Z'),
  desiredCount: 2,
  runningCount: 2,
  pendingCount: 0,
  failedTasks: 0,
  rolloutState: 'COMPLETED',
  ...more,
});
const newer = (more: Partial<Deployment> = {}): Deployment => ({
  id: 'ecs-svc/3000',
  status: 'PRIMARY',
  taskDefinition: td(3),
  createdAt: new Date('2030-01-01T00:00:30Z'),
  desiredCount: 2,
  runningCount: 0,
  pendingCount: 2,
  rolloutState: 'IN_PROGRESS',
  ...more,
});
const service = (deployments: Deployment[], more: Partial<Service> = {}): Service => ({
  serviceName: 'web',
  status: 'ACTIVE',
  desiredCount: 2,
  deployments,
  events: [],
  ...more,
});
const sd = (status: string, more: Partial<ServiceDeployment> = {}): ServiceDeployment => ({
  serviceDeploymentArn: 'arn:sd',
  status: status as ServiceDeployment['status'],
  updatedAt: created,
  targetServiceRevision: {
    arn: 'arn:rev/2000',
    requestedTaskCount: 2,
    runningTaskCount: 2,
    pendingTaskCount: 0,
  },
  ...more,
});
const seen = (
  parts: { service?: Service | 'missing'; serviceDeployment?: ServiceDeployment },
  times = 1,
  from: Rollout = beginRollout(ours, 0),
) => {
  let rollout = from;
  for (let n = 0; n < times; n += 1) rollout = observe({ at: 1000 * n, ...parts }, rollout).rollout;
  return rollout;
};

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
