import type { GetScheduleOutput } from '@aws-sdk/client-scheduler';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { checkManifest } from '@landfall/core/operations/check-manifest';
import { deployManifest } from '@landfall/core/operations/deploy-manifest';
import { destroyEnvironment } from '@landfall/core/operations/destroy-environment';
import { planManifest } from '@landfall/core/operations/plan-manifest';
import { runScheduledTask } from '@landfall/core/operations/run-scheduled-task';
import { fakeWorld } from '@landfall/core/testing/fake-world';
import { runReported } from '@landfall/report/run-reported';
import type { VirtualClock } from '@landfall/sandbox/clock/clock';
import { createScenario, scenario } from '../rollouts/scenario/current.ts';
import { taskDefinitionOf } from '../rollouts/scenario/scenario.ts';
import { beginShop, failing, logLines } from './shop.ts';

const group = 'landfall-shop-dev';
const role = 'arn:aws:iam::123456789012:role/scheduler';
const queue = 'arn:aws:sqs:eu-west-1:123456789012:lost';

/** One service, and what is given of schedules. */
const withSchedules = (schedules: string, environment = '') => ({
  'landfall.yml': `landfall: 1
name: shop
defaults: { cluster: main }
services: { web: { taskDefinition: web.json } }
schedules:
${schedules}
environments: { dev: {${environment}} }
`,
  'web.json': JSON.stringify(taskDefinitionOf('dev-web', 2)),
  'batch.json': JSON.stringify(taskDefinitionOf('dev-batch', 2)),
});
const nightly = (more = `at: cron(0 18 * * ? *), timezone: Asia/Tokyo, deadLetter: "${queue}"`) =>
  `  nightly: { taskDefinition: batch.json, role: "${role}", ${more} }`;
const deploy = (
  files = withSchedules(nightly()),
  inputs: Readonly<Record<string, string>> = {},
  options: Parameters<typeof beginShop>[2] = {},
) => beginShop(deployManifest, inputs, { files, ...options });

// biome-ignore lint/suspicious/noExplicitAny: an answer of any shape
const ask = (operation: string, input: object): Promise<any> =>
  scenario.sandbox.dispatch('scheduler', operation, input);
const get = (Name = 'nightly'): Promise<GetScheduleOutput> => ask('GetSchedule', { GroupName: group, Name });
const names = async (): Promise<readonly string[]> =>
  (await ask('ListSchedules', { GroupName: group })).Schedules.map(({ Name }: { Name: string }) => Name);
const writes = () =>
  scenario.sandbox
    .journal()
    .flatMap(({ service, operation, caller }) =>
      service === 'scheduler' && caller !== undefined && /^(?:Create|Update|Delete)/.test(operation)
        ? [operation]
        : [],
    );
/** As a person does, who knows nothing of the manifest. */
const disable = async () => {
  const { Arn: _, CreationDate: __, LastModificationDate: ___, ...schedule } = await get();
  await ask('UpdateSchedule', { ...schedule, State: 'DISABLED' });
};
const schedulesOf = (text: string | undefined) => JSON.parse(text ?? 'null');

beforeEach(async () => {
  await createScenario({ services: { 'dev-web': {} } });
  await scenario.sandbox.dispatch('logs', 'CreateLogGroup', { logGroupName: '/ecs/dev-batch' });
});

