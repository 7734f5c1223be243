import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { VirtualClock } from '../../clock/clock.ts';
import { createLocalAws, type LocalAws } from '../../sandbox.ts';

let aws: LocalAws;
beforeEach(async () => {
  aws = createLocalAws({ clock: 'virtual', seed: 1 });
  await aws.dispatch('ecs', 'CreateCluster', { clusterName: 'main' });
  await aws.dispatch('ecs', 'RegisterTaskDefinition', {
    family: 'batch',
    containerDefinitions: [{ name: 'app', image: 'busybox:1', memory: 64 }],
  });
});
afterEach(() => aws.close());

const arn = (service: string, resource: string) =>
  `arn:aws:${service}:${service === 'iam' ? '' : aws.region}:${aws.accountId}:${resource}`;
const hourly = (more: object = {}, parameters: object = {}) => ({
  Name: 'hourly',
  ScheduleExpression: 'rate(1 hour)',
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: {
    Arn: arn('ecs', 'cluster/main'),
    RoleArn: arn('iam', 'role/scheduler'),
    EcsParameters: { TaskDefinitionArn: arn('ecs', 'task-definition/batch:1'), ...parameters },
    ...more,
  },
});
const passes = async (milliseconds: number) => {
  (aws.clock as VirtualClock).advance(milliseconds);
  await new Promise((resolve) => setImmediate(resolve));
};
// biome-ignore lint/suspicious/noExplicitAny: an answer of any shape
const ask = (operation: string, input: object): Promise<any> => aws.dispatch('scheduler', operation, input);
const tasks = async () => {
  const list = async (desiredStatus: string) =>
    ((await aws.dispatch('ecs', 'ListTasks', { cluster: 'main', desiredStatus })) as { taskArns: string[] })
      .taskArns;
  const all = [...(await list('RUNNING')), ...(await list('STOPPED'))];
  if (all.length === 0) return [];
  const { tasks: found } = (await aws.dispatch('ecs', 'DescribeTasks', { cluster: 'main', tasks: all })) as {
    tasks: Record<string, unknown>[];
  };
  return found.map(({ startedBy, group, overrides }) => ({ startedBy, group, overrides }));
};

test('a schedule that is due starts its task, by its parameters', async () => {
  const Input = JSON.stringify({ containerOverrides: [{ name: 'app', command: ['rake', 'report'] }] });
  await ask('CreateSchedule', hourly({ Input }, { TaskCount: 2, Group: 'reports' }));
  await passes(3_599_000);
  expect(await tasks()).toEqual([]);
  await passes(1000);
  const task = {
    startedBy: 'chronos-schedule/hourly',
    group: 'reports',
    overrides: { containerOverrides: [{ name: 'app', command: ['rake', 'report'] }] },
  };
  expect(await tasks()).toMatchObject([task, task]);
});

test('one that is disabled or deleted starts nothing', async () => {
  await ask('CreateSchedule', { ...hourly(), State: 'DISABLED' });
  await ask('CreateSchedule', { ...hourly(), Name: 'other' });
  await ask('DeleteSchedule', { Name: 'other' });
  await passes(7_200_000);
  expect(await tasks()).toEqual([]);
});

test('a task that cannot be started fails silently', async () => {
  await ask('CreateSchedule', hourly({}, { TaskDefinitionArn: arn('ecs', 'task-definition/gone:7') }));
  await passes(3_600_000);
  expect(await tasks()).toEqual([]);
  expect(await ask('GetSchedule', { Name: 'hourly' })).toMatchObject({ State: 'ENABLED' });
});

test('an update replaces everything: what it omits is the default again', async () => {
  await ask('CreateSchedule', {
    ...hourly({}, { TaskCount: 3 }),
    State: 'DISABLED',
    Description: 'Reports',
    ScheduleExpressionTimezone: 'Asia/Tokyo',
  });
  await ask('UpdateSchedule', hourly());
  const { State, Description, ScheduleExpressionTimezone, Target } = await ask('GetSchedule', {
    Name: 'hourly',
  });
  expect({ State, Description, ScheduleExpressionTimezone }).toEqual({
    State: 'ENABLED',
    Description: undefined,
    ScheduleExpressionTimezone: 'UTC',
  });
  expect(Target).toMatchObject({
    RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
    EcsParameters: { TaskCount: 1 },
  });
});

test('a group takes its schedules with it', async () => {
  await ask('CreateScheduleGroup', { Name: 'jobs' });
  await ask('CreateSchedule', { ...hourly(), GroupName: 'jobs' });
  await ask('DeleteScheduleGroup', { Name: 'jobs' });
  expect(await ask('GetScheduleGroup', { Name: 'jobs' })).toMatchObject({ State: 'DELETING' });
  await passes(10_000);
  await expect(ask('GetScheduleGroup', { Name: 'jobs' })).rejects.toMatchObject({
    code: 'ResourceNotFoundException',
  });
  expect(await ask('ListSchedules', {})).toEqual({ Schedules: [], NextToken: undefined });
});
