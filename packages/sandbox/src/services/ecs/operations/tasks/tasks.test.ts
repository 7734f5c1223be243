import type * as sdk from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import { ecsBench } from '../../testing/bench.ts';

const main = { cluster: 'main' };
const root = 'arn:aws:ecs:eu-west-1:123456789012';

test('DescribeTasks shows what each container has, the overrides over the definition', () => {
  const ecs = ecsBench();
  ecs.register({ cpu: 128, memory: 256, memoryReservation: 64 });
  const run = (containerOverrides: sdk.ContainerOverride[]) =>
    ecs.call<sdk.RunTaskResponse>('RunTask', {
      ...main,
      taskDefinition: 'web',
      overrides: { containerOverrides },
    }).tasks![0]!.containers![0];
  expect(run([])).toMatchObject({ cpu: '128', memory: '256', memoryReservation: '64' });
  expect(run([{ name: 'app', cpu: 64 }])).toMatchObject({ cpu: '64', memory: '256' });
});

describe('StartTask', () => {
  test('finds no container instance, for the sandbox has none', () => {
    const ecs = ecsBench();
    ecs.register();
    expect(ecs.call('StartTask', { ...main, taskDefinition: 'web', containerInstances: ['one'] })).toEqual({
      tasks: [],
      failures: [{ arn: `${root}:container-instance/main/one`, reason: 'MISSING' }],
    });
  });

  test.each([
    [{ containerInstances: [] }, 'Container instances cannot be empty.'],
    [{ containerInstances: Array(11).fill('a') }, 'Container instances can have at most 10 items.'],
  ])('is refused with %j', (input, message) => {
    expect(ecsBench().refusal('StartTask', { ...main, taskDefinition: 'web', ...input })).toEqual({
      code: 'InvalidParameterException',
      message,
    });
  });
});

describe('ExecuteCommand', () => {
  const bench = (enableExecuteCommand: boolean) => {
    const ecs = ecsBench({ taskRules: [{ outcome: { kind: 'run' } }] });
    ecs.register();
    const { tasks } = ecs.call<sdk.RunTaskResponse>('RunTask', {
      ...main,
      taskDefinition: 'web',
      enableExecuteCommand,
    });
    ecs.clock.advance(120_000);
    const { taskArn: task, containers } = tasks![0]!;
    return { ...ecs, request: { ...main, task, command: 'sh', interactive: true }, containers };
  };

  test('gives a session with a container that runs', () => {
    const ecs = bench(true);
    expect(ecs.call('ExecuteCommand', ecs.request)).toEqual({
      clusterArn: `${root}:cluster/main`,
      taskArn: ecs.request.task,
      containerArn: ecs.containers![0]!.containerArn,
      containerName: 'app',
      interactive: true,
      session: {
        sessionId: expect.stringMatching(/^ecs-execute-command-[0-9a-f]{26}$/),
        streamUrl: expect.stringMatching(
          /^wss:\/\/ssmmessages\.eu-west-1\.amazonaws\.com\/v1\/data-channel\/ecs-execute-command-/,
        ),
        tokenValue: expect.any(String),
      },
    });
  });

  const notEnabled =
    'The execute command failed because execute command was not enabled when the task was run or the execute command agent isn’t running. Wait and try again or run a new task with execute command enabled and try again.';

  test.each([
    [{ task: 'gone' }, 'The referenced task was not found.'],
    [{ interactive: false }, 'Interactive is the only mode supported currently.'],
    [{ command: '' }, 'Command cannot be empty.'],
    [{ container: 'db' }, 'The container db does not exist in the task.'],
  ])('is refused with %j', (input, message) => {
    const ecs = bench(true);
    expect(ecs.refusal('ExecuteCommand', { ...ecs.request, ...input })).toEqual({
      code: 'InvalidParameterException',
      message,
    });
  });

  test('is refused for a task that was not run for it, and one that has stopped', () => {
    const without = bench(false);
    expect(without.refusal('ExecuteCommand', without.request).message).toBe(notEnabled);
    const ecs = bench(true);
    ecs.call('StopTask', { ...main, task: ecs.request.task });
    ecs.clock.advance(120_000);
    expect(ecs.refusal('ExecuteCommand', ecs.request).message).toBe(notEnabled);
  });
});
