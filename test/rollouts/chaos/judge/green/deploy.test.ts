import type { TaskSet } from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import type { Call, Run, Snapshot } from '../evidence.ts';
import { deployed, isFalse, isGreen, kinds } from '../judged.ts';
import {
  before,
  bySets,
  call,
  codeDeploy,
  deployment,
  evidence,
  green,
  made,
  minute,
  read,
  record,
  revision,
  rolledBack,
  run,
  service,
  state,
  taskSet,
} from '../sample.ts';

describe('a deployment by ECS may be called live', () => {
  test.each<[string, Snapshot, string[]]>([
    ['when it is PRIMARY, SUCCESSFUL and runs', state([deployment(2)], [record(1), record(2)]), isGreen],
    [
      'not while it goes on',
      state([deployment(2)], [record(1), record(2, { status: 'IN_PROGRESS' })]),
      isFalse,
    ],
    ['not when ECS went back', state([deployment(1)], [record(1), rolledBack(2)]), isFalse],
    [
      'not when it was stopped',
      state([deployment(2)], [record(1), record(2, { status: 'STOPPED' })]),
      isFalse,
    ],
    [
      'not when it is the old id that a rollback made PRIMARY again, and the rollback goes on',
      state(
        [deployment(2, { rolloutState: 'IN_PROGRESS' })],
        [
          record(2),
          record(3, {
            status: 'ROLLBACK_IN_PROGRESS',
            rollback: { serviceRevisionArn: record(2).targetServiceRevision!.arn },
          }),
        ],
      ),
      isFalse,
    ],
    ['without a service deployment when its rollout is COMPLETED', state([deployment(2)], []), isGreen],
    [
      'not without one while its rollout goes on',
      state([deployment(2, { rolloutState: 'IN_PROGRESS' })], []),
      isFalse,
    ],
    [
      'without either when it is the only one and all of its tasks run',
      state([deployment(2, { rolloutState: undefined })], []),
      isGreen,
    ],
    [
      'not without either while an older one is left',
      state([deployment(2, { rolloutState: undefined }), deployment(1, { status: 'ACTIVE' })], []),
      isFalse,
    ],
    ['not with one task of two', state([deployment(2, { runningCount: 1 })], [record(2)]), isFalse],
    [
      'with one task of two where half is the minimum',
      state([], [record(2)], {
        service: service([deployment(2, { runningCount: 1 })], {
          deploymentConfiguration: { minimumHealthyPercent: 50 },
        }),
      }),
      isGreen,
    ],
    [
      'not with no task where the minimum is 0 percent',
      state([], [record(2)], {
        service: service([deployment(2, { runningCount: 0 })], {
          deploymentConfiguration: { minimumHealthyPercent: 0 },
        }),
      }),
      isFalse,
    ],
    [
      'with no task where none is wanted',
      state([], [record(2)], { service: service([deployment(2, { runningCount: 0 })], { desiredCount: 0 }) }),
      isGreen,
    ],
    [
      'when another replaced it after it was SUCCESSFUL, and it still runs',
      state(
        [deployment(3, { rolloutState: 'IN_PROGRESS' }), deployment(2, { status: 'ACTIVE' })],
        [record(2), record(3, { status: 'IN_PROGRESS' })],
      ),
      isGreen,
    ],
    [
      'not when another replaced it and nothing of it runs',
      state([deployment(3), deployment(2, { status: 'ACTIVE', runningCount: 0 })], [record(2), record(3)]),
      isFalse,
    ],
    [
      'not when the service is being deleted',
      state([], [record(2)], { service: service([deployment(2)], { status: 'DRAINING' }) }),
      isFalse,
    ],
  ])('%s', (_, end, expected) => {
    expect(kinds(evidence([deployed()], end))).toEqual(expected);
  });

  test('not when it is of another version than the requested one', () => {
    const end = state([deployment(2)], [record(2)]);
    expect(kinds(evidence([deployed({ image: 'example/web:3' })], end))).toEqual(isFalse);
  });

  test('not when the run speaks of another than it made', () => {
    const end = state([deployment(2)], [record(2)]);
    const speaks = { ...deployed(), calls: [made('ecs-svc/3')] };
    expect(kinds(evidence([speaks], end))).toEqual(isFalse);
  });

  const toLive = { rollback: { serviceRevisionArn: record(2).targetServiceRevision!.arn } };
  test.each<[string, Run['service'], number, Snapshot, string[]]>([
    [
      'when one of several was to go back, and ECS has rolled that back to it',
      'web',
      1,
      state([deployment(2)], [record(2), record(9, { ...toLive, status: 'ROLLBACK_SUCCESSFUL' })]),
      isGreen,
    ],
    [
      'not while ECS still rolls that back',
      'web',
      1,
      state(
        [deployment(2, { rolloutState: 'IN_PROGRESS' })],
        [record(2), record(9, { ...toLive, status: 'ROLLBACK_IN_PROGRESS' })],
      ),
      isFalse,
    ],
    [
      'not when one of several has gone back',
      'web',
      1,
      state([deployment(9, { taskDefinition: revision(1) })], [record(2), record(9)]),
      isFalse,
    ],
    [
      'not when what was rolled back to it was of the requested version',
      'web',
      2,
      state([deployment(2)], [record(2), record(9, { ...toLive, status: 'ROLLBACK_SUCCESSFUL' })]),
      isFalse,
    ],
    [
      'not of the only service',
      undefined,
      1,
      state([deployment(2)], [record(2), record(9, { ...toLive, status: 'ROLLBACK_SUCCESSFUL' })]),
      isFalse,
    ],
  ])('%s', (_, of, version, end, expected) => {
    const goes = deployment(9, { taskDefinition: revision(version) });
    const during = state([goes, deployment(2, { status: 'ACTIVE' })], [record(2), record(9)], {
      at: 4 * minute,
    });
    const ended = { ...deployed(), service: of, calls: [made('ecs-svc/2'), made('ecs-svc/9')] };
    expect(kinds(evidence([ended], [during, end]))).toEqual(expected);
  });

  test('unless its answer showed that one, and reads are later than 30 seconds: nothing tells it apart', () => {
    const end = state([deployment(2)], [record(2)]);
    const answered = { ...made('ecs-svc/3'), answer: { service: service([deployment(2)]) } };
    const speaks = { ...deployed(), calls: [answered] };
    expect(kinds(evidence([speaks], end, { behind: 90_000 }))).toEqual([]);
    expect(kinds(evidence([speaks], end, { behind: 28_000 }))).toEqual(isFalse);
  });

  test('for as long as a read may be behind after it was, and no longer', () => {
    const was = state([deployment(2)], [record(2)], { at: 5 * minute });
    const gone = (at: number) => state([deployment(1)], [record(1), record(2)], { at });
    expect(kinds(evidence([deployed()], [was, gone(10 * minute - 20_000)]))).toEqual(isGreen);
    expect(kinds(evidence([deployed()], [was, gone(10 * minute - 40_000)]))).toEqual(isFalse);
  });
});

