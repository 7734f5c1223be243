import type { TaskSet } from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import type { Call, Run, Snapshot } from '../evidence.ts';
import { isFalse, isGreen, kinds } from '../judged.ts';
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
} from '../sample.ts';

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
  ])('EXTERNAL: next to a task set %s', (_, externalId, expected) => {
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

  test('EXTERNAL: what a run of Landfall has begun is waited for, and no other task set next to the primary one', () => {
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

  test.each<[string, readonly Call[], number, string[]]>([
    ['that were in flight, from several attempts, are adopted together', [], 5 * minute, isGreen],
    ['of which one had ended before are not', [], 2 * minute, isFalse],
    ['do not count next to what was started', [call('RunTask')], 5 * minute, isFalse],
  ])('tasks %s', (_, calls, stoppedAt, expected) => {
    const began = (arn: string, attempt: number) =>
      run(
        { operation: 'run-task', count: 2 },
        { attempt, startedAt: minute, calls: [call('RunTask', { at: minute, made: [arn], wrote: true })] },
      );
    const adopts = run(
      { operation: 'run-task', count: 2 },
      { attempt: 3, startedAt: 3 * minute, calls, said: green({ 'exit-code': '0' }) },
    );
    const tasks = [1, 2].map((number) =>
      task({ taskArn: `arn:x:task/${number}`, stoppedAt: new Date(number === 1 ? stoppedAt : 5 * minute) }),
    );
    const runs = [began('arn:x:task/1', 1), began('arn:x:task/2', 3), adopts];
    const breaches = kinds(evidence(runs, before, { tasks }));
    expect(breaches.filter((kind) => kind === 'false-green')).toEqual(expected);
  });

  test('is red only where something failed', () => {
    const failed = { ...started(), said: red('TASK_FAILED') };
    expect(kinds(evidence([failed], before, { tasks: [task()] }))).toEqual(['false-red']);
    expect(kinds(evidence([failed], before, { tasks: [ended(1, 0)] }))).toEqual([]);
  });
});
