import { describe, expect, test } from '@jest/globals';
import { registerTaskDefinition } from '@landfall/core/operations/register-task-definition';
import { createScenario, scenario } from '../rollouts/scenario/current.ts';
import { type Between, loggedBy } from '../rollouts/scenario/scenario.ts';

const operation = registerTaskDefinition;
const own = { service: '', cluster: '' };
const register = (inputs: Readonly<Record<string, string>> = {}, between?: Between) =>
  scenario.begin({ ...own, ...inputs }, { operation, ...(between && { between }) }).done;
const arn = (revision: number) => `arn:aws:ecs:us-east-1:123456789012:task-definition/web:${revision}`;

/** Answers of DescribeTaskDefinition for one revision, changed. */
const shownAs =
  (change: (answer: { taskDefinition: Record<string, unknown> }) => unknown): Between =>
  async ({ operation: name, input }, send) => {
    const answer = await send(input);
    return name === 'DescribeTaskDefinition' && input.taskDefinition === arn(2)
      ? change(answer as { taskDefinition: Record<string, unknown> })
      : answer;
  };

describe('a task definition', () => {
  test('is registered when its content differs from the latest revision, and only then', async () => {
    await createScenario();
    const outputs = async (inputs?: Readonly<Record<string, string>>) =>
      (await register(inputs)).result.outputs;
    expect(await outputs()).toEqual({ 'task-definition-arn': arn(2), registered: 'true' });
    expect(await outputs()).toEqual({ 'task-definition-arn': arn(2), registered: 'false' });
    expect(await outputs({ 'force-new-revision': 'true' })).toEqual({
      'task-definition-arn': arn(3),
      registered: 'true',
    });
  });

  test.each<[string, Between, string]>([
    [
      'that was deregistered meanwhile',
      shownAs((answer) => ({ ...answer, taskDefinition: { ...answer.taskDefinition, status: 'INACTIVE' } })),
      'task definition web:2 was registered, but it is INACTIVE',
    ],
    [
      'that ECS shows with other content',
      shownAs((answer) => ({ ...answer, taskDefinition: { ...answer.taskDefinition, cpu: '512' } })),
      'task definition web:2 was registered, but ECS shows it with other content',
    ],
  ])('%s is red', async (_, between, summary) => {
    await createScenario();
    const { result } = await register({}, between);
    expect(result).toMatchObject({ exitCode: 5, error: { code: 'OUTCOME_UNKNOWN', summary } });
  });

  test.each([
    [
      'server errors',
      'ServerException',
      'task definition web:2 was registered, but it could not be read back: ecs:DescribeTaskDefinition got a server error (HTTP 500, ServerException) after 8 attempts',
    ],
    ['refusals', 'ClientException', 'task definition web:2 was registered, but ECS does not show it'],
  ])('that is read back with %s is red, and says so', async (_, code, summary) => {
    await createScenario();
    const { result } = await register({}, async ({ operation: name, input }, send) => {
      if (name === 'RegisterTaskDefinition')
        scenario.sandbox.fault({
          service: 'ecs',
          operation: 'DescribeTaskDefinition',
          fault: { kind: 'error', code },
        });
      return send(input);
    });
    expect(result).toMatchObject({ exitCode: 5, error: { code: 'OUTCOME_UNKNOWN', summary } });
  });

  test('by its name instead of its file is refused', async () => {
    await createScenario();
    const { result } = await register({ 'task-definition': 'web:1' });
    expect(result.error?.code).toBe('PATH_MISSING');
  });
});

describe('deploy-service without a service', () => {
  const deploy = (inputs: Readonly<Record<string, string>> = {}) =>
    scenario.begin({ service: '', ...inputs }).done;

  test('registers the task definition, and warns that nothing is deployed', async () => {
    await createScenario();
    const { result, host, deploymentsMade } = await deploy();
    const sentence = 'task definition registered web:2; no service was named, so nothing was deployed';
    expect(result).toMatchObject({
      exitCode: 0,
      outputs: { 'task-definition-arn': arn(2), verdict: 'REGISTERED' },
      verdict: 'REGISTERED',
      summary: [{ kind: 'paragraph', text: sentence }],
    });
    expect(loggedBy(host)).toEqual(['info: task definition registered web:2', `warning: ${sentence}`]);
    expect(deploymentsMade).toBe(0);
  });

  test('names the inputs that it does not use where the official action ignores them too', async () => {
    await createScenario();
    const { result, host } = await deploy({
      'desired-count': '3',
      'force-new-deployment': 'true',
      'service-managed-ebs-volume-name': 'data',
      'service-managed-ebs-volume': '{"roleArn": "arn:aws:iam::123456789012:role/volumes"}',
      'wait-for-minutes': '5',
    });
    expect(result.exitCode).toBe(0);
    expect(loggedBy(host)[0]).toBe(
      'warning: no service is named, so these inputs are not used: desired-count, force-new-deployment, service-managed-ebs-volume-name, service-managed-ebs-volume, wait-for-minutes',
    );
  });

  test('refuses the other inputs that nothing goes by, and registers nothing', async () => {
    await createScenario();
    const { result } = await deploy({ 'wait-until': 'traffic-shifted', 'rollback-on': 'failure' });
    expect(result).toMatchObject({
      outputs: {},
      error: {
        code: 'INPUT_INVALID',
        details: [
          'wait-until needs service or services: without one, nothing is deployed',
          'rollback-on needs service or services: without one, nothing is deployed',
        ],
      },
    });
  });

  test('lets the task that it runs first go by its inputs, and says that it ran', async () => {
    await createScenario({
      taskRules: [{ match: { group: 'family:web' }, outcome: { kind: 'exit', code: 0, after: 2000 } }],
    });
    const { result, host } = await deploy({
      'run-task': 'true',
      'run-task-launch-type': 'EC2',
      'wait-for-task-stopped': 'true',
      'wait-timeout': '5m',
      'on-cancel': 'stop',
    });
    expect(result).toMatchObject({ exitCode: 0, outputs: { verdict: 'REGISTERED' } });
    const task = JSON.parse(result.outputs['run-task-arn'] ?? '')[0]
      .split('/')
      .at(-1);
    expect(host.lines.at(-1)).toBe(
      `warning: task definition registered web:2, task ${task} was started; no service was named, so nothing was deployed`,
    );
  });

  test('says in a dry run what would be registered', async () => {
    await createScenario();
    const { result, host } = await deploy({ 'dry-run': 'true' });
    expect(result.exitCode).toBe(0);
    expect(loggedBy(host)).toEqual(['info: a revision of web would be registered from v2.json']);
  });

  test('does not verify, and says so before anything is registered', async () => {
    await createScenario();
    const { result } = await deploy({ verify: 'true' });
    expect(result).toMatchObject({
      outputs: {},
      error: {
        code: 'INPUT_INVALID',
        summary: 'verify needs service or services: it checks a deployment to a service',
      },
    });
  });

  test('has nothing to do with a task definition that is registered already', async () => {
    await createScenario();
    const { result } = await deploy({ 'task-definition': 'web:1' });
    expect(result.error).toMatchObject({
      code: 'INPUT_INVALID',
      summary: 'service or services is required: web:1 is registered already, so there is nothing else to do',
    });
  });
});
