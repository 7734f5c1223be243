import { expect, test } from '@jest/globals';
import type { TaskRule } from '@landfall/sandbox/services/ecs/task-rules/task-rule';
import { createScenario, scenario } from '../scenario/current.ts';
import { loggedBy, taskDefinitionOf } from '../scenario/scenario.ts';

/** What becomes of the task before the update; those of the service run. */
const first = (outcome: TaskRule['outcome']): TaskRule => ({ match: { group: 'family:web' }, outcome });
const writes = () =>
  scenario.sandbox
    .journal()
    .map(({ operation }) => operation)
    .filter((name) => /^(?:Register|RunTask|StopTask|Update)/.test(name));
const sent = (name: string) =>
  scenario.sandbox
    .journal()
    .filter(({ operation }) => operation === name)
    .map(({ input }) => input);
const runTask = { 'run-task': 'true', 'run-task-launch-type': 'EC2' };
const waiting = { ...runTask, 'wait-for-task-stopped': 'true' };

test('a task that ends with 0 runs before the update, and its log is shown', async () => {
  await createScenario({ taskRules: [first({ kind: 'exit', code: 0, after: 9000, log: ['migrated'] })] });
  const before = writes().length;
  const { result, host } = await scenario.deploy(waiting);
  expect(result).toMatchObject({ exitCode: 0, outputs: { verdict: 'SUCCEEDED' } });
  expect(writes().slice(before)).toEqual(['RegisterTaskDefinition', 'RunTask', 'UpdateService']);
  expect(JSON.parse(result.outputs['run-task-arn'] ?? '')).toEqual([
    expect.stringMatching(/^arn:aws:ecs:us-east-1:123456789012:task\/main\/[0-9a-f]{32}$/),
  ]);
  expect(loggedBy(host)).toContain('output: migrated');
});

test('a task that fails is red with its cause, and the service is left alone', async () => {
  await createScenario({ taskRules: [first({ kind: 'exit', code: 3, after: 2000, log: ['no table'] })] });
  const { result, deploymentsMade } = await scenario.deploy(waiting);
  expect(result).toMatchObject({ exitCode: 1, error: { code: 'TASK_FAILED' } });
  expect(result.error?.summary).toMatch(/^task [0-9a-f]{32} failed: container "app" ended \(exit code 3\)/);
  expect(result.error?.details.slice(-3)).toEqual([
    'last lines of container "app":',
    '  no table',
    'no service was updated',
  ]);
  expect({ deploymentsMade, updates: sent('UpdateService') }).toEqual({ deploymentsMade: 0, updates: [] });
});

test('a task that is not waited for is started only, and the log says so', async () => {
  await createScenario({ taskRules: [first({ kind: 'exit', code: 3, after: 60_000 })] });
  const { result, host } = await scenario.deploy(runTask);
  expect(result).toMatchObject({ exitCode: 0, outputs: { verdict: 'SUCCEEDED' } });
  expect(loggedBy(host)).toContain(
    'notice: not waiting: the task keeps running, and this step does not know how it will end',
  );
});

test('a task that has not ended in time is red, and the service is left alone', async () => {
  await createScenario({ taskRules: [first({ kind: 'run' })] });
  const { result, took } = await scenario.deploy({ ...waiting, 'job-timeout': '6m' });
  expect(result).toMatchObject({ exitCode: 4, error: { code: 'TIMED_OUT' } });
  expect(result.error?.details).toEqual(['no service was updated']);
  expect(took).toBeLessThan(310_000);
  expect(sent('UpdateService')).toEqual([]);
});

test('the defaults are those of the official action, and the task is known by the run', async () => {
  await createScenario({ taskRules: [first({ kind: 'exit', code: 0, after: 2000 })] });
  const file = JSON.stringify({
    ...taskDefinitionOf('job', 1),
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
    cpu: '256',
    memory: '512',
  });
  const { result } = await scenario.deploy(
    {
      service: '',
      'task-definition': 'job.json',
      'run-task': 'true',
      'run-task-subnets': 'subnet-0123abcd, subnet-4567cdef',
      'run-task-container-overrides': '[{"name": "app", "command": ["migrate"]}]',
    },
    { 'job.json': file },
  );
  expect(result.exitCode).toBe(0);
  expect(sent('RunTask')).toEqual([
    {
      cluster: 'main',
      taskDefinition: 'arn:aws:ecs:us-east-1:123456789012:task-definition/job:1',
      count: 1,
      clientToken: expect.stringMatching(/^landfall-/),
      startedBy: expect.stringMatching(/^landfall\/run-1\/[A-Za-z0-9_-]{16}$/),
      launchType: 'FARGATE',
      networkConfiguration: {
        awsvpcConfiguration: { subnets: ['subnet-0123abcd', 'subnet-4567cdef'], assignPublicIp: 'DISABLED' },
      },
      overrides: { containerOverrides: [{ name: 'app', command: ['migrate'] }] },
    },
  ]);
});

