import type { DescribeTasksResponse, ListTasksResponse } from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import { runTask } from '@landfall/core/operations/run-task';
import type { TaskRule } from '@landfall/sandbox/services/ecs/task-rules/task-rule';
import { createScenario, scenario } from '../rollouts/scenario/current.ts';

const operation = runTask;

/** What becomes of one-off tasks; those of the service run. */
const oneOff = (outcome: TaskRule['outcome'], more: Partial<TaskRule> = {}): TaskRule => ({
  match: { group: 'family:web' },
  ...more,
  outcome,
});
const begin = (inputs: Record<string, string> = {}) =>
  scenario.begin({ command: 'migrate', ...inputs }, { operation });
const sent = (name: string) => scenario.sandbox.journal().filter((entry) => entry.operation === name);

/** Every task that was ever started by a run. */
async function startedTasks() {
  const all = await Promise.all(
    ['RUNNING', 'STOPPED'].map(async (desiredStatus) => {
      const input = { cluster: 'main', family: 'web', desiredStatus };
      return (
        ((await scenario.sandbox.dispatch('ecs', 'ListTasks', input)) as ListTasksResponse).taskArns ?? []
      );
    }),
  );
  const tasks = all.flat();
  if (tasks.length === 0) return [];
  const answer = (await scenario.sandbox.dispatch('ecs', 'DescribeTasks', {
    cluster: 'main',
    tasks,
  })) as DescribeTasksResponse;
  return (answer.tasks ?? []).filter(({ group }) => group === 'family:web');
}

describe('a one-off task on the sandbox', () => {
  test('that ends with 0 is green, and its log was shown to the last line', async () => {
    await createScenario({
      taskRules: [oneOff({ kind: 'exit', code: 0, after: 90_000, log: ['creating table users', 'done'] })],
    });
    const { result, host } = await begin().done;
    expect(result).toMatchObject({ exitCode: 0, outputs: { 'exit-code': '0' } });
    expect(host.lines.filter((line) => line.startsWith('output: '))).toEqual([
      'output: creating table users',
      'output: done',
    ]);
    expect(await startedTasks()).toHaveLength(1);
  });

  test.each<[string, TaskRule['outcome'], string, RegExp]>([
    [
      'an exit code',
      { kind: 'exit', code: 3, after: 2000 },
      'TASK_FAILED',
      /container "app" .*\(exit code 3\)/,
    ],
    [
      'too much memory',
      { kind: 'out-of-memory', after: 2000 },
      'TASK_FAILED',
      /container "app" used more memory/,
    ],
    ['an image that is not there', { kind: 'pull-error' }, 'TASK_FAILED', /the image of .* does not exist/],
    [
      'a secret that is not there',
      { kind: 'secret-error', cause: 'not-found' },
      'TASK_FAILED',
      /could not be read/,
    ],
    [
      'a program for another processor',
      { kind: 'exec-format' },
      'TASK_FAILED',
      /a different CPU architecture/,
    ],
    ['a Spot interruption', { kind: 'spot-interruption', after: 2000 }, 'TASK_FAILED', /AWS stopped/],
    [
      'no place for it',
      { kind: 'placement' },
      'PLACEMENT_FAILED',
      /ECS started 0 of 1 tasks of web:2: RESOURCE/,
    ],
  ])('T04: ends red with its cause: %s', async (_name, outcome, code, summary) => {
    await createScenario({ taskRules: [oneOff(outcome)] });
    const { result, host } = await begin().done;
    expect({ result, host }).toEnd(1);
    expect(result.error?.code).toBe(code);
    expect(result.error?.summary).toMatch(summary);
  });

  test('that never starts is TIMED_OUT, and stopped where that was requested', async () => {
    await createScenario({ taskRules: [oneOff({ kind: 'never-starts' })] });
    const { result } = await begin({ 'wait-timeout': '5m', 'on-timeout': 'stop' }).done;
    expect(result).toMatchObject({ exitCode: 4, error: { code: 'TIMED_OUT' } });
    expect(sent('StopTask')).toHaveLength(1);
    expect(await startedTasks()).toMatchObject([{ desiredStatus: 'STOPPED' }]);
  });
});