describe('short of completed', () => {
  const at = (lifecycleStage: string, weight: number, more = {}) =>
    record(2, {
      status: 'IN_PROGRESS',
      lifecycleStage: lifecycleStage as never,
      targetServiceRevision: {
        ...record(2).targetServiceRevision,
        requestedProductionTrafficWeight: weight,
      },
      ...more,
    });
  const running = [deployment(2, { rolloutState: 'IN_PROGRESS' }), deployment(1, { status: 'ACTIVE' })];
  const dead = [deployment(2, { rolloutState: 'IN_PROGRESS', runningCount: 0 })];
  test.each<[string, string, Snapshot, string[]]>([
    ['all of the traffic', 'traffic-shifted', state(running, [at('BAKE_TIME', 100)]), isGreen],
    ['a part of it', 'traffic-shifted', state(running, [at('PRODUCTION_TRAFFIC_SHIFT', 50)]), isFalse],
    ['all of it, and nothing runs', 'traffic-shifted', state(dead, [at('BAKE_TIME', 100)]), isFalse],
    [
      'all of it, and a rollback has begun',
      'traffic-shifted',
      state(running, [at('BAKE_TIME', 100, { status: 'ROLLBACK_REQUESTED' })]),
      isFalse,
    ],
    ['the stage asked for', 'stage:BAKE_TIME', state(running, [at('BAKE_TIME', 100)]), isGreen],
    ['a stage before it', 'stage:BAKE_TIME', state(running, [at('POST_SCALE_UP', 0)]), isFalse],
    [
      'a stage in which nothing runs yet',
      'stage:PRE_SCALE_UP',
      state(dead, [at('PRE_SCALE_UP', 0)]),
      isGreen,
    ],
  ])('%s', (_, until, end, expected) => {
    expect(kinds(evidence([deployed({ until })], end))).toEqual(expected);
  });

  test('PAUSED is green only where it was requested and something waits', () => {
    const waiting = state(running, [
      at('POST_SCALE_UP', 0, { lifecycleHookDetails: [{ status: 'AWAITING_ACTION' }] }),
    ]);
    const paused = (until: string) => ({ ...deployed({ until }), said: green({ verdict: 'PAUSED' }) });
    expect(kinds(evidence([paused('paused')], waiting))).toEqual(isGreen);
    expect(kinds(evidence([paused('completed')], waiting))).toEqual(isFalse);
    expect(kinds(evidence([paused('paused')], state(running, [at('BAKE_TIME', 100)])))).toEqual(isFalse);
  });

  test('STARTED is green where the deployment is there', () => {
    const started = {
      ...deployed({ until: 'started' }),
      said: green({ verdict: 'STARTED', 'deployment-id': 'ecs-svc/2' }),
    };
    expect(kinds(evidence([started], state(running, [at('PRE_SCALE_UP', 0)])))).toEqual(isGreen);
    expect(kinds(evidence([started], before))).toEqual(isFalse);
  });
});