test('what is given goes to RunTask, and small letters are forgiven', async () => {
  await createScenario({ taskRules: [first({ kind: 'exit', code: 0, after: 2000 })] });
  const { result } = await scenario.deploy({
    'run-task': 'true',
    'run-task-launch-type': 'ec2',
    'run-task-started-by': 'release',
    'run-task-tags': '[{"key": "team", "value": "web"}]',
    'enable-ecs-managed-tags': 'true',
    'propagate-tags': 'service',
  });
  expect(result.exitCode).toBe(0);
  expect(sent('RunTask')).toMatchObject([
    {
      launchType: 'EC2',
      startedBy: 'release',
      tags: [{ key: 'team', value: 'web' }],
      enableECSManagedTags: true,
    },
  ]);
  expect(sent('UpdateService')).toMatchObject([{ propagateTags: 'SERVICE', enableECSManagedTags: true }]);
});

test('a step that is repeated within one attempt finds its task; a new attempt starts another', async () => {
  await createScenario({ taskRules: [first({ kind: 'exit', code: 0, after: 2000 })] });
  const deploy = async (attempt: number) => {
    const { result } = await scenario.begin(waiting, { run: { id: '7', attempt } }).done;
    expect(result.exitCode).toBe(0);
    return result.outputs['run-task-arn'];
  };
  const task = await deploy(1);
  expect(await deploy(1)).toBe(task);
  expect(await deploy(2)).not.toBe(task);
});

test('a new attempt follows the task that an earlier one has left running, and updates only after its end', async () => {
  await createScenario({ taskRules: [first({ kind: 'exit', code: 0, after: 900_000 })] });
  const begin = (attempt: number, more: Record<string, string> = {}) =>
    scenario.begin({ ...waiting, ...more }, { run: { id: '7', origin: '7', attempt } }).done;
  const killed = await begin(1, { 'job-timeout': '6m' });
  expect(killed.result.error?.code).toBe('TIMED_OUT');
  const { result, host } = await begin(2);
  expect(result).toMatchObject({
    exitCode: 0,
    outputs: { verdict: 'SUCCEEDED', 'run-task-arn': killed.result.outputs['run-task-arn'] },
    tasks: [{ ok: true, adopted: true }],
  });
  expect(loggedBy(host)).toContain(
    `info: task ${JSON.parse(result.outputs['run-task-arn'] ?? '')[0]} of web:2, which an earlier attempt of this run has started, is RUNNING in cluster main; watching it`,
  );
  expect(sent('RunTask')).toHaveLength(1);
});

test('an unchanged service is NOOP, which names the task that ran', async () => {
  await createScenario({ taskRules: [first({ kind: 'exit', code: 0, after: 2000 })] });
  const { result, host } = await scenario.deploy({ ...waiting, 'task-definition': 'v1.json' });
  const [arn] = JSON.parse(result.outputs['run-task-arn'] ?? '') as string[];
  const reason = `web:1 is already live, as requested; task ${arn?.split('/').at(-1)} was started before`;
  expect(result).toMatchObject({ outputs: { verdict: 'NOOP' }, services: [{ reason }] });
  expect(host.lines).toContain(`info: ✓ web: ${reason}`);
});

test('a step that finds another task of its own in the same attempt says how to start both', async () => {
  await createScenario({ taskRules: [first({ kind: 'exit', code: 0, after: 2000 })] });
  await scenario.deploy(waiting);
  const { result } = await scenario.deploy({
    ...waiting,
    'run-task-container-overrides': '[{"name": "app", "command": ["seed"]}]',
  });
  expect(result.error).toMatchObject({
    code: 'CONFLICT',
    remedy:
      'If another step of the job started it, start one of the two with `run-task` and its input `id`; otherwise, unset `LANDFALL_RUN_ID` or set it to another value.',
  });
});

