import type { DescribeTasksResponse, RunTaskRequest } from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import { LandfallError } from '../errors/landfall-error.ts';
import {
  arn,
  operations,
  type RunTaskFixture,
  requestOf,
  revision,
  runWith,
  secondArn,
  sees,
  service,
  stopped,
  succeeds,
  task,
  taskDefinition,
} from '../testing/run-task-fixture.ts';

describe('a task that succeeds', () => {
  test('is started with the settings of the service, and nothing that was not requested', async () => {
    const { world, result } = runWith({
      looks: succeeds,
      inputs: { command: './manage migrate', environment: 'A=b=c' },
    });
    expect(await result).toMatchObject({ ok: true, exitCode: 0 });
    expect(requestOf(world, 'ecs:RunTask')).toEqual({
      cluster: 'production',
      taskDefinition: revision,
      count: 1,
      clientToken: expect.stringMatching(/^landfall-[A-Za-z0-9_-]{43}$/),
      startedBy: expect.stringMatching(/^landfall\/run-1\/[A-Za-z0-9_-]{16}$/),
      launchType: 'FARGATE',
      platformVersion: '1.4.0',
      networkConfiguration: service.networkConfiguration,
      overrides: {
        containerOverrides: [
          { name: 'app', command: ['./manage', 'migrate'], environment: [{ name: 'A', value: 'b=c' }] },
        ],
      },
    });
  });

  test('shows its states and its log as they come, and outputs its exit code', async () => {
    const { world, result } = runWith({ looks: succeeds, log: ['creating table users', 'done'] });
    expect((await result).outputs).toEqual({
      'task-definition-arn': revision,
      'task-arn': arn,
      'task-arns': JSON.stringify([arn]),
      'exit-code': '0',
      'stopped-reason': 'Essential container in task exited',
    });
    expect(world.host.lines).toEqual([
      `info: started task ${arn} of migrate:7 in cluster production`,
      'progress: task 0123456789abcdef: PENDING',
      'progress: task 0123456789abcdef: RUNNING',
      'output: creating table users',
      'output: done',
      'progress: task 0123456789abcdef: STOPPED',
      'info: task 0123456789abcdef succeeded: container "app" ended with exit code 0',
    ]);
  });

  test('is judged as soon as its containers have ended, before Fargate has tidied up', async () => {
    const { world, result } = runWith({ looks: [sees({ ...stopped(0), lastStatus: 'DEPROVISIONING' })] });
    expect(await result).toMatchObject({ ok: true });
    expect(operations(world).filter((one) => one === 'ecs:DescribeTasks')).toHaveLength(1);
  });

  test('is not judged before ECS says what stopped it', async () => {
    const { stopCode, ...untold } = stopped(0);
    const { world, result } = runWith({
      looks: [
        sees({ ...untold, lastStatus: 'DEPROVISIONING' }),
        sees(stopped(0, { stopCode: 'UserInitiated' })),
      ],
    });
    expect(await result).toMatchObject({ ok: false, error: { code: 'TASK_FAILED' } });
    expect(operations(world).filter((one) => one === 'ecs:DescribeTasks')).toHaveLength(2);
  });

  test('may be unknown to ECS for a moment after it was started', async () => {
    const missing: DescribeTasksResponse = { tasks: [], failures: [{ arn, reason: 'MISSING' }] };
    const { result } = runWith({ looks: [missing, missing, ...succeeds] });
    expect(await result).toMatchObject({ ok: true });
  });

  test('is waited for through throttles and lost responses, with one warning per outage', async () => {
    const throttled = new LandfallError('THROTTLED', { summary: 'ecs:DescribeTasks was throttled' });
    const { world, result } = runWith({ looks: [throttled, throttled, ...succeeds] });
    expect(await result).toMatchObject({ ok: true });
    expect(world.host.lines.filter((line) => line.startsWith('warning'))).toEqual([
      'warning: the task cannot be read at the moment, retrying: ecs:DescribeTasks was throttled',
    ]);
  });

  test('is not waited for with wait: false, and its result is not reported', async () => {
    const { world, result } = runWith({ inputs: { 'wait-for-task-stopped': 'false' } });
    expect(await result).toMatchObject({ ok: true });
    expect(operations(world)).not.toContain('ecs:DescribeTasks');
    expect(world.host.lines.at(-1)).toBe(
      'notice: not waiting: the task keeps running, and this step does not know how it will end',
    );
  });
});