test('a cluster that is not there is red before the file is registered', async () => {
  await createScenario();
  const { result } = await begin({ cluster: 'none', service: '' }).done;
  expect(result.error).toMatchObject({
    code: 'NOT_FOUND',
    summary: 'cluster none was not found (region us-east-1)',
  });
  expect(result.outputs).toEqual({});
});

describe('a migration next to an agent, both essential', () => {
  const container = (name: string) => ({ name, image: 'example/web:2', memory: 128 });
  const files = {
    'migrate.json': JSON.stringify({
      family: 'web',
      containerDefinitions: [container('migrate'), container('agent')],
    }),
  };
  const migrate = (inputs: Record<string, string>) =>
    scenario.begin({ 'task-definition': 'migrate.json', ...inputs }, { operation, files }).done;

  test('is red when the agent ended with 0 and ECS then stopped the migration', async () => {
    await createScenario({
      taskRules: [oneOff({ kind: 'exit', container: 'agent', code: 0, after: 2000, exitOnStop: 143 })],
    });
    for (const inputs of [{}, { container: 'migrate', id: 'named' }]) {
      const { result } = await migrate(inputs);
      expect(result).toMatchObject({
        exitCode: 1,
        outputs: { 'exit-code': '143' },
        error: { code: 'TASK_FAILED' },
      });
      expect(result.error?.summary).toMatch(/failed: container "migrate" ended \(exit code 143\)/);
    }
  });

  test('is green when it is named, ended with 0, and ECS then killed the agent', async () => {
    await createScenario({
      taskRules: [oneOff({ kind: 'exit', container: 'migrate', code: 0, after: 2000, exitOnStop: 137 })],
    });
    const { result, host } = await migrate({ container: 'migrate' });
    expect(result).toMatchObject({ exitCode: 0, outputs: { 'exit-code': '0' } });
    expect(host.lines).toContain('notice: container "agent" ended with exit code 137');
  });
});

describe('a container that is named and not essential', () => {
  const files = {
    'migrate.json': JSON.stringify({
      family: 'web',
      containerDefinitions: [
        { name: 'app', image: 'example/web:2', memory: 128 },
        { name: 'side', image: 'example/web:2', memory: 128, essential: false },
      ],
    }),
  };
  test.each([
    [5, 1],
    [0, 0],
  ])('decides with exit code %i as soon as it ends, while the task runs on', async (code, exitCode) => {
    await createScenario({
      taskRules: [oneOff({ kind: 'exit', container: 'side', code, after: 14_000 })],
    });
    const inputs = { 'task-definition': 'migrate.json', container: 'side' };
    const begun = scenario.clock.elapsed();
    const { result, host } = await scenario.begin(inputs, { operation, files }).done;
    expect(result).toMatchObject({ exitCode, outputs: { 'exit-code': String(code) } });
    if (code === 5)
      expect(result.error?.summary).toMatch(/^task \w+ failed: container "side" ended \(exit code 5\)$/);
    expect(host.lines.filter((line) => line.startsWith('notice: container'))).toEqual([
      `notice: container "side", which decides, has ended; task ${result.outputs['task-arn']} is still running: stop it in ECS if it is not needed`,
    ]);
    expect((await startedTasks()).map(({ lastStatus }) => lastStatus)).toEqual(['RUNNING']);
    expect(scenario.clock.elapsed() - begun).toBeLessThan(120_000);
  });
});

describe('the one RunTask', () => {
  test('T01: whose answer is lost is sent again with its token, and one task runs', async () => {
    await createScenario({ taskRules: [oneOff({ kind: 'exit', code: 0, after: 2000 })] });
    scenario.sandbox.fault({
      service: 'ecs',
      operation: 'RunTask',
      count: 1,
      fault: { kind: 'reset', effect: 'applied' },
    });
    const { result, host } = await begin().done;
    expect({ result, host }).toEnd(0);
    expect(sent('RunTask')).toHaveLength(2);
    expect(await startedTasks()).toHaveLength(1);
  });

  test('T02: of a repeat of the same attempt finds the task of the first', async () => {
    await createScenario({ taskRules: [oneOff({ kind: 'exit', code: 0, after: 2000 })] });
    const first = await begin().done;
    const second = await begin().done;
    expect(second.result.outputs['task-arn']).toBe(first.result.outputs['task-arn']);
    expect(second).toEnd(0);
    expect(await startedTasks()).toHaveLength(1);
  });

  test('T02: with the same id and other parameters is CONFLICT, and starts nothing', async () => {
    await createScenario({ taskRules: [oneOff({ kind: 'exit', code: 0, after: 2000 })] });
    await begin({ id: 'migrate' }).done;
    const { result } = await begin({ id: 'migrate', environment: 'STEP=2' }).done;
    expect(result.error?.code).toBe('CONFLICT');
    expect(await startedTasks()).toHaveLength(1);
  });
});

