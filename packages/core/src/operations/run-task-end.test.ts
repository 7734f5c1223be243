import type { DescribeTasksResponse, Task, TaskDefinition } from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import { LandfallError } from '../errors/landfall-error.ts';
import {
  arn,
  operations,
  requestOf,
  runWith,
  secondArn,
  sees,
  stopped,
  task,
  taskDefinition,
} from '../testing/run-task-fixture.ts';

describe('a task that fails', () => {
  test('T04: the essential container is named with its exit code, the reason and its last lines', async () => {
    const { result } = runWith({ looks: [sees(task('RUNNING')), sees(stopped(3))], log: ['boom'] });
    const { error, outputs, exitCode } = await result;
    expect(error).toMatchObject({
      code: 'TASK_FAILED',
      summary:
        'task 0123456789abcdef failed: container "app" ended (exit code 3): Essential container in task exited',
      remedy: 'Check the container log.',
      details: [
        'task 0123456789abcdef: container "app" ended (exit code 3): Essential container in task exited',
        'last lines of container "app":',
        '  boom',
      ],
    });
    expect(outputs['exit-code']).toBe('3');
    expect(exitCode).toBe(1);
  });

  test('T04: a container killed for its memory is reported as such', async () => {
    const { result } = runWith({
      looks: [sees(stopped(137, {}, 'OutOfMemoryError: Container killed due to memory usage'))],
    });
    expect((await result).error).toMatchObject({
      summary:
        'task 0123456789abcdef failed: container "app" used more memory than its limit and was killed (exit code 137): OutOfMemoryError: Container killed due to memory usage',
      remedy: 'Raise `memory`, or make the program use less.',
    });
  });

  test('T04: a task that never started has no exit code, and its reason is kept', async () => {
    const { world, result } = runWith({
      looks: [
        sees(
          stopped(undefined, {
            stopCode: 'TaskFailedToStart',
            stoppedReason: 'CannotPullContainerError: web:9: not found',
          }),
        ),
      ],
    });
    const { error, outputs } = await result;
    expect(error?.summary).toBe(
      'task 0123456789abcdef failed: the image of the task does not exist: CannotPullContainerError: web:9: not found (container "app" has no exit code)',
    );
    expect(outputs).not.toHaveProperty('exit-code');
    expect(operations(world)).not.toContain('logs:GetLogEvents');
  });

  test('T04: a container that is not essential fails without failing the step', async () => {
    const done = stopped(0, {
      containers: [
        { name: 'app', exitCode: 0 },
        { name: 'log-router', exitCode: 1 },
      ],
    });
    const { world, result } = runWith({ looks: [sees(done)] });
    expect(await result).toMatchObject({ ok: true });
    expect(world.host.lines).toContain(
      'notice: container "log-router", which is not essential, ended with exit code 1',
    );
  });

  test('T05: a task that vanishes is TASK_UNKNOWN, not a success', async () => {
    const missing: DescribeTasksResponse = { tasks: [], failures: [{ arn, reason: 'MISSING' }] };
    const { result } = runWith({ looks: [sees(task('RUNNING')), missing] });
    expect((await result).error).toMatchObject({
      code: 'TASK_UNKNOWN',
      summary: 'ECS no longer has task 0123456789abcdef, so how it ended is not known',
    });
  });

  test('a missing permission ends the wait at once and says that the task continues', async () => {
    const denied = new LandfallError('ACCESS_DENIED', { summary: 'the caller lacks ecs:DescribeTasks' });
    const { world, result } = runWith({ looks: [denied] });
    expect((await result).error).toMatchObject({
      code: 'ACCESS_DENIED',
      summary: 'the caller lacks ecs:DescribeTasks; the task continues in ECS and its result is not known',
      details: [`task ${arn}`],
    });
    expect(operations(world).filter((one) => one === 'ecs:DescribeTasks')).toHaveLength(1);
  });

  test.each([
    ['leave', `task ${arn} is still running`],
    ['stop', `task ${arn} is being stopped`],
  ])('that does not end in time is TIMED_OUT; with on-timeout: %s it is treated so', async (choice, left) => {
    const { world, result } = runWith({
      looks: [sees(task('RUNNING'))],
      inputs: { 'wait-timeout': '5m', 'on-timeout': choice },
    });
    expect((await result).error).toMatchObject({
      code: 'TIMED_OUT',
      summary: `migrate:7 had not ended after 5m; ${left}`,
    });
    expect(world.clock.elapsed()).toBeLessThan(310_000);
  });

  test('that does not start in time is not said to run, and the remedy is not its log', async () => {
    const { result } = runWith({ looks: [sees(task('PENDING'))], inputs: { 'wait-timeout': '5m' } });
    expect((await result).error).toMatchObject({
      code: 'TIMED_OUT',
      summary: `migrate:7 had not ended after 5m; task ${arn} is PENDING: it has not started yet, but still may`,
      remedy:
        'Find out what holds up the pending tasks: an image still being pulled, or subnets without a route to the registry and AWS.',
    });
  });

  test.each([
    ['leave', `task ${arn} is still running`, []],
    ['stop', `task ${arn} is being stopped`, [arn]],
  ])(
    'of two, of which one has failed, only the other is still running; with on-timeout: %s',
    async (choice, left, stoppedByUs) => {
      const failed = { ...stopped(3), taskArn: secondArn };
      const { world, result } = runWith({
        run: { tasks: [task('PROVISIONING'), { ...task('PROVISIONING'), taskArn: secondArn }], failures: [] },
        looks: [{ tasks: [task('RUNNING'), failed], failures: [] }],
        inputs: { count: '2', 'wait-timeout': '5m', 'on-timeout': choice },
      });
      expect((await result).error).toMatchObject({
        code: 'TIMED_OUT',
        summary: `migrate:7 had not ended after 5m; ${left}; task ${secondArn} has ended: container "app" ended (exit code 3): Essential container in task exited`,
      });
      const stops = world.requests.filter(({ operation }) => operation === 'ecs:StopTask');
      expect(stops.map(({ input }) => (input as { task: string }).task)).toEqual(stoppedByUs);
    },
  );

  test('T05: of two, of which one has ended, only the one that vanished is unknown', async () => {
    const { result } = runWith({
      run: { tasks: [task('PROVISIONING'), { ...task('PROVISIONING'), taskArn: secondArn }], failures: [] },
      looks: [
        { tasks: [task('RUNNING'), { ...stopped(0), taskArn: secondArn }], failures: [] },
        { tasks: [], failures: [{ arn, reason: 'MISSING' }] },
      ],
      inputs: { count: '2' },
    });
    expect((await result).error).toMatchObject({
      code: 'TASK_UNKNOWN',
      summary: 'ECS no longer has task 0123456789abcdef, so how it ended is not known',
      details: [`task ${secondArn} has ended: container "app" ended with exit code 0`],
    });
  });
});