describe('by the other controllers', () => {
  const byCodeDeploy = (until = 'completed') =>
    run(
      { until },
      {
        calls: [
          call('CreateDeployment', { made: ['d-2'], wrote: true, at: 2 * minute }),
          call('BatchGetDeployments'),
        ],
        said: green({ verdict: 'SUCCEEDED', 'deployment-id': 'd-2' }),
      },
    );
  const inProgress = { status: 'InProgress', completeTime: undefined };
  test.each<[string, string, Snapshot, string[]]>([
    [
      'Succeeded, PRIMARY and steady',
      'completed',
      bySets('CODE_DEPLOY', [taskSet(2)], [codeDeploy(2)]),
      isGreen,
    ],
    [
      'Succeeded, and not steady',
      'completed',
      bySets('CODE_DEPLOY', [taskSet(2, { stabilityStatus: 'STABILIZING' })], [codeDeploy(2)]),
      isFalse,
    ],
    [
      'Succeeded, and another is PRIMARY',
      'completed',
      bySets('CODE_DEPLOY', [taskSet(1), taskSet(2, { status: 'ACTIVE' })], [codeDeploy(2)]),
      isFalse,
    ],
    [
      'Succeeded, and rolled back',
      'completed',
      bySets('CODE_DEPLOY', [taskSet(2)], [codeDeploy(2, { rollbackInfo: { rollbackDeploymentId: 'd-3' } })]),
      isFalse,
    ],
    [
      'Succeeded, and nothing runs',
      'completed',
      bySets('CODE_DEPLOY', [taskSet(2, { runningCount: 0 })], [codeDeploy(2)]),
      isFalse,
    ],
    [
      'AllowTraffic Succeeded',
      'traffic-shifted',
      bySets('CODE_DEPLOY', [taskSet(2)], [codeDeploy(2, inProgress, { AllowTraffic: 'Succeeded' })]),
      isGreen,
    ],
    [
      'AllowTraffic Succeeded, and a later event Failed',
      'traffic-shifted',
      bySets(
        'CODE_DEPLOY',
        [taskSet(2)],
        [codeDeploy(2, inProgress, { AllowTraffic: 'Succeeded', AfterAllowTraffic: 'Failed' })],
      ),
      isFalse,
    ],
    [
      'the event still pending',
      'codedeploy:AfterAllowTraffic',
      bySets('CODE_DEPLOY', [taskSet(2)], [codeDeploy(2, inProgress, { AfterAllowTraffic: 'Pending' })]),
      isFalse,
    ],
  ])('CODE_DEPLOY: %s', (_, until, end, expected) => {
    expect(kinds(evidence([byCodeDeploy(until)], end))).toEqual(expected);
  });

  const bySet = run(
    {},
    {
      calls: [
        call('CreateTaskSet', { made: ['ecs-svc/2'], wrote: true, at: 2 * minute }),
        call('DescribeTaskSets'),
      ],
      said: green({ verdict: 'SUCCEEDED', 'deployment-id': 'ecs-svc/2' }),
    },
  );
  test.each<[string, Snapshot, string[]]>([
    ['PRIMARY, steady and alone', bySets('EXTERNAL', [taskSet(2)]), isGreen],
    [
      'the older set is still there',
      bySets('EXTERNAL', [taskSet(2), taskSet(1, { status: 'ACTIVE' })]),
      isFalse,
    ],
    [
      'the older set is stopping',
      bySets('EXTERNAL', [taskSet(2), taskSet(1, { status: 'DRAINING' })]),
      isGreen,
    ],
    [
      'somebody took its traffic away',
      bySets('EXTERNAL', [taskSet(2, { runningCount: 0, computedDesiredCount: 0 })]),
      isFalse,
    ],
    [
      'no task is wanted',
      bySets('EXTERNAL', [taskSet(2, { runningCount: 0, computedDesiredCount: 0 })], [], { desiredCount: 0 }),
      isGreen,
    ],
    [
      'somebody keeps another beside it',
      bySets('EXTERNAL', [taskSet(2), taskSet(1, { id: 'ecs-svc/0', status: 'ACTIVE' })]),
      isGreen,
    ],
    [
      'a run that was killed has left another beside it',
      bySets('EXTERNAL', [
        taskSet(2),
        taskSet(1, { id: 'ecs-svc/0', status: 'ACTIVE', externalId: 'landfall/web:1/replaces/1' }),
      ]),
      isFalse,
    ],
    ['it is not PRIMARY', bySets('EXTERNAL', [taskSet(1), taskSet(2, { status: 'ACTIVE' })]), isFalse],
  ])('EXTERNAL: %s', (_, end, expected) => {
    const served = { ...bySets('EXTERNAL', [taskSet(1)]), at: 3 * minute };
    expect(kinds(evidence([bySet], [served, end]))).toEqual(expected);
  });

  test.each<[string, number, string[]]>([
    ['lost the traffic before ours was made', 2 * minute - 1, isGreen],
    ['had the traffic when ours was made', 2 * minute + 1, isFalse],
  ])('EXTERNAL: next to one that %s', (_, takenBackAt, expected) => {
    const [old, beside] = [taskSet(1, { id: 'ecs-svc/0' }), taskSet(1, { status: 'ACTIVE' })];
    const ours = taskSet(2, { createdAt: new Date(2 * minute) });
    const history = [
      { ...bySets('EXTERNAL', [taskSet(1), { ...old, status: 'ACTIVE' }]), at: minute + 1 },
      { ...bySets('EXTERNAL', [old, beside]), at: takenBackAt },
      bySets('EXTERNAL', [ours, beside]),
    ];
    expect(kinds(evidence([bySet], history))).toEqual(expected);
  });
});