describe('a watch that is disturbed', () => {
  test.each([
    ['server errors', { kind: 'error', code: 'ServerException' }],
    ['throttles', { kind: 'error', code: 'ThrottlingException' }],
    ['lost answers', { kind: 'reset', effect: 'none' }],
    ['truncated answers', { kind: 'truncate' }],
    ['pages of a proxy', { kind: 'html' }],
    ['empty answers', { kind: 'empty' }],
    ['stale answers', { kind: 'stale' }],
  ] as const)('by %s for a while continues to the right verdict', async (_name, fault) => {
    await createScenario({ taskRules: [oneOff({ kind: 'exit', code: 7, after: 60_000 })] });
    scenario.sandbox.fault({ service: 'ecs', operation: 'DescribeTasks', from: 2, count: 6, fault });
    const { result } = await begin().done;
    expect(result).toMatchObject({
      exitCode: 1,
      outputs: { 'exit-code': '7' },
      error: { code: 'TASK_FAILED' },
    });
  });

  test('by credentials that expire ends as CREDENTIALS_EXPIRED and names the task that keeps running', async () => {
    await createScenario({ taskRules: [oneOff({ kind: 'exit', code: 0, after: 600_000 })] });
    const fault = {
      kind: 'error',
      code: 'ExpiredTokenException',
      message: 'The security token is expired',
    } as const;
    scenario.sandbox.fault({ service: 'ecs', operation: 'DescribeTasks', from: 3, fault });
    const { result } = await begin().done;
    expect(result).toMatchObject({ exitCode: 3, error: { code: 'CREDENTIALS_EXPIRED' } });
    expect(result.error?.details).toContain(`task ${result.outputs['task-arn']}`);
    expect(sent('DescribeTasks')).toHaveLength(3);
  });
});

describe('a cancelled run', () => {
  test.each([
    ['leave', 0, 'RUNNING'],
    ['stop', 1, 'STOPPED'],
  ])(
    'T08: with on-cancel: %s sends %i StopTask and ends within a second',
    async (choice, stops, desiredStatus) => {
      await createScenario({ taskRules: [oneOff({ kind: 'exit', code: 0, after: 600_000 })] });
      const { host, done } = begin({ 'on-cancel': choice });
      let cancelledAt = 0;
      void scenario.clock.sleep(120_000).then(() => {
        cancelledAt = scenario.clock.elapsed();
        host.cancel();
      });
      const { result } = await done;
      expect(result).toMatchObject({ exitCode: 130, error: { code: 'CANCELLED' } });
      expect(sent('StopTask')).toHaveLength(stops);
      expect(await startedTasks()).toMatchObject([{ desiredStatus }]);
      expect(scenario.clock.elapsed() - cancelledAt).toBeLessThanOrEqual(1000);
    },
  );
});

