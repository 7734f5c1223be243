import type {
  DescribeTasksResponse,
  RunTaskRequest,
  RunTaskResponse,
  Service,
  Task,
  TaskDefinition,
} from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import { runReported } from '@landfall/report/run-reported';
import { LandfallError } from '../errors/landfall-error.ts';
import { type FakeAws, type FakeWorldOptions, fakeWorld } from '../testing/fake-world.ts';
import { runTask } from './run-task.ts';

const arn = 'arn:aws:ecs:eu-west-1:123456789012:task/production/0123456789abcdef';
const secondArn = `${arn}0`;
const revision = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/migrate:7';

const taskDefinition: TaskDefinition = {
  family: 'migrate',
  taskDefinitionArn: revision,
  networkMode: 'awsvpc',
  cpu: '256',
  memory: '512',
  containerDefinitions: [
    {
      name: 'app',
      essential: true,
      logConfiguration: {
        logDriver: 'awslogs',
        options: { 'awslogs-group': '/ecs/migrate', 'awslogs-stream-prefix': 'run' },
      },
    },
    { name: 'log-router', essential: false },
  ],
};

const service: Service = {
  serviceName: 'web',
  status: 'ACTIVE',
  launchType: 'FARGATE',
  platformVersion: '1.4.0',
  networkConfiguration: {
    awsvpcConfiguration: { subnets: ['subnet-0a1'], securityGroups: ['sg-0a1'], assignPublicIp: 'DISABLED' },
  },
};

const task = (lastStatus: string, more: Partial<Task> = {}): Task => ({ taskArn: arn, lastStatus, ...more });
const stopped = (exitCode: number | undefined, more: Partial<Task> = {}, reason?: string): Task =>
  task('STOPPED', {
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    containers: [
      {
        name: 'app',
        lastStatus: 'STOPPED',
        ...(exitCode !== undefined && { exitCode }),
        ...(reason && { reason }),
      },
      { name: 'log-router', lastStatus: 'STOPPED', exitCode: 0 },
    ],
    ...more,
  });

interface Play {
  readonly inputs?: Readonly<Record<string, string>>;
  readonly run?: RunTaskResponse | ((request: RunTaskRequest) => RunTaskResponse);
  /** Answers of DescribeTasks in turn; the last is repeated. */
  readonly looks?: readonly (DescribeTasksResponse | LandfallError | (() => DescribeTasksResponse))[];
  readonly log?: readonly string[];
  readonly ecs?: FakeAws['ecs'];
  readonly logs?: FakeAws['logs'];
  readonly host?: Omit<FakeWorldOptions, 'inputs' | 'aws'>;
  readonly definition?: TaskDefinition;
}

function runWith({
  inputs,
  run,
  looks = [],
  log = [],
  ecs,
  logs,
  host,
  definition = taskDefinition,
}: Play = {}) {
  let look = 0;
  const world = fakeWorld({
    ...host,
    inputs: { 'task-definition': 'migrate', cluster: 'production', service: 'web', ...inputs },
    aws: {
      ecs: {
        describeTaskDefinition: async () => ({ taskDefinition: definition }),
        describeServices: async () => ({ services: [service], failures: [] }),
        runTask: async (request) =>
          typeof run === 'function' ? run(request) : (run ?? { tasks: [task('PROVISIONING')], failures: [] }),
        describeTasks: async () => {
          const answer = looks[Math.min(look++, looks.length - 1)]!;
          if (answer instanceof LandfallError) throw answer;
          return typeof answer === 'function' ? answer() : answer;
        },
        stopTask: async () => ({ task: task('STOPPING') }),
        ...ecs,
      },
      logs: logs ?? {
        getLogEvents: async ({ nextToken }) => {
          const at = nextToken === undefined ? 0 : Number(nextToken);
          return {
            events: log.slice(at).map((message) => ({ message })),
            nextForwardToken: String(log.length),
          };
        },
      },
    },
  });
  return { world, result: runReported(runTask, world) };
}

const sees = (...tasks: Task[]): DescribeTasksResponse => ({ tasks, failures: [] });
const succeeds = [sees(task('PENDING')), sees(task('RUNNING')), sees(stopped(0))];
const operations = (world: ReturnType<typeof runWith>['world']) =>
  world.requests.map(({ operation }) => operation);
const requestOf = (world: ReturnType<typeof runWith>['world'], operation: string) =>
  world.requests.find((one) => one.operation === operation)?.input;

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
  const tokenOf = async (options: Play) => {
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
  const playBoth = (inputs: Record<string, string>, end: Task) =>
    runWith({ inputs, definition: essentials, looks: [sees(end)] });
  const commands = (...names: string[]) => ({
    'container-overrides': JSON.stringify(names.map((name) => ({ name, command: ['./up'] }))),
  });

  test('of which ECS stopped one when the other had ended with 0 are red while none is named', async () => {
    const { result } = playBoth({}, ended(143, 0));
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
    expect(await playBoth(inputs, ended(0, 137)).result).toMatchObject({
      ok: true,
      outputs: { 'exit-code': '0' },
    });
    expect(await playBoth(inputs, ended(143, 0)).result).toMatchObject({
      error: {
        code: 'TASK_FAILED',
        summary:
          'task 0123456789abcdef failed: container "migrate" ended (exit code 143): Essential container in task exited',
      },
    });
  });

  test('that ended with 0 both are green, with one warning that their order is not known', async () => {
    const { world, result } = playBoth({}, ended(0, 0));
    expect(await result).toMatchObject({ ok: true });
    expect(world.host.lines.filter((line) => line.startsWith('warning'))).toEqual([
      'warning: containers "migrate" (exit code 0) and "agent" (exit code 0) have ended, and ECS does not report which was first: it then stops the others, and one that exits with 0 when it is stopped may not have finished its work. Set "essential": false for sidecars.',
    ]);
  });

  test('that are all given a command are refused before anything starts, unless the decisive one is named', async () => {
    const { world, result } = playBoth(commands('migrate', 'agent'), ended(0, 0));
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
    const { result } = playBoth({ ...commands('migrate', 'agent'), ...inputs }, ended(143, 0));
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
