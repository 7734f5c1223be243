import type * as sdk from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import { ecsBench } from '../testing/bench.ts';

const MINUTE = 60_000;

/** A service of two tasks, the first of which is protected for half an hour. */
function bench(controller?: 'EXTERNAL') {
  const ecs = ecsBench();
  const definition = ecs.register();
  ecs.create(
    controller === undefined
      ? { taskDefinition: definition }
      : { deploymentController: { type: controller } },
  );
  const set = (changes: object) => ({ cluster: 'main', service: 'web', ...changes });
  if (controller !== undefined) ecs.call('CreateTaskSet', set({ taskDefinition: definition }));
  ecs.clock.advance(5 * MINUTE);
  const [first] = ecs.tasks('RUNNING').map((task) => task.taskArn!);
  const protect = (input: object = {}) =>
    ecs.call<sdk.UpdateTaskProtectionResponse>('UpdateTaskProtection', {
      cluster: 'main',
      tasks: [first],
      protectionEnabled: true,
      expiresInMinutes: 30,
      ...input,
    });
  const running = () => ecs.tasks('RUNNING').map((task) => task.taskArn);
  return { ...ecs, first: first!, protect, running, set };
}

describe('a protected task', () => {
  test('is the one that stays when the service is scaled in', () => {
    const ecs = bench();
    ecs.protect();
    ecs.update({ desiredCount: 1 });
    ecs.clock.advance(5 * MINUTE);
    expect(ecs.running()).toEqual([ecs.first]);
  });

  test('keeps a deployment from its end until the protection does', () => {
    const ecs = bench();
    ecs.protect();
    ecs.update({ taskDefinition: ecs.register({ image: 'example/web:2' }) });
    ecs.clock.advance(20 * MINUTE);
    expect(ecs.running()).toContain(ecs.first);
    expect(ecs.serviceDeployment().status).toBe('IN_PROGRESS');
    ecs.clock.advance(20 * MINUTE);
    expect(ecs.running()).not.toContain(ecs.first);
    expect(ecs.serviceDeployment().status).toBe('SUCCESSFUL');
  });

  test('keeps the clean-up of a blue/green deployment waiting', () => {
    const ecs = bench();
    ecs.protect();
    ecs.update({
      taskDefinition: ecs.register({ image: 'example/web:2' }),
      deploymentConfiguration: { strategy: 'BLUE_GREEN' },
    });
    ecs.clock.advance(25 * MINUTE);
    expect(ecs.serviceDeployment()).toMatchObject({ status: 'IN_PROGRESS', lifecycleStage: 'CLEAN_UP' });
    ecs.protect({ protectionEnabled: false });
    ecs.clock.advance(5 * MINUTE);
    expect(ecs.serviceDeployment().status).toBe('SUCCESSFUL');
  });

  test('is the one that stays when its task set is scaled in', () => {
    const ecs = bench('EXTERNAL');
    ecs.protect();
    const [{ id }] = ecs.call<sdk.DescribeTaskSetsResponse>('DescribeTaskSets', ecs.set({})).taskSets as [
      sdk.TaskSet,
    ];
    ecs.call('UpdateTaskSet', ecs.set({ taskSet: id, scale: { unit: 'PERCENT', value: 50 } }));
    ecs.clock.advance(5 * MINUTE);
    expect(ecs.running()).toEqual([ecs.first]);
  });

  test('is stopped by StopTask and with its service anyway', () => {
    const ecs = bench();
    ecs.protect();
    ecs.call('StopTask', { cluster: 'main', task: ecs.first });
    ecs.clock.advance(5 * MINUTE);
    expect(ecs.running()).not.toContain(ecs.first);
    ecs.protect({ tasks: ecs.running() });
    ecs.call('DeleteService', { cluster: 'main', service: 'web', force: true });
    ecs.clock.advance(5 * MINUTE);
    expect(ecs.describe().status).toBe('INACTIVE');
  });
});

describe('the protection of tasks', () => {
  test('is shown with its end, two hours by default', () => {
    const ecs = bench();
    const ends = new Date(ecs.clock.now() + 120 * MINUTE);
    const shown = { taskArn: ecs.first, protectionEnabled: true, expirationDate: ends };
    expect(ecs.protect({ expiresInMinutes: undefined })).toEqual({ protectedTasks: [shown], failures: [] });
    const get = () => ecs.call('GetTaskProtection', { cluster: 'main', tasks: [ecs.first] });
    expect(get()).toEqual({ protectedTasks: [shown], failures: [] });
    ecs.clock.advance(120 * MINUTE);
    expect(get()).toEqual({
      protectedTasks: [{ taskArn: ecs.first, protectionEnabled: false }],
      failures: [],
    });
  });

  test('is for tasks of services alone', () => {
    const ecs = bench();
    const { tasks } = ecs.call<sdk.RunTaskResponse>('RunTask', { cluster: 'main', taskDefinition: 'web' });
    const alone = tasks![0]!.taskArn;
    expect(ecs.protect({ tasks: [alone, 'gone'] })).toEqual({
      protectedTasks: [],
      failures: [
        {
          arn: alone,
          reason: 'TASK_NOT_VALID',
          detail: 'The specified task is not part of an Amazon ECS service.',
        },
        { arn: 'arn:aws:ecs:eu-west-1:123456789012:task/main/gone', reason: 'MISSING' },
      ],
    });
  });

  test.each([
    [{ tasks: [] }, 'Tasks cannot be empty.'],
    [{ tasks: Array(11).fill('a') }, 'taskIds can have at most 10 items.'],
    [{ expiresInMinutes: 0 }, 'expiresInMinutes must be between 1 and 2880.'],
    [{ expiresInMinutes: 2881 }, 'expiresInMinutes must be between 1 and 2880.'],
    [{ protectionEnabled: undefined }, 'protectionEnabled must be specified.'],
  ])('is refused with %j', (input, message) => {
    const asked = { cluster: 'main', tasks: ['a'], protectionEnabled: true, ...input };
    expect(ecsBench().refusal('UpdateTaskProtection', asked)).toEqual({
      code: 'InvalidParameterException',
      message,
    });
  });
});