describe('Given a manifest with a schedule', () => {
  test('When it is deployed, Then the schedule is written after the services, by its revision', async () => {
    const run = await deploy().done;
    expect(run.result).toMatchObject({
      exitCode: 0,
      outputs: {
        verdict: 'SUCCEEDED',
        schedules:
          '[{"schedule":"nightly","status":"created","state":"ENABLED","taskDefinition":"dev-batch:1"}]',
      },
    });
    expect(await get()).toMatchObject({
      ScheduleExpression: 'cron(0 18 * * ? *)',
      ScheduleExpressionTimezone: 'Asia/Tokyo',
      FlexibleTimeWindow: { Mode: 'OFF' },
      State: 'ENABLED',
      Target: {
        Arn: 'arn:aws:ecs:us-east-1:123456789012:cluster/main',
        RoleArn: role,
        DeadLetterConfig: { Arn: queue },
        EcsParameters: {
          TaskDefinitionArn: 'arn:aws:ecs:us-east-1:123456789012:task-definition/dev-batch:1',
        },
      },
    });
    expect(logLines(run, /schedule|is live/)).toEqual([
      'info: ✓ dev-web: dev-web:2 is live',
      `info: schedule group ${group} created`,
      'info: ✓ schedule nightly starts dev-batch:1 at cron(0 18 * * ? *) Asia/Tokyo',
    ]);
  });

  test('When it is due, Then its task starts with the parameters of the manifest', async () => {
    await deploy(
      withSchedules(
        nightly(
          'at: rate(1 hour), deadLetter: none, task: { count: 2, group: reports }, overrides: { containerOverrides: [{ name: app, command: [rake, report] }] }',
        ),
      ),
    ).done;
    (scenario.sandbox.clock as VirtualClock).advance(3_600_000);
    await new Promise((resolve) => setImmediate(resolve));
    const { taskArns } = (await scenario.sandbox.dispatch('ecs', 'ListTasks', {
      cluster: 'main',
      startedBy: 'chronos-schedule/nightly',
    })) as { taskArns: string[] };
    expect(taskArns).toHaveLength(2);
  });

  test('When it is deployed again, Then nothing is written', async () => {
    await deploy().done;
    const before = writes();
    const { result } = await deploy().done;
    expect(result.outputs).toMatchObject({
      verdict: 'NOOP',
      schedules:
        '[{"schedule":"nightly","status":"unchanged","state":"ENABLED","taskDefinition":"dev-batch:1"}]',
    });
    expect(writes()).toEqual(before);
  });

  test('When a service fails, Then the schedule is not written', async () => {
    await createScenario({ services: { 'dev-web': {} }, taskRules: [failing('web')] });
    const { result } = await deploy().done;
    expect(result).toMatchObject({ exitCode: 4, outputs: { schedules: '[]' } });
    expect(writes()).toEqual([]);
  });

  test('When services are selected, Then schedules are left as they are', async () => {
    const { result } = await deploy(undefined, { services: 'web' }).done;
    expect(result).toMatchObject({ exitCode: 0, outputs: { schedules: '[]' } });
    expect(writes()).toEqual([]);
  });

  test('When the caller may not pass the role, Then the step is red and names the schedule', async () => {
    scenario.sandbox.fault({
      service: 'scheduler',
      operation: 'CreateSchedule',
      fault: { kind: 'error', code: 'AccessDeniedException', message: 'no' },
    });
    const { result } = await deploy().done;
    expect(result).toMatchObject({
      exitCode: 3,
      error: {
        code: 'ACCESS_DENIED',
        summary: expect.stringMatching(/^every service is live, but schedule nightly: /),
      },
      outputs: { schedules: '[{"schedule":"nightly","status":"failed","verdict":"ACCESS_DENIED"}]' },
    });
  });
});