describe('a new attempt while the task of an earlier one runs', () => {
  const attempt = (number: number, inputs: Record<string, string> = {}) =>
    scenario.begin(
      { command: 'migrate', ...inputs },
      { operation, run: { id: '7', origin: '7', attempt: number } },
    );
  /** The first attempt is cancelled, and its task runs on. */
  const cancelled = async (inputs: Record<string, string> = {}) => {
    await createScenario({
      taskRules: [oneOff({ kind: 'exit', code: 0, after: 600_000, log: ['migrated'] })],
    });
    const { host, done } = attempt(1, inputs);
    void scenario.clock.sleep(120_000).then(() => host.cancel());
    return (await done).result.outputs['task-arns'];
  };

  test('follows that task to its end, and starts none', async () => {
    const arns = await cancelled({ count: '2' });
    const { result, host } = await attempt(2, { count: '2' }).done;
    expect(result).toMatchObject({
      exitCode: 0,
      outputs: { 'task-arns': arns, 'exit-code': '0' },
      tasks: [{ adopted: true }, { adopted: true }],
    });
    const [first] = JSON.parse(arns ?? '') as string[];
    expect(host.lines).toContain(
      `info: task ${first} of web:2, which an earlier attempt of this run has started, is RUNNING in cluster main; watching it`,
    );
    expect(await startedTasks()).toHaveLength(2);
  });

  test('is red by that task, and a third attempt starts another', async () => {
    await createScenario({ taskRules: [oneOff({ kind: 'exit', code: 3, after: 600_000 })] });
    expect((await attempt(1, { 'wait-timeout': '2m' }).done).result.error?.code).toBe('TIMED_OUT');
    const { result } = await attempt(2).done;
    expect(result).toMatchObject({ exitCode: 1, error: { code: 'TASK_FAILED' } });
    expect(await startedTasks()).toHaveLength(1);
    await attempt(3).done;
    expect(await startedTasks()).toHaveLength(2);
  });

  test('finds it by the run that CircleCI and CodeBuild know again, whose attempts have ids of their own', async () => {
    await createScenario({ taskRules: [oneOff({ kind: 'exit', code: 0, after: 600_000 })] });
    const again = (id: string, inputs: Record<string, string> = {}) =>
      scenario.begin(inputs, { operation, run: { id, origin: 'pipeline', attempt: 1 } }).done;
    await again('workflow-1', { 'wait-timeout': '2m' });
    expect(await again('workflow-2')).toMatchObject({ result: { exitCode: 0 } });
    expect(await startedTasks()).toHaveLength(1);
    // Another pipeline, and a run that nothing identifies, have a task of their own.
    await again('workflow-1', { 'wait-timeout': '2m', id: 'second' });
    await scenario.begin({}, { operation, run: { id: 'other', origin: 'other' } }).done;
    await scenario.begin({}, { operation, run: { id: 'none' } }).done;
    expect(await startedTasks()).toHaveLength(4);
  });

  test.each<[string, Record<string, string>, string]>([
    ['another revision', { 'task-definition': 'v3.json' }, 'it runs web:2, and this attempt would run web:3'],
    ['other overrides', { environment: 'STEP=2' }, 'its overrides differ from those of this attempt'],
    ['another count', { count: '2' }, 'there is 1 of the 2 that this attempt would start'],
  ])('is CONFLICT where it has %s', async (_name, inputs, reason) => {
    const [arn] = JSON.parse((await cancelled()) ?? '') as string[];
    const { result } = await attempt(2, inputs).done;
    expect(result).toMatchObject({
      exitCode: 1,
      error: {
        code: 'CONFLICT',
        summary: `an earlier attempt of this run has started task ${arn} for this step, which has not ended: ${reason}`,
        remedy: 'Wait until it has ended, or stop it in ECS, then run the step again.',
      },
    });
    expect(await startedTasks()).toHaveLength(1);
  });

  test('is CONFLICT while it is being stopped', async () => {
    await createScenario({
      taskRules: [oneOff({ kind: 'exit', code: 0, after: 600_000 })],
      timing: { stopping: 60_000 },
    });
    const { host, done } = attempt(1, { 'on-cancel': 'stop' });
    void scenario.clock.sleep(120_000).then(() => host.cancel());
    const arn = (await done).result.outputs['task-arn'];
    const { result } = await attempt(2).done;
    expect(result.error?.summary).toBe(
      `an earlier attempt of this run has started task ${arn} for this step, which has not ended: it is being stopped`,
    );
    await scenario.clock.sleep(120_000);
    expect((await attempt(3).done).result.exitCode).toBe(0);
  });

  test('starts nothing where it may not see whether one runs', async () => {
    await cancelled();
    scenario.sandbox.fault({
      service: 'ecs',
      operation: 'ListTasks',
      fault: { kind: 'error', code: 'AccessDeniedException' },
    });
    const { result } = await attempt(2).done;
    expect(result.error?.code).toBe('ACCESS_DENIED');
    expect(sent('RunTask')).toHaveLength(1);
  });

  test('has a task of its own where `started-by` is set, by which no run is known', async () => {
    await cancelled({ 'started-by': 'release' });
    await attempt(2, { 'started-by': 'release' }).done;
    expect(await startedTasks()).toHaveLength(2);
  });
});
