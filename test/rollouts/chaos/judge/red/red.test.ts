import { describe, expect, test } from '@jest/globals';
import type { Snapshot } from '../evidence.ts';
import { deployed, kinds } from '../judged.ts';
import {
  bySets,
  call,
  codeDeploy,
  deployment,
  evidence,
  made,
  minute,
  record,
  red,
  revision,
  rolledBack,
  run,
  state,
  taskSet,
} from '../sample.ts';

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

  test('TIMED_OUT may be reported for what has just become live', () => {
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

  test.each<[string, readonly number[], string[]]>([
    ['there is an earlier version', [1, 2, 3], ['false-red']],
    ['there is none', [1], []],
    ['an older version than the one it replaced is live again', [1, 2, 3, 2], []],
    ['it was deployed again after an older version', [1, 2, 1, 2], ['false-red']],
  ])('a rollback is called impossible where %s', (_, versions, expected) => {
    const history = versions.map((version, index) => {
      const id = index + 1;
      return state([deployment(id, { taskDefinition: revision(version) })], [record(id)], {
        at: id * minute,
      });
    });
    const listed = {
      serviceDeployments: [{ serviceDeploymentArn: record(versions.length).serviceDeploymentArn }],
    };
    const refused = run(
      { operation: 'rollback', image: undefined as never },
      {
        startedAt: 6 * minute,
        endedAt: 7 * minute,
        calls: [call('ListServiceDeployments', { at: 6 * minute, answer: listed })],
        said: red('ROLLBACK_IMPOSSIBLE', 'web was already rolled back'),
      },
    );
    expect(kinds({ ...evidence([refused], []), history })).toEqual(expected);
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