describe('the one RunTask', () => {
  const tokenOf = async (options: RunTaskFixture) => {
    const { world, result } = runWith({ looks: succeeds, ...options });
    await result;
    return (requestOf(world, 'ecs:RunTask') as RunTaskRequest).clientToken;
  };

  test('T01: RunTask has one token for every repeat within an attempt, and another for the next attempt', async () => {
    const first = await tokenOf({});
    expect(await tokenOf({})).toBe(first);
    expect(await tokenOf({ host: { run: { attempt: 2 } } })).not.toBe(first);
    expect(await tokenOf({ host: { run: { job: 'other' } } })).not.toBe(first);
    expect(await tokenOf({ inputs: { id: 'seed' } })).not.toBe(first);
    expect(await tokenOf({ inputs: { command: 'other' } })).not.toBe(first);
  });

  test('T01: a response that stays lost is OUTCOME_UNKNOWN, and the remedy shows how to find the task', async () => {
    const lost = new LandfallError('ENDPOINT_UNREACHABLE', { summary: 'lost', applied: 'unknown' });
    const { result } = runWith({
      inputs: { 'started-by': 'release' },
      run: () => {
        throw lost;
      },
    });
    expect((await result).error).toMatchObject({
      code: 'OUTCOME_UNKNOWN',
      summary: `no response to RunTask for ${revision}: a task may have started`,
      remedy:
        'Look for it with `aws ecs list-tasks --cluster production --started-by release`. Running the step again within this attempt finds it and does not start a second one.',
    });
  });

  test('T02: a task that runs already, as after a repeat of the same attempt, is watched', async () => {
    const { world, result } = runWith({ run: { tasks: [task('RUNNING')], failures: [] }, looks: succeeds });
    expect(await result).toMatchObject({ ok: true });
    expect(world.host.lines[0]).toBe(
      `info: task ${arn} of migrate:7 is already RUNNING in cluster production; watching it`,
    );
  });

  test.each([
    ['github', 're-run the job'],
    ['circleci', 'rerun the workflow'],
    ['codebuild', 'start a new build'],
    ['terminal', 'unset `LANDFALL_RUN_ID` or set it to another value'],
  ] as const)(
    'T02: the same token with other parameters is CONFLICT, explained for %s',
    async (name, how) => {
      const { result } = runWith({
        host: { name },
        inputs: { id: 'migrate', environment: 'A=2' },
        run: () => {
          throw new LandfallError('CONFLICT', {
            summary: 'ecs:RunTask in eu-west-1 was refused: ConflictException: …',
            cause: Object.assign(new Error('…'), { resourceIds: [arn] }),
          });
        },
      });
      expect((await result).error).toMatchObject({
        code: 'CONFLICT',
        summary: `this attempt of the run has already started a task for this step with different parameters: ${arn}`,
        remedy: `Set the input \`id\` to a different value in each step of the job that starts a task, or ${how}.`,
      });
    },
  );

  test('T03: a task that cannot be placed is PLACEMENT_FAILED with the reason and what to do', async () => {
    const failures = [
      { arn: 'arn:aws:ecs:eu-west-1:123456789012:container-instance/i', reason: 'RESOURCE:MEMORY' },
    ];
    const { result } = runWith({ run: { tasks: [], failures } });
    expect((await result).error).toMatchObject({
      code: 'PLACEMENT_FAILED',
      summary:
        'ECS started 0 of 1 tasks of migrate:7: RESOURCE:MEMORY (no container instance has enough free memory; arn:aws:ecs:eu-west-1:123456789012:container-instance/i)',
      remedy: 'Add container instances, request less CPU or memory, or run the task on Fargate.',
    });
  });

  test('T03: an answer with neither tasks nor failures is PLACEMENT_FAILED too, never green', async () => {
    const { result } = runWith({ run: { tasks: [], failures: [] } });
    expect((await result).error?.summary).toBe('ECS started 0 of 1 tasks of migrate:7: it gave no reason');
  });

  const startsAgain = 'stop these before a new attempt, or set `on-partial-start: stop`';

  test('T03: fewer tasks than were requested are PLACEMENT_FAILED though ECS lists no failure', async () => {
    const { world, result } = runWith({
      inputs: { count: '3' },
      run: { tasks: [task('PROVISIONING'), { ...task('PROVISIONING'), taskArn: secondArn }], failures: [] },
      looks: [sees(stopped(0), { ...stopped(0), taskArn: secondArn })],
    });
    expect((await result).error).toMatchObject({
      code: 'PLACEMENT_FAILED',
      summary: 'ECS started 2 of 3 tasks of migrate:7: it gave no reason',
      details: [
        `task ${arn} was started and keeps running`,
        `task ${secondArn} was started and keeps running`,
        startsAgain,
      ],
    });
    expect(operations(world)).not.toContain('ecs:DescribeTasks');
  });

  test.each([
    ['leave', [`task ${arn} was started and keeps running`, startsAgain], 0],
    ['stop', [`task ${arn} is being stopped`], 1],
  ] as const)(
    'T03: of a partial start the tasks are listed and, with on-partial-start: %s, treated so',
    async (choice, details, stops) => {
      const { world, result } = runWith({
        inputs: { count: '2', 'on-partial-start': choice },
        run: { tasks: [task('PROVISIONING')], failures: [{ reason: 'RESOURCE:CPU' }] },
      });
      const { error, outputs } = await result;
      expect(error).toMatchObject({ code: 'PLACEMENT_FAILED', details });
      expect(outputs['task-arn']).toBe(arn);
      expect(operations(world).filter((one) => one === 'ecs:StopTask')).toHaveLength(stops);
    },
  );
});

