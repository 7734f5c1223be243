import { describe, expect, test } from '@jest/globals';
import { iamPolicy } from '@landfall/app/commands/iam-policy';
import { planService } from '@landfall/core/operations/plan-service';
import { createScenario, scenario } from '../scenario/current.ts';
import { taskDefinitionOf } from '../scenario/scenario.ts';

const breaker = { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } } };
const operation = planService;

const plan = (
  inputs: Record<string, string> = {},
  options: { accessKeyId?: string; files?: Record<string, string> } = {},
) => scenario.begin(inputs, { operation, ...options }).done;

/** Version 1, but for these settings of its container. */
function withContainer(more: object): string {
  const changed = taskDefinitionOf('web', 1);
  return JSON.stringify({
    ...changed,
    containerDefinitions: [{ ...changed.containerDefinitions[0], ...more }],
  });
}

/** What was asked of AWS since the scenario began. */
const written = (from: number) =>
  scenario.sandbox
    .journal()
    .slice(from)
    .map(({ operation: name }) => name)
    .filter((name) => !/^(?:Describe|List|Get|BatchGet|Simulate)/.test(name ?? ''));

describe('plan-service', () => {
  test('shows what differs from what runs, and that a deployment would start, and writes nothing', async () => {
    await createScenario({ services: { web: breaker } });
    const before = scenario.sandbox.journal().length;
    const { result, host, deploymentsMade } = await plan();
    expect({ result, host }).toEnd(0);
    expect(host.lines).toEqual([
      'info: a revision of web would be registered from v2.json',
      'info: - containers.app.image: "example/web:1"',
      'info: + containers.app.image: "example/web:2"',
      'info: web: the update would start a new deployment',
    ]);
    expect(result.outputs).toEqual({
      changes: 'true',
      'starts-deployment': 'true',
      'outside-changes': '[]',
      plan: JSON.stringify([
        {
          service: 'web',
          registers: true,
          changes: ['- containers.app.image: "example/web:1"', '+ containers.app.image: "example/web:2"'],
          outside: [],
          kind: 'update',
          startsDeployment: true,
          warnings: [],
          request: { cluster: 'main', service: 'web' },
        },
      ]),
    });
    expect(host.summaryLines).toEqual([
      '',
      'Plan: 1 deployment would start',
      '──────────────────────────────',
      'web: the update would start a new deployment',
      '  - containers.app.image: "example/web:1"',
      '  + containers.app.image: "example/web:2"',
    ]);
    expect(written(before)).toEqual([]);
    expect(deploymentsMade).toBe(0);
  });

  test('of what an earlier run has registered registers nothing, as the deployment would not', async () => {
    await createScenario({ services: { web: breaker } });
    await scenario.register('web', 2);
    const { result, host } = await plan();
    expect(host.lines[0]).toBe('info: v2.json has the content of web:2: nothing would be registered');
    expect(JSON.parse(result.outputs.plan!)[0]).toMatchObject({
      registers: false,
      changes: ['- containers.app.image: "example/web:1"', '+ containers.app.image: "example/web:2"'],
      startsDeployment: true,
    });
  });

  test('of other tags alone shows them: they make a revision, too', async () => {
    await createScenario({ services: { web: breaker } });
    const tags = [{ key: 'team', value: 'shop' }];
    const { result } = await plan(
      { 'task-definition': 'tagged.json' },
      { files: { 'tagged.json': JSON.stringify({ ...taskDefinitionOf('web', 1), tags }) } },
    );
    expect(JSON.parse(result.outputs.plan!)[0]).toMatchObject({
      registers: true,
      changes: ['+ tags.team: "shop"'],
    });
  });

  test('of what is live already has no changes', async () => {
    await createScenario();
    const { result, host } = await plan({ 'task-definition': 'v1.json' });
    expect(result.outputs).toMatchObject({ changes: 'false', 'starts-deployment': 'false' });
    expect(host.summaryLines[1]).toBe('Plan: no deployments would start');
  });

  test('of a desired count alone would update the service and start no deployment', async () => {
    await createScenario();
    const { result } = await plan({ 'task-definition': 'v1.json', 'desired-count': '3' });
    expect(result.outputs).toMatchObject({ changes: 'true', 'starts-deployment': 'false' });
  });

  test('of a revision that is registered already shows its differences, too', async () => {
    await createScenario({ services: { web: breaker } });
    await scenario.register('web', 2);
    const { host } = await plan({ 'task-definition': 'web:2' });
    expect(host.lines).toEqual([
      'info: task definition web:2 is already registered',
      'info: - containers.app.image: "example/web:1"',
      'info: + containers.app.image: "example/web:2"',
      'info: web: the update would start a new deployment',
    ]);
  });

  test('of several services has an entry for each, and warns where no breaker would end a bad one', async () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    await createScenario({
      services: { web: breaker, api: {} },
      foreignImages: { 'example/web:1': digest },
    });
    const { result, host } = await plan({
      service: '',
      'task-definition': '',
      services: 'web=v1.json\napi=api-v2.json after web',
    });
    const entries = JSON.parse(result.outputs.plan!) as { service: string; startsDeployment: boolean }[];
    expect(entries.map(({ service, startsDeployment }) => [service, startsDeployment])).toEqual([
      ['web', false],
      ['api', true],
    ]);
    expect(host.lines.filter((line) => line.startsWith('warning:'))).toEqual([
      'warning: the deployment circuit breaker of api is off: ECS will keep retrying a failing deployment; only the time limits of this step will end the wait',
    ]);
  });

  test('never shows the value of an environment variable', async () => {
    await createScenario();
    const { result, host } = await plan(
      { 'task-definition': 'more.json' },
      { files: { 'more.json': withContainer({ environment: [{ name: 'DATABASE_URL', value: 's3cret' }] }) } },
    );
    expect(JSON.stringify([result, host.lines, host.summaryLines])).not.toContain('s3cret');
    expect(host.lines.join('\n')).toContain('DATABASE_URL');
  });

  test('needs no more than the policy that it declares, with which nothing can be written', async () => {
    await createScenario();
    const names = new Map(Object.entries({ account: '123456789012', cluster: 'main', service: 'web' }));
    const policy = JSON.parse(iamPolicy(planService, names));
    const { accessKeyId } = scenario.sandbox.addPrincipal({ policy });
    const { result, host } = await plan({}, { accessKeyId });
    expect(result).toMatchObject({ exitCode: 0, outputs: { 'starts-deployment': 'true' } });
    expect(host.lines.filter((line) => /lacks/.test(line))).toEqual([]);
    const actions: string[] = policy.Statement.flatMap(({ Action }: { Action: string | string[] }) => Action);
    expect(actions.filter((name) => !/:(?:Describe|List|Get|BatchGet|Simulate)/.test(name))).toEqual([]);
    expect(actions).not.toContain('secretsmanager:GetSecretValue');
  });
});