describe('a cancelled run', () => {
  const cancelAtSecondLook = (onCancel: string) => {
    const started: ReturnType<typeof runWith> = runWith({
      inputs: { 'on-cancel': onCancel },
      looks: [
        sees(task('RUNNING')),
        () => {
          started.world.host.cancel();
          return sees(task('RUNNING'));
        },
      ],
    });
    return started;
  };

  test('T08: leaves the task running and says so', async () => {
    const { world, result } = cancelAtSecondLook('leave');
    const { error, exitCode, outputs } = await result;
    expect(error).toMatchObject({
      code: 'CANCELLED',
      summary: `the run was cancelled; task ${arn} is still running`,
    });
    expect(exitCode).toBe(130);
    expect(outputs['task-arn']).toBe(arn);
    expect(operations(world)).not.toContain('ecs:StopTask');
  });

  test('T08: with on-cancel: stop sends one StopTask and says so', async () => {
    const { world, result } = cancelAtSecondLook('stop');
    expect((await result).error?.summary).toBe(`the run was cancelled; task ${arn} is being stopped`);
    expect(world.requests.filter(({ operation }) => operation === 'ecs:StopTask')).toEqual([
      {
        operation: 'ecs:StopTask',
        input: { cluster: 'production', task: arn, reason: 'Landfall: the run was cancelled' },
      },
    ]);
  });

  test('T08: makes no call after the cancel but the stop, and takes less than a second', async () => {
    const { world, result } = cancelAtSecondLook('leave');
    await result;
    expect(operations(world).at(-1)).toBe('ecs:DescribeTasks');
    expect(world.clock.elapsed()).toBeLessThan(3000);
  });
});

