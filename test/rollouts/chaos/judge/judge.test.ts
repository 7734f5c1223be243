import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TaskSet } from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import type { Call, Run } from './evidence.ts';
import { kinds } from './judged.ts';
import {
  before,
  bySets,
  call,
  deployment,
  evidence,
  minute,
  record,
  red,
  revision,
  run,
  state,
  task,
  taskSet,
} from './sample.ts';

const rules = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => ({ name, text: readFileSync(join(import.meta.dirname, name), 'utf8') }));

test('the judge knows nothing of the code that it judges', () => {
  const imported = rules
    .flatMap(({ text }) => [...text.matchAll(/from '([^']+)'/g)])
    .map(([, from]) => from!)
    .filter((from) => !/^\.{1,2}\/(?:[a-z]+\/)?[a-z-]+\.ts$/.test(from));
  expect([...new Set(imported)].sort()).toEqual(['@aws-sdk/client-codedeploy', '@aws-sdk/client-ecs']);
});

test('every file of rules quotes its row of docs/truth.md', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/truth.md'), 'utf8');
  const quotes = rules
    .filter(({ name }) => /^(?:green|red)\//.test(name))
    .map(({ name, text }) => {
      const [comment = ''] = /^\/\*\*[\s\S]*?\*\//.exec(text) ?? [];
      const [, quote] = /docs\/truth\.md, .*?: "(.*)"/.exec(comment.replaceAll(/\s*\n \* ?/g, ' ')) ?? [];
      return { name, isQuoted: quote !== undefined && page.includes(quote) };
    });
  expect(quotes.filter(({ isQuoted }) => !isQuoted)).toEqual([]);
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

  test.each([
    ['of the same definition', 2, []],
    ['of another one', 3, ['duplicate']],
  ])('what is live is deployed again after a later deployment %s was rolled back', (_, version, expected) => {
    const live = [deployment(2)];
    const later = deployment(3, { status: 'ACTIVE', taskDefinition: revision(version) });
    const records = [record(2), record(3, { status: 'ROLLBACK_SUCCESSFUL' })];
    const history = [
      state([later, ...live], [record(2), record(3, { status: 'IN_PROGRESS' })], { at: 3 * minute }),
      state(live, records, { at: 4 * minute }),
      state([deployment(2, { id: 'ecs-svc/4' })], [...records, record(4)], { at: 6 * minute }),
    ];
    const runs = [attempt(['ecs-svc/2'], 2 * minute), attempt(['ecs-svc/4'], 5 * minute)];
    expect(kinds(evidence(runs, history))).toEqual(expected);
  });

  test.each<[string, Partial<TaskSet>, Partial<TaskSet>, string[]]>([
    ['is on its way', {}, {}, ['duplicate']],
    ['was scaled to nothing', { scale: { unit: 'PERCENT', value: 0 } }, {}, []],
    ['was replaced in its turn', {}, { createdAt: new Date(3 * minute) }, []],
  ])('EXTERNAL: next to a task set of it that %s', (_, own, primary, expected) => {
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

  test.each<[string, number, number, string[]]>([
    ['is one where every read may be later than that', 90_000, 31_000, []],
    ['is two where it is sent again before that', 90_000, 20_000, ['duplicate']],
    ['is two where reads are not so late', 28_000, 31_000, ['duplicate']],
  ])('what was sent again after it was looked for 30 s %s', (_, behind, later, expected) => {
    const calls = [2, 4].map((id, index) =>
      call('UpdateService', { at: 2 * minute + index * later, made: [`ecs-svc/${id}`], wrote: true }),
    );
    const open = state([deployment(2)], [record(2, { status: 'IN_PROGRESS' })], { at: 2 * minute });
    const states = [open, ...history('IN_PROGRESS')];
    expect(kinds(evidence([run({}, { calls })], states, { behind }))).toEqual(expected);
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

  test('one content is registered once, and as many tasks are started as were requested', () => {
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

  const listed = (input: Call['input']) =>
    call('ListTasks', { input, answer: { taskArns: ['arn:x:task/1'] } });
  test.each<[string, number, Call[], boolean]>([
    ['a moment later, which no read has shown', 1000, [], false],
    ['that a list of the whole cluster has shown', 1000, [listed({})], false],
    ['that a list of what the run has started has shown', 1000, [listed({ startedBy: 'landfall/1' })], true],
    ['half a minute later', 31_000, [], true],
  ])('no task is started beside one of an earlier attempt %s', (_, later, reads, isTwice) => {
    const attempt = (number: number, at: number, calls: readonly Call[]) =>
      run(
        { operation: 'run-task', count: 1 },
        {
          attempt: number,
          calls: [...calls, call('RunTask', { at, made: [`arn:x:task/${number}`], wrote: true })],
        },
      );
    const runs = [attempt(1, 3 * minute, []), attempt(2, 3 * minute + later, reads)];
    const tasks = [1, 2].map((number) => task({ taskArn: `arn:x:task/${number}`, lastStatus: 'RUNNING' }));
    expect(kinds(evidence(runs, before, { tasks }))).toEqual(isTwice ? ['duplicate'] : []);
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

  test('a bug of our own is reported', () => {
    expect(kinds(evidence([run({}, { said: red('INTERNAL') })], before))).toEqual(['crash']);
  });
});