describe('Given a schedule that is there', () => {
  beforeEach(async () => {
    await deploy().done;
  });

  test('When a person has disabled it, Then it stays disabled and gets the new revision', async () => {
    await disable();
    const files = {
      ...withSchedules(nightly()),
      'batch.json': JSON.stringify(taskDefinitionOf('dev-batch', 3)),
    };
    const run = await deploy(files).done;
    expect(run.result.outputs.schedules).toBe(
      '[{"schedule":"nightly","status":"updated","state":"DISABLED","taskDefinition":"dev-batch:2"}]',
    );
    expect((await get()).State).toBe('DISABLED');
    expect(logLines(run, /schedule/)).toEqual([
      'notice: schedule nightly stays disabled: it was disabled, and its state is kept',
      'info: ✓ schedule nightly starts dev-batch:2 at cron(0 18 * * ? *) Asia/Tokyo, once it is enabled',
    ]);
  });

  test('When the manifest says enabled, Then it is enabled again', async () => {
    await disable();
    await deploy(withSchedules(nightly('at: rate(1 day), state: enabled, deadLetter: none'))).done;
    expect(await get()).toMatchObject({ State: 'ENABLED', ScheduleExpression: 'rate(1 day)' });
    expect((await get()).Target?.DeadLetterConfig).toBeUndefined();
  });

  test('When one field changes, Then what the manifest does not say stays', async () => {
    const EndDate = Date.UTC(2030, 0, 1) / 1000;
    const { Arn: _, CreationDate: __, LastModificationDate: ___, ...schedule } = await get();
    await ask('UpdateSchedule', { ...schedule, EndDate, Description: 'Reports' });
    await deploy(withSchedules(nightly('at: cron(0 19 * * ? *), retry: { attempts: 3 }'))).done;
    expect(await get()).toMatchObject({
      ScheduleExpression: 'cron(0 19 * * ? *)',
      ScheduleExpressionTimezone: 'Asia/Tokyo',
      EndDate: new Date(EndDate * 1000),
      Description: 'Reports',
      Target: {
        DeadLetterConfig: { Arn: queue },
        RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 86_400 },
      },
    });
  });

  test('When it is planned, Then the plan shows what would change, and nothing is written', async () => {
    const before = writes();
    const files = {
      ...withSchedules(
        nightly(
          'at: cron(0 19 * * ? *), overrides: { containerOverrides: [{ name: app, environment: [{ name: TOKEN, value: sesame }] }] }',
        ),
      ),
      'batch.json': JSON.stringify(taskDefinitionOf('dev-batch', 3)),
    };
    const run = await beginShop(planManifest, { 'exit-code': 'true' }, { files }).done;
    expect(run.result.error).toMatchObject({
      code: 'CHANGES_PENDING',
      summary: 'dev differs from landfall.yml in schedule nightly',
    });
    const [planned] = schedulesOf(run.result.outputs.schedules);
    expect(planned).toMatchObject({ schedule: 'nightly', kind: 'update' });
    expect(planned.changes).toEqual([
      '- ScheduleExpression: "cron(0 18 * * ? *)"',
      '+ ScheduleExpression: "cron(0 19 * * ? *)"',
      '+ containers.app.environment.TOKEN: "(hidden)"',
      '- containers.app.image: "example/dev-batch:2"',
      '+ containers.app.image: "example/dev-batch:3"',
    ]);
    expect(JSON.stringify(run.result)).not.toContain('sesame');
    expect(writes()).toEqual(before);
  });

  test('When the manifest no longer describes it, Then prune deletes it', async () => {
    const without = withSchedules('  other: { taskDefinition: batch.json, disabled: true }');
    const planned = await beginShop(planManifest, { prune: 'true' }, { files: without }).done;
    expect(schedulesOf(planned.result.outputs.schedules)).toEqual([
      { schedule: 'nightly', kind: 'delete', changes: [] },
    ]);
    await deploy(without).done;
    expect(await names()).toEqual(['nightly']);
    const { result } = await deploy(without, { prune: 'true' }).done;
    expect(result.outputs).toMatchObject({
      verdict: 'SUCCEEDED',
      schedules: '[{"schedule":"nightly","status":"pruned"}]',
    });
    expect(await names()).toEqual([]);
  });

  test('When the environment is protected, Then nothing of it is pruned', async () => {
    const { result } = await deploy(
      withSchedules('  other: { taskDefinition: batch.json, disabled: true }', ' protect: true '),
      { prune: 'true' },
    ).done;
    expect(result.error).toMatchObject({
      code: 'ENVIRONMENT_PROTECTED',
      summary: 'dev is protected, so nightly cannot be pruned',
    });
  });

  test('When the environment is destroyed, Then its schedules are deleted first', async () => {
    const run = await beginShop(destroyEnvironment, { confirm: 'dev' }, { files: withSchedules(nightly()) })
      .done;
    expect(run.result.exitCode).toBe(0);
    expect(logLines(run, /schedule/)).toEqual([
      `info: shop/dev: to be deleted first: the schedule group ${group} (nightly)`,
      `info: ✓ the schedule group ${group} is deleted`,
    ]);
    await expect(ask('GetScheduleGroup', { Name: group })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
  });

  test('When it belongs to another environment, Then nothing is deployed', async () => {
    const { Arn } = await ask('GetScheduleGroup', { Name: group });
    await ask('TagResource', { ResourceArn: Arn, Tags: [{ Key: 'landfall:manifest', Value: 'other/dev' }] });
    const { result } = await deploy().done;
    expect(result.error).toMatchObject({
      code: 'CONFLICT',
      summary: `the schedule group ${group} belongs to other/dev, not to shop/dev`,
    });
  });

  test('When AWS keeps another than was written, Then the step is red', async () => {
    const stale = await get();
    scenario.sandbox.fault({
      service: 'scheduler',
      operation: 'GetSchedule',
      fault: { kind: 'answer', merge: { ScheduleExpression: stale.ScheduleExpression } },
    });
    const { result } = await deploy(withSchedules(nightly('at: rate(1 day), deadLetter: none'))).done;
    expect(result.error).toMatchObject({
      code: 'SCHEDULE_NOT_WRITTEN',
      summary:
        'every service is live, but schedule nightly: it was written, and 30 s later it still is another than the manifest wants',
    });
  });
});

