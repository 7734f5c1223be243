import { readdirSync, readFileSync } from 'node:fs';
import type { TaskSet } from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import type { Call, Evidence, Run, Snapshot } from './evidence.ts';
import { judge } from './judge.ts';
import {
  before,
  bySets,
  call,
  codeDeploy,
  deployment,
  evidence,
  green,
  image,
  made,
  minute,
  read,
  record,
  red,
  revision,
  rolledBack,
  run,
  service,
  state,
  task,
  taskSet,
} from './sample.ts';

const kinds = (given: Evidence) => judge(given).map(({ kind }) => kind);
const isGreen: string[] = [];
const isFalse = ['false-green'];

/** The run that made `ecs-svc/2` and says that it is live. */
const deployed = (asked: Partial<Run['asked']> = {}) =>
  run(asked, {
    calls: [made('ecs-svc/2'), call('DescribeServices')],
    said: green({ verdict: 'SUCCEEDED', 'deployment-id': 'ecs-svc/2' }),
  });

test('the judge knows nothing of the code that it judges', () => {
  const folder = new URL('.', import.meta.url);
  const imported = readdirSync(folder)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .flatMap((name) => [...readFileSync(new URL(name, folder), 'utf8').matchAll(/from '([^']+)'/g)])
    .map(([, from]) => from!)
    .filter((from) => !/^\.\/[a-z-]+\.ts$/.test(from));
  expect([...new Set(imported)].sort()).toEqual(['@aws-sdk/client-codedeploy', '@aws-sdk/client-ecs']);
});

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

  test('not when it is of another version than the one requested', () => {
    const end = state([deployment(2)], [record(2)]);
    expect(kinds(evidence([deployed({ image: 'example/web:3' })], end))).toEqual(isFalse);
  });

  test('not when the run speaks of another than it made', () => {
    const end = state([deployment(2)], [record(2)]);
    const speaks = { ...deployed(), calls: [made('ecs-svc/3')] };
    expect(kinds(evidence([speaks], end))).toEqual(isFalse);
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
  ])('EXTERNAL: alongside one that %s', (_, takenBackAt, expected) => {
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

describe('a desired count that was requested, and that someone changed again', () => {
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
});

describe('NOOP', () => {
  const live2 = state([deployment(2)], [record(2)]);
  const noop = (shown: Snapshot, more: Partial<Run> = {}, asked: Partial<Run['asked']> = {}) =>
    run(asked, {
      calls: [read(10 * minute - 4000, shown), read(10 * minute, shown)],
      said: green({ verdict: 'NOOP' }),
      ...more,
    });
  test.each<[string, Run, Snapshot, string[]]>([
    ['two reads, 4 seconds apart, show it', noop(live2), live2, isGreen],
    ['one read shows it', noop(live2, { calls: [read(10 * minute, live2)] }), live2, isFalse],
    ['something was written', noop(live2, { calls: [...noop(live2).calls, made()] }), live2, isFalse],
    ['another version is live', noop(before), before, isFalse],
    [
      'a deployment is under way',
      noop(live2),
      state([deployment(2), deployment(3)], [record(2), record(3, { status: 'IN_PROGRESS' })]),
      isFalse,
    ],
    ['a new deployment was forced', noop(live2, {}, { force: true }), live2, isFalse],
    ['the count is another', noop(live2, {}, { count: 4 }), live2, isFalse],
    ['nothing of it runs', noop(live2), state([deployment(2, { runningCount: 0 })], [record(2)]), isFalse],
  ])('%s', (_, one, end, expected) => {
    expect(kinds(evidence([one], end))).toEqual(expected);
  });

  test.each<[string, string, string[]]>([
    ['that somebody keeps', 'canary', isGreen],
    ['that a run of Landfall has begun', 'landfall/web:3/replaces/2', isFalse],
  ])('EXTERNAL: alongside a task set %s', (_, externalId, expected) => {
    const end = bySets('EXTERNAL', [taskSet(2), taskSet(3, { status: 'ACTIVE', externalId })]);
    expect(kinds(evidence([noop(end)], end))).toEqual(expected);
  });

  test('is judged by what was served where reads were behind for longer than they should be', () => {
    const end = state([deployment(3)], [record(2), record(3)]);
    expect(kinds(evidence([noop(live2)], end, { behind: 90_000 }))).toEqual(isGreen);
    expect(kinds(evidence([noop(end)], end, { behind: 90_000 }))).toEqual(isFalse);
  });
});

describe('wait-for-service', () => {
  const waited = (asked: Partial<Run['asked']>, id: string, shown: Snapshot) =>
    run(
      { operation: 'wait', image: undefined as never, ...asked },
      {
        calls: [read(2 * minute, shown), read(10 * minute, shown)],
        said: green({ verdict: 'SUCCEEDED', 'deployment-id': id }),
      },
    );
  const live2 = state([deployment(2)], [record(1), record(2)]);
  const backTo1 = state([deployment(1)], [record(1), rolledBack(2)]);
  test.each<[string, Run, Snapshot, string[]]>([
    ['the newest is live', waited({}, 'ecs-svc/2', live2), live2, isGreen],
    ['the newest was rolled back', waited({}, 'ecs-svc/1', backTo1), backTo1, isFalse],
    [
      'the one asked for was rolled back',
      waited({ deploymentId: 'ecs-svc/2' }, 'ecs-svc/2', backTo1),
      backTo1,
      isFalse,
    ],
    [
      'the version asked for is live again',
      waited({ image: 'example/web:1' }, 'ecs-svc/1', backTo1),
      backTo1,
      isGreen,
    ],
    ['another version is asked for', waited({ image: 'example/web:3' }, 'ecs-svc/2', live2), live2, isFalse],
    [
      'a newer one is not seen yet',
      waited({}, 'ecs-svc/2', live2),
      state(
        [deployment(3), deployment(2, { status: 'ACTIVE' })],
        [record(2), record(3, { status: 'IN_PROGRESS' })],
        {
          at: 3 * minute,
        },
      ),
      isFalse,
    ],
  ])('%s', (_, one, end, expected) => {
    expect(kinds(evidence([one], end))).toEqual(expected);
  });

  test('of a revision that is named another one of the same version does not matter', () => {
    const end = state(
      [deployment(3), deployment(2, { status: 'ACTIVE' })],
      [record(2), record(3, { status: 'IN_PROGRESS' })],
    );
    const images = { ...evidence([], before).images, [revision(3)]: image(2) };
    const named = (asked: Partial<Run['asked']>) =>
      kinds(evidence([waited({ image: image(2), ...asked }, 'ecs-svc/2', end)], [live2, end], { images }));
    expect(named({ revision: revision(2) })).toEqual(isGreen);
    expect(named({ revision: revision(3) })).toEqual(isFalse);
  });

  test('EXTERNAL: what a run of Landfall has begun is waited for, and no other task set alongside the primary one', () => {
    const beside = (externalId: string) =>
      bySets('EXTERNAL', [taskSet(1), taskSet(2, { status: 'ACTIVE', externalId })]);
    const end = beside('canary');
    expect(kinds(evidence([waited({}, 'ecs-svc/1', end)], end))).toEqual(isGreen);
    const begun = beside('landfall/web:2/replaces/1');
    expect(kinds(evidence([waited({}, 'ecs-svc/1', begun)], begun))).toEqual(isFalse);
  });

  test('looks for 30 seconds where it was over at first', () => {
    const one = {
      ...waited({}, 'ecs-svc/2', live2),
      calls: [read(10 * minute - 5000, live2), read(10 * minute, live2)],
    };
    expect(kinds(evidence([one], live2))).toEqual(isFalse);
  });
});

describe('a rollback', () => {
  const live = (version: number, at: number, records: number[]) =>
    state(
      [deployment(version)],
      records.map((one) => record(one)),
      { at },
    );
  const three = [live(2, minute + 1, [1, 2]), live(3, minute + 2, [1, 2, 3])];
  const back = (more: Partial<Run> = {}) =>
    run(
      { operation: 'rollback', image: undefined as never },
      {
        calls: [
          call('UpdateService', { at: 2 * minute, made: ['ecs-svc/9'], wrote: true }),
          call('DescribeServices'),
        ],
        said: green({ verdict: 'SUCCEEDED', 'deployment-id': 'ecs-svc/9' }),
        ...more,
      },
    );
  const to = (version: number, at = 5 * minute) =>
    state(
      [deployment(version, { id: 'ecs-svc/9' })],
      [record(3), { ...record(9), createdAt: new Date(2 * minute) }],
      { at },
    );
  test.each<[string, readonly Snapshot[], string[]]>([
    ['to the version before', [...three, to(2)], isGreen],
    ['to the one before that', [...three, to(1)], isFalse],
    ['that leaves the version to go', [...three, to(3)], isFalse],
    [
      'that leaves tasks of the version to go',
      [
        ...three,
        {
          ...to(2),
          service: service([deployment(2, { id: 'ecs-svc/9' }), deployment(3, { status: 'ACTIVE' })]),
        },
      ],
      isFalse,
    ],
    ['where there is no version before', [to(1)], isFalse],
  ])('%s', (_, history, expected) => {
    expect(kinds(evidence([back()], history))).toEqual(expected);
  });

  test('that ECS rolls back to an earlier deployment of the same version may be red', () => {
    const rolled = { ...rolledBack(9), createdAt: new Date(2 * minute) };
    const end = state([deployment(2)], [record(2), record(3), rolled], { at: 5 * minute });
    const said = {
      ...red('ROLLED_BACK')!,
      outputs: { verdict: 'ROLLED_BACK', 'deployment-id': 'ecs-svc/9' },
    };
    expect(kinds(evidence([back({ said })], [...three, end]))).toEqual([]);
  });

  test.each<[string, readonly TaskSet[], string[]]>([
    ['that somebody else has started since is not for it to remove', [taskSet(3)], isGreen],
    ['that was there when it began is', [taskSet(3), taskSet(4, { taskDefinition: revision(3) })], isFalse],
  ])('a task set of the version to go %s', (_, found, expected) => {
    const start = bySets('EXTERNAL', found);
    const end = bySets('EXTERNAL', [
      taskSet(9, { taskDefinition: revision(2) }),
      taskSet(4, { taskDefinition: revision(3), status: 'ACTIVE' }),
    ]);
    const one = back({
      before: { ...start, at: 2 * minute },
      calls: [call('CreateTaskSet', { at: 2 * minute, made: ['ecs-svc/9'], wrote: true, before: start })],
    });
    const history = [2, 3].map((version) => ({
      ...bySets('EXTERNAL', [taskSet(version)]),
      at: minute + version,
    }));
    expect(kinds(evidence([one], [...history, end]))).toEqual(expected);
  });

  test('goes to the version that was live before the present one first became live', () => {
    const again = [...three, live(2, minute + 3, [1, 2, 3]), to(1)];
    expect(kinds(evidence([back()], again))).toEqual(isGreen);
    expect(kinds(evidence([back()], [...again.slice(0, 3), to(3)]))).toEqual(isFalse);
  });

  test.each<[string, Snapshot, Snapshot]>([
    [
      'by CodeDeploy in its termination wait',
      bySets(
        'CODE_DEPLOY',
        [taskSet(2), taskSet(1, { status: 'ACTIVE' })],
        [codeDeploy(2, { status: 'InProgress' })],
      ),
      bySets('CODE_DEPLOY', [taskSet(1)], [codeDeploy(2, { status: 'Stopped' })]),
    ],
    [
      'that took over from a task set which still runs',
      bySets('EXTERNAL', [taskSet(2), taskSet(1, { status: 'ACTIVE' })]),
      bySets('EXTERNAL', [taskSet(1)]),
    ],
  ])('of a deployment %s leads to what it replaced', (_, start, end) => {
    const one = back({
      calls: [
        call('StopDeployment', { at: 4 * minute, wrote: true, before: start }),
        call('DescribeServices'),
      ],
    });
    const first = bySets(start.service?.deploymentController?.type as 'EXTERNAL', [taskSet(1)]);
    const history = (last: Snapshot) => [{ ...first, at: minute }, { ...start, at: minute + 1 }, last];
    expect(kinds(evidence([one], history(end)))).toEqual(isGreen);
    expect(kinds(evidence([one], history(start)))).toEqual(isFalse);
  });

  test('is not undone by an attempt after one that has begun it', () => {
    const sets = (at: number, status: 'Created' | 'Stopped') => ({
      ...bySets('CODE_DEPLOY', [taskSet(3)], [codeDeploy(3), codeDeploy(9, { status })]),
      at,
    });
    const start = { ...bySets('CODE_DEPLOY', [taskSet(3)], [codeDeploy(3)]), at: minute + 2 };
    const first = back({
      // In the same millisecond as the last read before it.
      calls: [call('CreateDeployment', { at: 2 * minute, made: ['d-9'], wrote: true, before: start })],
      endedAt: 2 * minute,
      said: undefined,
    });
    const second = back({
      startedAt: 2 * minute,
      calls: [
        call('StopDeployment', { at: 3 * minute, wrote: true, before: sets(2 * minute, 'Created') }),
        call('DescribeServices'),
      ],
      said: green({ verdict: 'ROLLED_BACK', 'deployment-id': 'd-9' }),
    });
    const live2 = { ...bySets('CODE_DEPLOY', [taskSet(2)], [codeDeploy(2)]), at: minute + 1 };
    const history = [live2, start, sets(2 * minute, 'Created'), sets(3 * minute, 'Stopped')];
    expect(kinds(evidence([first, second], history))).toEqual(isFalse);
  });

  test('is not repeated by another CI run', () => {
    const second = back({
      origin: 'run-2',
      startedAt: 6 * minute,
      calls: [call('UpdateService', { at: 6 * minute, made: ['ecs-svc/10'], wrote: true })],
      said: green({ verdict: 'SUCCEEDED', 'deployment-id': 'ecs-svc/10' }),
    });
    const end = state([deployment(1, { id: 'ecs-svc/10' })], [record(10)], { at: 7 * minute });
    const first = back({ endedAt: 5 * minute, calls: back().calls.slice(0, 1) });
    expect(kinds(evidence([first, second], [...three, to(2, 3 * minute), end]))).toEqual(isFalse);
  });
});

describe('scale-service', () => {
  const scaled = (count: number) =>
    run(
      { operation: 'scale', count },
      { calls: [made(), call('DescribeServices')], said: green({ verdict: 'SUCCEEDED' }) },
    );
  const four = (running: number, pending: number) =>
    state([], [record(1)], {
      service: service([deployment(1, { runningCount: running, pendingCount: pending })], {
        desiredCount: 4,
      }),
    });
  test.each<[string, number, Snapshot, string[]]>([
    ['as many run as were asked for', 4, four(4, 0), isGreen],
    ['fewer run', 4, four(3, 0), isFalse],
    ['one is pending', 4, four(4, 1), isFalse],
    ['another count is set', 5, four(4, 0), isFalse],
  ])('%s', (_, count, end, expected) => {
    expect(kinds(evidence([scaled(count)], end))).toEqual(expected);
  });
});

describe('run-task', () => {
  const started = (asked: Partial<Run['asked']> = {}) =>
    run(
      { operation: 'run-task', count: 1, ...asked },
      {
        calls: [call('RunTask', { made: [task().taskArn!], wrote: true })],
        said: green({ 'exit-code': '0' }),
      },
    );
  const ended = (migrate: number | undefined, agent: number) =>
    task({
      containers: [
        { name: 'migrate', ...(migrate !== undefined && { exitCode: migrate }) },
        { name: 'agent', exitCode: agent },
      ],
    });
  test.each<[string, Partial<Run['asked']>, ReturnType<typeof task>, string[]]>([
    ['every container ended with 0', {}, task(), isGreen],
    ['ECS ended one of them', {}, ended(143, 0), isFalse],
    ['ECS ended another than the one that decides', { container: 'migrate' }, ended(0, 143), isGreen],
    ['the one that decides failed', { container: 'migrate' }, ended(1, 0), isFalse],
    ['the one that decides has no exit code', { container: 'migrate' }, ended(undefined, 0), isFalse],
    ['the task was interrupted', {}, task({ stopCode: 'SpotInterruption' }), isFalse],
    ['fewer tasks were started', { count: 2 }, task(), isFalse],
    ['nothing was waited for', { until: 'started' }, ended(1, 1), isGreen],
  ])('%s', (_, asked, one, expected) => {
    expect(kinds(evidence([started(asked)], before, { tasks: [one] }))).toEqual(expected);
  });

  test('is red only where something failed', () => {
    const failed = { ...started(), said: red('TASK_FAILED') };
    expect(kinds(evidence([failed], before, { tasks: [task()] }))).toEqual(['false-red']);
    expect(kinds(evidence([failed], before, { tasks: [ended(1, 0)] }))).toEqual([]);
  });
});

describe('red is as exact as green', () => {
  const live2 = state([deployment(2)], [record(1), record(2)], { at: 5 * minute });
  const ended = (code: string, summary?: string) => ({ ...deployed(), said: red(code, summary) });
  test.each<[string, number, string[]]>([
    ['in the same moment may be taken for its own', 1000, []],
    ['a minute later is not its own', minute, ['false-red']],
  ])('a deployment of the same version that someone else made %s', (_, later, expected) => {
    const createdAt = new Date(2000 + later);
    const end = state(
      [deployment(3, { taskDefinition: revision(2), createdAt })],
      [record(2, { status: 'STOPPED' }), { ...rolledBack(3), status: 'ROLLBACK_IN_PROGRESS', createdAt }],
    );
    const rolled = run(
      {},
      {
        calls: [made('ecs-svc/2')],
        said: { ...red('ROLLED_BACK')!, outputs: { verdict: 'ROLLED_BACK', 'deployment-id': 'ecs-svc/3' } },
      },
    );
    expect(kinds(evidence([rolled], end))).toEqual(expected);
  });

  test.each<[string, number, string[]]>([
    ['in the same moment may be taken for its own', 1000, []],
    ['a minute before is not its own', minute, ['false-red']],
  ])('a deployment of the same version that its own has replaced, made %s', (_, earlier, expected) => {
    const createdAt = new Date(2 * minute - earlier);
    const end = state(
      [
        deployment(3, { taskDefinition: revision(2), createdAt: new Date(2 * minute) }),
        deployment(2, { status: 'ACTIVE', createdAt }),
      ],
      [
        record(2, { status: 'STOPPED', createdAt }),
        record(3, { status: 'IN_PROGRESS', createdAt: new Date(2 * minute) }),
      ],
    );
    const superseded = run(
      {},
      {
        calls: [made('ecs-svc/3')],
        said: { ...red('SUPERSEDED')!, outputs: { verdict: 'SUPERSEDED', 'deployment-id': 'ecs-svc/2' } },
      },
    );
    expect(kinds(evidence([superseded], end))).toEqual(expected);
  });

  test.each(['ROLLED_BACK', 'DEPLOYMENT_FAILED', 'STOPPED', 'SUPERSEDED', 'PAUSED', 'TIMED_OUT', 'STALLED'])(
    '%s is not said of what has long been live',
    (code) => expect(kinds(evidence([ended(code)], live2))).toEqual(['false-red']),
  );

  test('TIMED_OUT may be reported of what has just become live', () => {
    expect(kinds(evidence([ended('TIMED_OUT')], { ...live2, at: 9 * minute }))).toEqual([]);
  });

  const goesOn = state([deployment(2)], [record(1), record(2, { status: 'IN_PROGRESS' })], {
    at: 5 * minute,
  });
  const backTo1 = state([deployment(1)], [record(1), rolledBack(2)], { at: 5 * minute });
  const replaced = state([deployment(3)], [record(2, { status: 'STOPPED' }), record(3)], { at: 5 * minute });
  test.each<[string, Snapshot, boolean]>([
    ['ROLLED_BACK', backTo1, true],
    ['ROLLED_BACK', goesOn, false],
    ['ROLLED_BACK', replaced, false],
    ['SUPERSEDED', replaced, true],
    ['SUPERSEDED', backTo1, false],
    ['STOPPED', replaced, true],
    ['STOPPED', goesOn, false],
    ['PAUSED', goesOn, false],
    ['SERVICE_NOT_ACTIVE', goesOn, false],
  ])('%s of %#', (code, end, isRight) => {
    expect(kinds(evidence([ended(code)], end))).toEqual(isRight ? [] : ['false-red']);
  });

  test.each<[string, Snapshot, string[]]>([
    [
      'is live again, and its own gone',
      bySets('EXTERNAL', [taskSet(9, { taskDefinition: revision(1) }), taskSet(2, { status: 'DRAINING' })]),
      [],
    ],
    [
      'is live again, and its own still there',
      bySets('EXTERNAL', [taskSet(9, { taskDefinition: revision(1) }), taskSet(2, { status: 'ACTIVE' })]),
      ['false-red'],
    ],
    [
      'is on its way',
      bySets('EXTERNAL', [
        taskSet(9, { taskDefinition: revision(1), status: 'ACTIVE', stabilityStatus: 'STABILIZING' }),
        taskSet(2),
      ]),
      ['false-red'],
    ],
  ])('EXTERNAL: one of several services is ROLLED_BACK where what was live before %s', (_, end, expected) => {
    const took = run(
      {},
      {
        service: 'web',
        calls: [
          call('CreateTaskSet', { at: 4 * minute, made: ['ecs-svc/9'], wrote: true, answer: undefined }),
          call('CreateTaskSet', { at: 4 * minute + 1000, wrote: true }),
        ],
        said: { ...red('ROLLED_BACK')!, outputs: { verdict: 'ROLLED_BACK', 'deployment-id': 'ecs-svc/2' } },
      },
    );
    const live2 = { ...bySets('EXTERNAL', [taskSet(2)]), at: 3 * minute };
    expect(kinds(evidence([took], [live2, end]))).toEqual(expected);
  });

  test('out of time is not said where nothing could be read in the last minute', () => {
    const unread = {
      ...ended('TIMED_OUT'),
      calls: [made('ecs-svc/2'), call('DescribeServices', { answer: undefined })],
    };
    expect(kinds(evidence([unread], goesOn))).toEqual(['false-red']);
    expect(kinds(evidence([ended('TIMED_OUT')], goesOn))).toEqual([]);
  });

  test('unknown is not said where every read was answered', () => {
    expect(kinds(evidence([ended('VERDICT_UNKNOWN')], goesOn))).toEqual(['false-red']);
  });

  test('no sentence contradicts itself', () => {
    const summary = 'web: web:2 is not live: deployment 3 replaced ours (live: web:2)';
    expect(kinds(evidence([ended('SUPERSEDED', summary)], replaced))).toEqual(['false-red']);
  });

  test.each<['Stopped' | 'InProgress', string[]]>([
    ['Stopped', ['false-red']],
    ['InProgress', []],
  ])(
    'nothing waits to be rolled back, and what was to go runs nothing: its deployment is %s',
    (status, expected) => {
      const sets = [taskSet(1), taskSet(2, { status: 'ACTIVE', runningCount: 0 })];
      const shown = (at: number, what: typeof status) => ({
        ...bySets('CODE_DEPLOY', sets, [codeDeploy(2, { status: what })]),
        at,
      });
      const states = [shown(minute, 'InProgress'), shown(5 * minute, status)];
      const one = run(
        { operation: 'continue', action: 'rollback', image: undefined as never },
        { said: red('NOT_PAUSED') },
      );
      const live = { ...bySets('CODE_DEPLOY', [taskSet(1)]), at: 1 };
      expect(kinds({ ...evidence([one], []), history: [live, ...states] })).toEqual(expected);
    },
  );
});

describe('twice is once', () => {
  const attempt = (ids: string[], at: number, more: Partial<Run> = {}) =>
    run({}, { calls: [call('UpdateService', { at, made: ids, wrote: true })], endedAt: at + 1000, ...more });
  const history = (status: 'IN_PROGRESS' | 'SUCCESSFUL' | 'STOPPED') => [
    state([deployment(2)], [record(2, { status })], { at: 3 * minute }),
    state([deployment(2, { id: 'ecs-svc/4' })], [record(2, { status }), record(4)], { at: 6 * minute }),
  ];
  const twice = (status: 'IN_PROGRESS' | 'SUCCESSFUL' | 'STOPPED', more: Partial<Run> = {}) =>
    kinds(
      evidence(
        [attempt(['ecs-svc/2'], 2 * minute), attempt(['ecs-svc/4'], 5 * minute, more)],
        history(status),
      ),
    );
  test('what is in progress or live is not deployed again', () => {
    expect(twice('IN_PROGRESS')).toEqual(['duplicate']);
    expect(twice('SUCCESSFUL')).toEqual(['duplicate']);
    expect(twice('STOPPED')).toEqual([]);
    expect(twice('SUCCESSFUL', { origin: 'run-2' })).toEqual([]);
  });

  test.each<[string, Partial<TaskSet>, Partial<TaskSet>, string[]]>([
    ['is on its way', {}, {}, ['duplicate']],
    ['was scaled to nothing', { scale: { unit: 'PERCENT', value: 0 } }, {}, []],
    ['was replaced in its turn', {}, { createdAt: new Date(3 * minute) }, []],
  ])('EXTERNAL: alongside a task set of it that %s', (_, own, primary, expected) => {
    const sets = (...more: TaskSet[]) =>
      bySets('EXTERNAL', [taskSet(1, primary), taskSet(2, { status: 'ACTIVE', ...own }), ...more]);
    const later = taskSet(4, { status: 'ACTIVE', taskDefinition: revision(2) });
    const runs = [attempt(['ecs-svc/2'], 2 * minute), attempt(['ecs-svc/4'], 5 * minute)];
    const history = [
      { ...sets(), at: 3 * minute },
      { ...sets(later), at: 6 * minute },
    ];
    expect(kinds(evidence(runs, history))).toEqual(expected);
  });

  test('what was forced is, by a run after one that came to an end', () => {
    const forced = (said: Run['said']) =>
      kinds(
        evidence(
          [
            attempt(['ecs-svc/2'], 2 * minute, { ...(said && { said }) }),
            attempt(['ecs-svc/4'], 5 * minute, { asked: { ...run({}).asked, force: true } }),
          ],
          history('SUCCESSFUL'),
        ),
      );
    expect(forced(undefined)).toEqual(['duplicate']);
    expect(forced(red('CANCELLED'))).toEqual(['duplicate']);
    expect(forced(red('SUPERSEDED'))).toContain('false-red');
    expect(forced(red('SUPERSEDED'))).not.toContain('duplicate');
  });

  test('one content is registered once, and that many tasks are started as were requested', () => {
    const registered = run(
      {},
      {
        calls: [1, 2].map((n) =>
          call('RegisterTaskDefinition', {
            made: [`arn:aws:ecs:us-east-1:123456789012:task-definition/web:${n + 7}`],
          }),
        ),
      },
    );
    const images = {
      ...evidence([], before).images,
      [registered.calls[0]!.made[0]!]: 'example/web:2',
      [registered.calls[1]!.made[0]!]: 'example/web:2',
    };
    expect(kinds(evidence([registered], before, { images }))).toEqual(['duplicate']);
    const tasks = run(
      { operation: 'run-task', count: 1 },
      { calls: [call('RunTask', { made: ['arn:x:task/1', 'arn:x:task/2'] })] },
    );
    expect(kinds(evidence([tasks], before))).toEqual(['duplicate']);
  });
});

describe('whatever is done', () => {
  test('after a cancel nothing is sent but the one stop that was requested', () => {
    const cancelled = (onCancel: 'leave' | 'stop', operations: string[]) =>
      run(
        { onCancel },
        {
          cancelledAt: 5 * minute,
          calls: operations.map((operation) => call(operation, { at: 5 * minute + 2000 })),
        },
      );
    const late = ['call-after-cancel'];
    expect(kinds(evidence([cancelled('leave', ['DescribeServices'])], before))).toEqual(late);
    expect(kinds(evidence([cancelled('stop', ['StopServiceDeployment'])], before))).toEqual([]);
    expect(
      kinds(evidence([cancelled('stop', ['StopServiceDeployment', 'DescribeServices'])], before)),
    ).toEqual(late);
  });

  test('of several services each has one stop, also where the run was killed after it', () => {
    const update = (resource: string) => call('UpdateService', { at: 4 * minute, resource });
    const stop = (arn: string) =>
      call('StopServiceDeployment', { at: 5 * minute + 2000, input: { serviceDeploymentArn: arn } });
    const stopped = (...calls: Call[]) =>
      kinds(evidence([run({ onCancel: 'stop' }, { cancelledAt: 5 * minute, calls })], before));
    expect(stopped(update('web'), update('api'), stop('web'), stop('api'))).toEqual([]);
    expect(stopped(update('web'), stop('web'), stop('api'))).toEqual(['call-after-cancel']);
  });

  test.each(['::set-output name=verdict::SUCCEEDED', 'fine\n  ::error::x', 'web ##[add-mask]y'])(
    'no line is a command of a runner: %j',
    (line) => {
      expect(kinds(evidence([run({}, { lines: ['info: fine', line] })], before))).toEqual(['command-fired']);
    },
  );

  test('a bug in our own is told', () => {
    expect(kinds(evidence([run({}, { said: red('INTERNAL') })], before))).toEqual(['crash']);
  });
});