describe('a request that cannot be met', () => {
  test.each<[string, Record<string, string>, string]>([
    [
      'T06: overrides that are an object instead of a list',
      { 'container-overrides': '{"name": "app"}' },
      'container-overrides must be a list [{"name": …}], got an object',
    ],
    [
      'T06: overrides that are YAML',
      { 'container-overrides': '- name: app' },
      'container-overrides is not valid JSON (line 1, column 1: this is neither a value nor a key)',
    ],
    [
      'T06: overrides for a container that there is not',
      { 'container-overrides': '[{"name": "ap"}]' },
      'container-overrides names the container "ap" (did you mean "app"?); the task definition has app, log-router',
    ],
    [
      'T06: a command for a container that there is not',
      { container: 'web', command: 'x' },
      'container names the container "web"; the task definition has app, log-router',
    ],
    [
      'T06: an override field that the API does not have',
      { 'container-overrides': '[{"name": "app", "comand": []}]' },
      'container-overrides item 1: "comand" is not a field of it (did you mean "command"?)',
    ],
    [
      'the same variable twice',
      {
        environment: 'A=1',
        'container-overrides': '[{"name": "app", "environment": [{"name": "A", "value": "2"}]}]',
      },
      'environment sets A, and container-overrides sets it for app too',
    ],
    [
      'more overrides than ECS takes',
      { environment: `A=${'x'.repeat(8200)}` },
      'environment and the other overrides come to 8279 characters of JSON; ECS takes at most 8192',
    ],
    [
      'more overrides than ECS takes, in JSON',
      { 'container-overrides': JSON.stringify([{ name: 'app', command: ['x'.repeat(8200)] }]) },
      'container-overrides comes to 8254 characters of JSON; ECS takes at most 8192',
    ],
    [
      'a task definition that needs subnets and gets none',
      { service: '' },
      'subnets must be set, or a service to take them from: migrate uses the network mode awsvpc',
    ],
    [
      'a launch type beside a capacity provider strategy',
      { 'launch-type': 'EC2', 'capacity-provider-strategy': '[{"capacityProvider": "FARGATE"}]' },
      'capacity-provider-strategy and launch-type are mutually exclusive: set only one of them',
    ],
  ])('is refused before anything starts: %s', async (_name, inputs, summary) => {
    const { world, result } = runWith({ inputs });
    expect((await result).error).toMatchObject({ code: 'INPUT_INVALID', summary });
    expect(operations(world)).not.toContain('ecs:RunTask');
  });

  test('a service that does not exist is NOT_FOUND', async () => {
    const { world, result } = runWith({
      ecs: { describeServices: async () => ({ services: [], failures: [{ reason: 'MISSING' }] }) },
    });
    expect((await result).error).toMatchObject({
      code: 'NOT_FOUND',
      summary: 'service web was not found in cluster production, region eu-west-1',
    });
    expect(operations(world)).not.toContain('ecs:RunTask');
  });
});