describe('several essential containers', () => {
  const essentials: TaskDefinition = {
    ...taskDefinition,
    containerDefinitions: [{ name: 'migrate' }, { name: 'agent' }],
  };
  const ended = (migrate: number, agent: number): Task =>
    stopped(0, {
      containers: [
        { name: 'migrate', exitCode: migrate },
        { name: 'agent', exitCode: agent },
      ],
    });
  const runBoth = (inputs: Record<string, string>, end: Task) =>
    runWith({ inputs, definition: essentials, looks: [sees(end)] });
  const commands = (...names: string[]) => ({
    'container-overrides': JSON.stringify(names.map((name) => ({ name, command: ['./up'] }))),
  });

  test('of which ECS stopped one when the other had ended with 0 are red while none is named', async () => {
    const { result } = runBoth({}, ended(143, 0));
    expect(await result).toMatchObject({
      exitCode: 1,
      outputs: { 'exit-code': '143' },
      error: {
        code: 'TASK_FAILED',
        summary:
          'task 0123456789abcdef failed: container "migrate" ended (exit code 143): Essential container in task exited',
        remedy:
          'If "agent" does the work, set `container` to it: ECS stops the other containers when an essential one ends, and without `container` every essential one must exit with 0.',
      },
    });
  });

  test.each<[string, Record<string, string>]>([
    ['the one that `container` names', { container: 'migrate' }],
    ['the one that `container` and `command` are for', { container: 'migrate', command: './up' }],
    ['the one that container-overrides gives a command', commands('migrate')],
  ])('are judged by %s, whatever ECS did to the other', async (_name, inputs) => {
    expect(await runBoth(inputs, ended(0, 137)).result).toMatchObject({
      ok: true,
      outputs: { 'exit-code': '0' },
    });
    expect(await runBoth(inputs, ended(143, 0)).result).toMatchObject({
      error: {
        code: 'TASK_FAILED',
        summary:
          'task 0123456789abcdef failed: container "migrate" ended (exit code 143): Essential container in task exited',
      },
    });
  });

  test('that ended with 0 both are green, with one warning that their order is not known', async () => {
    const { world, result } = runBoth({}, ended(0, 0));
    expect(await result).toMatchObject({ ok: true });
    expect(world.host.lines.filter((line) => line.startsWith('warning'))).toEqual([
      'warning: containers "migrate" (exit code 0) and "agent" (exit code 0) have ended, and ECS does not report which was first: it then stops the others, and one that exits with 0 when it is stopped may not have finished its work. Set "essential": false for sidecars.',
    ]);
  });

  test('that are all given a command are refused before anything starts, unless the decisive one is named', async () => {
    const { world, result } = runBoth(commands('migrate', 'agent'), ended(0, 0));
    expect((await result).error).toMatchObject({
      code: 'INPUT_INVALID',
      summary:
        'container must name the container whose exit code decides: migrate and agent are given a command',
    });
    expect(operations(world)).not.toContain('ecs:RunTask');
  });

  test.each<[string, Record<string, string>]>([
    ['where one is named', { container: 'agent' }],
    ['where nobody waits for the end', { 'wait-for-task-stopped': 'false' }],
  ])('that are all given a command start %s', async (_name, inputs) => {
    const { result } = runBoth({ ...commands('migrate', 'agent'), ...inputs }, ended(143, 0));
    expect(await result).toMatchObject({ ok: true });
  });
});

describe('several tasks', () => {
  test('are read in one call, their logs distinguished, and one failure fails the step', async () => {
    const second = (one: Task): Task => ({ ...one, taskArn: secondArn });
    const { world, result } = runWith({
      inputs: { count: '2' },
      run: { tasks: [task('PENDING'), second(task('PENDING'))], failures: [] },
      looks: [sees(task('RUNNING'), second(task('RUNNING'))), sees(stopped(0), second(stopped(1)))],
      log: ['hello'],
    });
    const { error, tasks } = await result;
    expect(error?.summary).toContain('task 0123456789abcdef0 failed: container "app" ended (exit code 1)');
    expect(tasks).toMatchObject([{ ok: true }, { ok: false, exitCode: 1 }]);
    expect(requestOf(world, 'ecs:DescribeTasks')).toEqual({ cluster: 'production', tasks: [arn, secondArn] });
    expect(world.host.lines).toContain('output: 01234567 | hello');
  });
});