test.each(['createScheduleGroup', 'createSchedule', 'updateSchedule'] as const)(
  'Given a run killed around %s, When it runs again, Then every schedule is as wanted and enabled',
  async (call) => {
    for (const when of ['before', 'after'] as const) {
      await createScenario({ services: { 'dev-web': {} } });
      if (call === 'updateSchedule') await deploy().done;
      const files = withSchedules(nightly('at: rate(1 day), deadLetter: none'));
      await deploy(files, {}, { killAt: { call, when } }).killed;
      const { result } = await deploy(files).done;
      expect(result.exitCode).toBe(0);
      expect(await get()).toMatchObject({ State: 'ENABLED', ScheduleExpression: 'rate(1 day)' });
    }
  },
);

test.each(['before', 'after'] as const)(
  'Given a run killed %s a deletion, When it runs again, Then what was to be deleted is gone',
  async (when) => {
    await deploy().done;
    const without = withSchedules('  other: { taskDefinition: batch.json, disabled: true }');
    await deploy(without, { prune: 'true' }, { killAt: { call: 'deleteSchedule', when } }).killed;
    expect((await deploy(without, { prune: 'true' }).done).result.exitCode).toBe(0);
    expect(await names()).toEqual([]);
    const destroy = (options: Parameters<typeof beginShop>[2] = {}) =>
      beginShop(destroyEnvironment, { confirm: 'dev' }, { files: without, ...options });
    await destroy({ killAt: { call: 'deleteScheduleGroup', when } }).killed;
    expect((await destroy().done).result.exitCode).toBe(0);
    await expect(ask('GetScheduleGroup', { Name: group })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
  },
);

test('A write whose answer is lost is read again, and counts', async () => {
  scenario.sandbox.fault({
    service: 'scheduler',
    operation: 'CreateSchedule',
    count: 1,
    fault: { kind: 'reset', effect: 'applied' },
  });
  const run = await deploy().done;
  expect(run.result.exitCode).toBe(0);
  expect(logLines(run, /schedule nightly/)).toEqual([
    'warning: schedule nightly: no response to the write; reading it again',
    'info: ✓ schedule nightly starts dev-batch:1 at cron(0 18 * * ? *) Asia/Tokyo',
  ]);
});

test('All that is wrong with schedules is reported at once, before any effect', async () => {
  const world = fakeWorld({
    inputs: { environment: 'dev' },
    files: withSchedules(`  a: { taskDefinition: batch.json, at: 0 18 * * * }
  b:
    taskDefinition: batch.json
    at: cron(0 18 * * * *)
    timezone: Tokyo
    role: "${role}"
    task: { count: 11, launchType: MANAGED_INSTANCES, networkConfiguration: { awsvpcConfiguration: { subnets: [a] } } }`),
  });
  const result = await runReported(checkManifest, world);
  expect(result.error?.details).toEqual([
    'landfall.yml:6:3: schedules.a has no "role": EventBridge Scheduler starts the task by a role that it may assume',
    'landfall.yml:6:36: schedules.a.at must be rate(…), at(…) or cron(…)',
    'landfall.yml:9:5: schedules.b.at must have ? as either the day of the month or the day of the week',
    'landfall.yml:10:5: schedules.b.timezone is no time zone, such as Asia/Tokyo, got "Tokyo"',
    'landfall.yml:12:5: schedules.b.task has the count 11, but it must be 1 to 10',
    'landfall.yml:12:5: schedules.b.task has launchType MANAGED_INSTANCES, which EventBridge Scheduler does not know',
    'landfall.yml:12:5: schedules.b.task has a networkConfiguration, but dev-batch uses the network mode bridge, which takes none',
  ]);
  expect(world.host.annotations.map(({ message }) => message)).toContain(
    'schedules.a has no "deadLetter": a task that cannot be started is lost silently; name an SQS queue, or write deadLetter: none',
  );
});

describe('Given the task of a schedule', () => {
  const runNow = (schedule = 'nightly') =>
    scenario.begin(
      { service: '', cluster: '', 'task-definition': '', schedule, 'schedule-group': group },
      { operation: runScheduledTask },
    ).done;

  test('When it runs now, Then it runs with exactly the parameters of the schedule', async () => {
    await deploy(
      withSchedules(
        nightly(
          'at: rate(1 day), deadLetter: none, task: { group: reports }, overrides: { containerOverrides: [{ name: app, command: [rake, report] }] }',
        ),
      ),
    ).done;
    await disable();
    const run = await runNow();
    expect(run.result).toMatchObject({ exitCode: 0, outputs: { 'exit-code': '0' } });
    const asked = scenario.sandbox.journal().find(({ operation }) => operation === 'RunTask')?.input;
    expect(asked).toEqual({
      cluster: 'arn:aws:ecs:us-east-1:123456789012:cluster/main',
      taskDefinition: 'arn:aws:ecs:us-east-1:123456789012:task-definition/dev-batch:1',
      count: 1,
      group: 'reports',
      overrides: { containerOverrides: [{ name: 'app', command: ['rake', 'report'] }] },
      clientToken: expect.any(String),
      startedBy: expect.any(String),
    });
    expect(logLines(run, /disabled/)).toEqual([
      'notice: schedule nightly is disabled, and its task runs now',
    ]);
  });

  test('When its target is no task of ECS, Then it is refused before any effect', async () => {
    await deploy().done;
    const { Arn: _, CreationDate: __, LastModificationDate: ___, ...schedule } = await get();
    const lambda = 'arn:aws:lambda:us-east-1:123456789012:function:report';
    await ask('UpdateSchedule', { ...schedule, Target: { Arn: lambda, RoleArn: role } });
    expect((await runNow()).result.error).toMatchObject({
      code: 'INPUT_INVALID',
      summary: `schedule is nightly, which does not start a task of ECS but ${lambda}`,
    });
  });

  test('When there is no such schedule, Then the error names it', async () => {
    await deploy().done;
    const { result } = await runNow('nightyl');
    expect(result.error).toMatchObject({
      code: 'NOT_FOUND',
      summary: `schedule nightyl was not found in the group ${group} (region us-east-1)`,
    });
  });
});

test('A saved plan is deployed with its schedules, and refused once one of them has changed', async () => {
  await deploy().done;
  const files = withSchedules(nightly('at: rate(1 day), deadLetter: none'));
  const planning = beginShop(planManifest, { 'output-file': 'plan.json' }, { files });
  await planning.done;
  const planned = { ...files, 'plan.json': planning.files['/workspace/plan.json'] ?? '' };
  const { Arn: _, CreationDate: __, LastModificationDate: ___, ...schedule } = await get();
  await ask('UpdateSchedule', { ...schedule, ScheduleExpression: 'rate(7 days)' });
  const stale = await deploy(planned, { plan: 'plan.json' }).done;
  expect(stale.result.error).toMatchObject({
    code: 'PLAN_STALE',
    summary: 'the plan plan.json no longer holds: what would be done to the schedule nightly has changed',
  });
  await ask('UpdateSchedule', schedule);
  for (const verdict of ['SUCCEEDED', 'NOOP'])
    expect((await deploy(planned, { plan: 'plan.json' }).done).result).toMatchObject({
      exitCode: 0,
      outputs: { verdict },
    });
});