test('a step for other services of the same job runs a task of its own', async () => {
  await createScenario({ taskRules: [first({ kind: 'exit', code: 0, after: 2000 })] });
  const deploy = async (more: Readonly<Record<string, string>>) => {
    const { result } = await scenario.begin({ ...waiting, service: '', ...more }).done;
    expect(result.exitCode).toBe(0);
    return result.outputs['run-task-arn'];
  };
  const task = await deploy({});
  const other = await deploy({ services: 'web' });
  expect(other).not.toBe(task);
  expect(await deploy({ services: 'web' })).toBe(other);
});

test('everything that is wrong with the task is red before anything is written', async () => {
  await createScenario();
  const before = writes();
  const { result } = await scenario.deploy({
    'run-task': 'true',
    'run-task-container-overrides': '[{"name": "web", "command": ["migrate"]}]',
    'run-task-managed-ebs-volume-name': 'data',
    'run-task-managed-ebs-volume': '{"roleArn": "arn:aws:iam::123456789012:role/volumes"}',
  });
  expect(result).toMatchObject({
    exitCode: 2,
    error: {
      code: 'INPUT_INVALID',
      details: [
        'run-task-container-overrides names the container "web"; the task definition has app',
        'run-task-managed-ebs-volume-name is data, but web configures no volume at launch (configuredAtLaunch)',
      ],
    },
  });
  expect(writes()).toEqual(before);
});

const atLaunch = JSON.stringify({
  ...taskDefinitionOf('web', 2),
  volumes: [{ name: 'data', configuredAtLaunch: true }],
});
test.each<[string, Record<string, string>, string, Record<string, string>]>([
  [
    'Fargate, by default, with a task definition that it does not take',
    { 'run-task': 'true' },
    'run-task-launch-type is for Fargate, which needs the network mode awsvpc and the cpu and memory of the task: web has the network mode bridge and no cpu and no memory',
    {},
  ],
  [
    'Fargate Spot with one',
    { 'run-task': 'true', 'run-task-capacity-provider-strategy': '[{"capacityProvider": "FARGATE_SPOT"}]' },
    'run-task-capacity-provider-strategy is for Fargate, which needs the network mode awsvpc and the cpu and memory of the task: web has the network mode bridge and no cpu and no memory',
    {},
  ],
  [
    'a volume at launch that nothing configures',
    { ...runTask, 'task-definition': 'volume.json' },
    'run-task-managed-ebs-volume is required: web configures the volume data at launch (configuredAtLaunch)',
    { 'volume.json': atLaunch },
  ],
  [
    'a volume of the service that is removed and still configured at launch',
    { 'task-definition': 'volume.json', 'service-managed-ebs-volume': '{}' },
    'service-managed-ebs-volume is required: web configures the volume data at launch (configuredAtLaunch)',
    { 'volume.json': atLaunch },
  ],
])('%s is red before anything is registered', async (_, inputs, summary, files) => {
  await createScenario();
  const before = writes();
  const { result } = await scenario.deploy(inputs, files);
  expect(result.error).toMatchObject({ code: 'INPUT_INVALID', summary });
  expect(writes()).toEqual(before);
});

test('a cluster that is not there is red before anything is registered, with no service to show it', async () => {
  await createScenario();
  const before = writes();
  const { result } = await scenario.deploy({ ...runTask, service: '', cluster: 'none' });
  expect(result.error).toMatchObject({
    code: 'NOT_FOUND',
    summary: 'cluster none was not found (region us-east-1)',
  });
  expect(writes()).toEqual(before);
});

test('what others deploy while the task runs is known when the service is updated', async () => {
  await createScenario({ taskRules: [first({ kind: 'exit', code: 0, after: 1_800_000 })] });
  scenario.deployAt(60_000, 2);
  const { result, deploymentsMade } = await scenario.deploy({ ...waiting, 'wait-timeout': '1h' });
  expect(result).toMatchObject({ exitCode: 0, outputs: { verdict: 'SUCCEEDED' } });
  expect(deploymentsMade).toBe(2);
  expect(scenario.serving()).toEqual(['web:2 2']);
});

test('a dry run says that a task would run first', async () => {
  await createScenario();
  const { result, host } = await scenario.deploy({ ...waiting, 'dry-run': 'true' });
  expect(result.exitCode).toBe(0);
  expect(loggedBy(host)).toContain('info: a task of web would be run first');
  expect(sent('RunTask')).toEqual([]);
});