test('what was only followed is judged by what was served where reads were behind for too long', () => {
  const sets = (more: Partial<TaskSet>) => bySets('CODE_DEPLOY', [taskSet(2, more)], [codeDeploy(2)]);
  const down = sets({ stabilityStatus: 'STABILIZING', runningCount: 0 });
  const followed = (shown: Snapshot, calls: Run['calls'] = []) =>
    run(
      {},
      {
        calls: [
          ...calls,
          call('BatchGetDeployments', { answer: { deploymentsInfo: [codeDeploy(2).info] } }),
          read(10 * minute, shown),
        ],
        said: green({ verdict: 'SUCCEEDED', 'codedeploy-deployment-id': 'd-2' }),
      },
    );
  const judged = (one: Run) => kinds(evidence([one], down, { behind: 90_000 }));
  expect(judged(followed(sets({})))).toEqual(isGreen);
  expect(judged(followed(down))).toEqual(isFalse);
  expect(judged(followed(sets({}), [call('CreateDeployment', { made: ['d-2'], wrote: true })]))).toEqual(
    isFalse,
  );
});

describe('a requested desired count that someone changed afterwards', () => {
  const counted = (ids: string[], count = 4) =>
    run(
      { count },
      {
        calls: [call('UpdateService', { at: 2 * minute, made: ids, wrote: true }), call('DescribeServices')],
        said: green({ verdict: 'SUCCEEDED', 'deployment-id': 'd-2' }),
      },
    );
  const live2 = bySets('CODE_DEPLOY', [taskSet(2)], [codeDeploy(2)]);
  const onItsWay = bySets(
    'CODE_DEPLOY',
    [taskSet(1), taskSet(2, { status: 'ACTIVE' })],
    [codeDeploy(2, { status: 'InProgress' })],
  );
  test.each<[string, Run, Snapshot, string[]]>([
    ['is held where it was all that was done', counted([]), live2, isFalse],
    ['is held where so many run', counted([], 2), live2, isGreen],
    ['is only to be seen set beside a deployment of ours', counted(['d-2']), live2, isGreen],
    ['is only to be seen set beside one that is followed', counted([]), onItsWay, isGreen],
  ])('%s', (_, one, found, expected) => {
    expect(kinds(evidence([one], [{ ...found, at: minute + 1 }, live2]))).toEqual(expected);
  });

  test.each([
    ['was seen set by a run that wrote nothing', 4, isGreen],
    ['was seen by no run', 2, isFalse],
  ])('%s', (_, seen, expected) => {
    const shown = {
      ...live2.service!,
      desiredCount: seen,
      taskSets: [taskSet(2, { computedDesiredCount: seen, runningCount: seen })],
    };
    const one = run(
      { count: 4 },
      {
        calls: [read(2 * minute, { ...live2, service: shown }), read(3 * minute, live2)],
        said: green({ verdict: 'SUCCEEDED', 'deployment-id': 'd-2' }),
      },
    );
    expect(kinds(evidence([one], [{ ...live2, at: minute + 1 }, live2]))).toEqual(expected);
  });
});