describe('the log of the task', () => {
  test('T07: is waited for when its stream comes late, and its last line is not lost', async () => {
    const absent = new LandfallError('NOT_FOUND', { summary: 'The specified log stream does not exist.' });
    // By the second: no stream, then an event, then one that CloudWatch shows only after the task has stopped.
    const pages: (LandfallError | string[])[] = [absent, ['first'], ['first'], ['first', 'last']];
    let asked = 0;
    const { world, result } = runWith({
      looks: [sees(task('RUNNING')), sees(task('RUNNING')), sees(stopped(0))],
      logs: {
        getLogEvents: async ({ nextToken }) => {
          const page = pages[Math.min(asked++, pages.length - 1)]!;
          if (page instanceof LandfallError) throw page;
          const events = page.slice(Number(nextToken ?? 0)).map((message) => ({ message }));
          return { events, nextForwardToken: String(page.length) };
        },
      },
    });
    expect(await result).toMatchObject({ ok: true });
    expect(world.host.lines.filter((line) => line.startsWith('output'))).toEqual([
      'output: first',
      'output: last',
    ]);
  });

  test('T07: of 10 MiB in one burst is capped, and what was cut is reported', async () => {
    const burst = Array.from({ length: 10_240 }, (_, at) => `${at} ${'x'.repeat(1018)}`);
    const { world, result } = runWith({ looks: succeeds, log: burst });
    expect(await result).toMatchObject({ ok: true });
    expect(world.host.lines.filter((line) => line.startsWith('output'))).toHaveLength(2000);
    expect(world.host.lines.find((line) => line.includes('of a burst'))).toMatch(
      /^notice: … 8240 lines \(\d+ characters\) of a burst are not shown; they are in \/ecs\/migrate, stream run\/app\/0123456789abcdef$/,
    );
  });

  test('that cannot be read causes one notice with the IAM action, and does not change the verdict', async () => {
    const denied = async () => {
      throw new LandfallError('ACCESS_DENIED', { summary: 'no', facts: { action: 'logs:GetLogEvents' } });
    };
    const { world, result } = runWith({
      looks: succeeds,
      logs: { getLogEvents: denied, filterLogEvents: denied },
    });
    expect(await result).toMatchObject({ ok: true });
    expect(world.host.lines.filter((line) => line.includes('logs:'))).toEqual([
      "notice: The log of group /ecs/migrate cannot be shown: this job's role lacks logs:GetLogEvents.",
    ]);
  });

  test('T07: commands of a runner in it are inert', async () => {
    const { world, result } = runWith({
      looks: succeeds,
      log: ['::set-output name=image::evil', 'x ##[add-mask]a'],
    });
    expect(await result).toMatchObject({ ok: true });
    const shown = world.host.lines.filter((line) => line.startsWith('output: '));
    expect(shown).toEqual(['output: : :set-output name=image::evil', 'output: x # #[add-mask]a']);
  });
});

describe('a task definition from a file', () => {
  const file = JSON.stringify({
    family: 'migrate',
    containerDefinitions: [{ name: 'app', image: 'web:1', memory: 128 }],
  });

  test('is registered, and its revision runs', async () => {
    const { world, result } = runWith({
      inputs: { 'task-definition': 'migrate.json', service: '' },
      host: { files: { 'migrate.json': file } },
      looks: [sees(stopped(0))],
      ecs: {
        listTasks: async () => ({ taskArns: [] }),
        describeTaskDefinition: async () => {
          throw new LandfallError('NOT_FOUND', { summary: 'Unable to describe task definition.' });
        },
        registerTaskDefinition: async () => ({
          taskDefinition: { ...taskDefinition, networkMode: 'bridge' },
        }),
      },
    });
    expect(await result).toMatchObject({ ok: true });
    expect(operations(world)).toContain('ecs:RegisterTaskDefinition');
    expect(requestOf(world, 'ecs:RunTask')).toMatchObject({ taskDefinition: revision });
  });
});
