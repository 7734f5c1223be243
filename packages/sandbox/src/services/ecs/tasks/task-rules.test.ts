import type * as sdk from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import type { TaskOutcome } from '../task-rules/task-rule.ts';
import { ecsBench } from '../testing/bench.ts';

function stoppedTask(outcome: TaskOutcome | undefined, container: Partial<sdk.ContainerDefinition> = {}) {
  const ecs = ecsBench({ taskRules: outcome === undefined ? [] : [{ outcome }] });
  const { tasks } = ecs.call<sdk.RunTaskResponse>('RunTask', {
    cluster: 'main',
    taskDefinition: ecs.register(container),
  });
  ecs.clock.advance(5 * 60_000);
  const [task] = ecs.call<sdk.DescribeTasksResponse>('DescribeTasks', {
    cluster: 'main',
    tasks: [tasks![0]!.taskArn],
  }).tasks!;
  return { ...ecs, task: task! };
}

const LOGS: sdk.LogConfiguration = {
  logDriver: 'awslogs',
  options: {
    'awslogs-group': '/web',
    'awslogs-region': 'eu-west-1',
    'awslogs-stream-prefix': 'ecs',
    'awslogs-create-group': 'true',
  },
};

describe('how a task ends', () => {
  test.each<{ name: string; outcome: TaskOutcome; task: sdk.Task; container: sdk.Container }>([
    {
      name: 'by an exit code',
      outcome: { kind: 'exit', code: 3 },
      task: { stopCode: 'EssentialContainerExited', stoppedReason: 'Essential container in task exited' },
      container: { exitCode: 3 },
    },
    {
      name: 'without its image',
      outcome: { kind: 'pull-error' },
      task: {
        stopCode: 'TaskFailedToStart',
        stoppedReason:
          'CannotPullContainerError: pull image manifest has been retried 7 time(s): failed to resolve ref example/web:1: example/web:1: not found',
      },
      container: { exitCode: undefined as never },
    },
    {
      name: 'for want of memory',
      outcome: { kind: 'out-of-memory' },
      task: { stopCode: 'EssentialContainerExited', stoppedReason: 'Essential container in task exited' },
      container: { exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' },
    },
    {
      name: 'on the wrong processor',
      outcome: { kind: 'exec-format' },
      task: { stopCode: 'EssentialContainerExited', stoppedReason: 'Essential container in task exited' },
      container: { exitCode: 255 },
    },
    {
      name: 'by a spot interruption',
      outcome: { kind: 'spot-interruption' },
      task: { stopCode: 'SpotInterruption', stoppedReason: 'Your Spot Task was interrupted.' },
      container: { exitCode: 0 },
    },
  ])('$name', ({ outcome, task, container }) => {
    const ended = stoppedTask(outcome).task;
    expect(ended).toMatchObject({ ...task, lastStatus: 'STOPPED', desiredStatus: 'STOPPED' });
    expect(ended.containers![0]!.exitCode).toBe(container.exitCode);
    expect(ended.containers![0]!.lastStatus).toBe('STOPPED');
    if (container.reason !== undefined) expect(ended.containers![0]!.reason).toBe(container.reason);
  });

  test('T04: a task without an outcome does its work and exits with 0', () => {
    expect(stoppedTask(undefined).task.containers![0]!.exitCode).toBe(0);
  });

  test('the containers that ECS stops when an essential one has ended may end with a code of their own', () => {
    const ecs = ecsBench({
      taskRules: [{ outcome: { kind: 'exit', container: 'agent', code: 0, after: 2000, exitOnStop: 143 } }],
    });
    const container = (name: string) => ({ name, image: 'example/web:1', memory: 128 });
    ecs.call('RegisterTaskDefinition', {
      family: 'migrate',
      containerDefinitions: [container('migrate'), container('agent')],
    });
    const { tasks } = ecs.call<sdk.RunTaskResponse>('RunTask', {
      cluster: 'main',
      taskDefinition: 'migrate',
    });
    ecs.clock.advance(5 * 60_000);
    const { containers } = ecs.call<sdk.DescribeTasksResponse>('DescribeTasks', {
      cluster: 'main',
      tasks: [tasks![0]!.taskArn],
    }).tasks![0]!;
    expect(containers!.map(({ name, exitCode }) => [name, exitCode])).toEqual([
      ['migrate', 143],
      ['agent', 0],
    ]);
  });

  test('a secret that is not there stops the task before it starts', () => {
    const { task } = stoppedTask(undefined, { secrets: [{ name: 'URL', valueFrom: 'arn:secret' }] });
    expect(task.stopCode).toBe('TaskFailedToStart');
    expect(task.stoppedReason).toMatch(
      /^ResourceInitializationError: unable to pull secrets or registry auth: .*arn:secret.*can't find the specified secret\.$/,
    );
  });

  test('a log group that is not there stops the task before it starts', () => {
    const { 'awslogs-create-group': _create, ...options } = LOGS.options!;
    const { task } = stoppedTask(undefined, { logConfiguration: { ...LOGS, options } });
    expect(task.stoppedReason).toMatch(
      /^ResourceInitializationError: failed to validate logger args: .*specified log group does not exist/,
    );
  });

  test('the lines of an outcome go to the stream prefix/container/task', () => {
    const { task, groups } = stoppedTask(
      { kind: 'exit', code: 1, log: ['one', 'two'] },
      { logConfiguration: LOGS },
    );
    const stream = groups.get('/web')!.get(`ecs/app/${task.taskArn!.split('/').at(-1)}`)!;
    expect(stream.map((event) => event.message)).toEqual(['one', 'two']);
  });

  test('it passes through every status in order, each with its time', () => {
    const ecs = ecsBench();
    const { tasks } = ecs.call<sdk.RunTaskResponse>('RunTask', {
      cluster: 'main',
      taskDefinition: ecs.register(),
    });
    const seen: string[] = [];
    for (let step = 0; step < 400; step += 1) {
      const { tasks: now } = ecs.call<sdk.DescribeTasksResponse>('DescribeTasks', {
        cluster: 'main',
        tasks: [tasks![0]!.taskArn],
      });
      const status = now![0]!.lastStatus!;
      if (seen.at(-1) !== status) seen.push(status);
      ecs.clock.advance(100);
    }
    expect(seen).toEqual(['PROVISIONING', 'PENDING', 'RUNNING', 'STOPPING', 'DEPROVISIONING', 'STOPPED']);
  });

  test('T05: a stopped task is forgotten after an hour', () => {
    const { task, call, clock } = stoppedTask({ kind: 'exit', code: 0 });
    clock.advance(3_600_000);
    expect(call('DescribeTasks', { cluster: 'main', tasks: [task.taskArn] })).toEqual({
      tasks: [],
      failures: [{ arn: task.taskArn, reason: 'MISSING' }],
    });
  });

  test.each<{ name: string; outcome: TaskOutcome; reason: string; event: RegExp }>([
    {
      name: 'container health checks',
      outcome: { kind: 'unhealthy' },
      reason: 'Task failed container health checks',
      event: /^\(service web\) \(task task-\d\) failed container health checks\.$/,
    },
    {
      name: 'the load balancer',
      outcome: { kind: 'elb-unhealthy' },
      reason: 'Task failed ELB health checks in (target-group arn:tg)',
      event:
        /^\(service web\) \(task task-\d\) \(port 80\) is unhealthy in \(target-group arn:tg\) due to \(reason Health checks failed with these codes: \[502\]\)\.$/,
    },
  ])('a task of a service that fails $name is stopped by the scheduler', ({ outcome, reason, event }) => {
    const ecs = ecsBench({ taskRules: [{ outcome }] });
    ecs.create({
      taskDefinition: ecs.register({
        portMappings: [{ containerPort: 80 }],
        healthCheck: { command: ['CMD', 'true'], interval: 10, retries: 2 },
      }),
      loadBalancers: [{ targetGroupArn: 'arn:tg', containerName: 'app', containerPort: 80 }],
    });
    ecs.clock.advance(3 * 60_000);
    expect(ecs.tasks('STOPPED')[0]).toMatchObject({
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: reason,
    });
    expect(ecs.events()).toContainEqual(expect.stringMatching(event));
  });

  test('a rule takes the n-th task, or the first few; the first rule that matches wins', () => {
    const ecs = ecsBench({
      taskRules: [
        { match: { family: 'job' }, nth: 2, outcome: { kind: 'exit', code: 2 } },
        { match: { image: 'web:*' }, count: 2, outcome: { kind: 'exit', code: 1 } },
      ],
    });
    const taskDefinition = ecs.register({}, 'job');
    ecs.call('RunTask', { cluster: 'main', taskDefinition, count: 4 });
    ecs.clock.advance(60_000);
    const { taskArns } = ecs.call<sdk.ListTasksResponse>('ListTasks', {
      cluster: 'main',
      desiredStatus: 'STOPPED',
    });
    const { tasks } = ecs.call<sdk.DescribeTasksResponse>('DescribeTasks', {
      cluster: 'main',
      tasks: taskArns,
    });
    expect(tasks!.map((task) => task.containers![0]!.exitCode)).toEqual([1, 2, 1, 0]);
  });
});