describe("a forced deployment that someone else made of the same version is the run's own", () => {
  const killed = run({ force: true }, { startedAt: 2 * minute, endedAt: 2 * minute + 1000 });
  const startedAt = 3 * minute;
  const takes = (verdict: string): Run => ({
    ...run({ force: true }, { attempt: 2, startedAt, endedAt: 4 * minute }),
    calls: [call('UpdateService', { at: 4 * minute, answer: undefined, wrote: true })],
    said: green({ verdict, 'deployment-id': 'ecs-svc/9' }),
  });
  const shown = (at: number, version: number) =>
    state([deployment(9, { taskDefinition: revision(version) })], [record(9)], { at });
  const after = shown(startedAt + 20_000, 2);
  test.each<[string, readonly Run[], Snapshot, string[]]>([
    ['where the attempt before was killed when it was about to write', [killed], after, isGreen],
    ['not where none was killed', [], after, isFalse],
    ['not where that came to an end', [{ ...killed, said: green({ verdict: 'STARTED' }) }], after, isFalse],
    ['not where that has made its own', [{ ...killed, calls: [made('ecs-svc/8')] }], after, isFalse],
    ['not where it was there before', [killed], shown(2 * minute, 2), isFalse],
    ['not once it has been looked for', [killed], shown(startedAt + 31_000, 2), isFalse],
    ['not of another version', [killed], shown(startedAt + 20_000, 3), isFalse],
  ])('%s', (_, earlier, end, expected) => {
    for (const verdict of ['STARTED', 'SUCCEEDED']) {
      const breaches = kinds(evidence([...earlier, takes(verdict)], end));
      expect(breaches.filter((kind) => kind === 'false-green').slice(0, 1)).toEqual(expected);
    }
  });
});

describe("another's deployment of the same version that replaced the run's own may be taken for it", () => {
  const at = 2 * minute;
  const write = { ...made('ecs-svc/8'), at, answer: undefined };
  const own = state([deployment(8, { taskDefinition: revision(2) })], [record(8)], { at });
  const shown = (later: number, version: number) =>
    state([deployment(9, { taskDefinition: revision(version) })], [record(9)], { at: at + later });
  test.each<[string, readonly Call[], Snapshot, string[]]>([
    ['where no answer has shown its own', [write], shown(1000, 2), isGreen],
    ['not where a read has shown its own', [write, read(at + 500, own)], shown(1000, 2), isFalse],
    ['not where it came later than a read may be', [write], shown(31_000, 2), isFalse],
    ['not of another version', [write], shown(1000, 3), isFalse],
  ])('%s', (_, calls, end, expected) => {
    for (const verdict of ['STARTED', 'SUCCEEDED']) {
      const said = green({ verdict, 'deployment-id': 'ecs-svc/9' });
      const one = { ...run({}), calls: [...calls, call('DescribeServices')], said };
      expect(kinds(evidence([one], [own, end])).slice(0, 1)).toEqual(expected);
    }
  });
});
