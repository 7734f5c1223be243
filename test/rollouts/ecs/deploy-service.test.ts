import { describe, expect, test } from '@jest/globals';
import { createScenario, scenario } from '../scenario/current.ts';
import { type Between, loggedBy, taskDefinitionOf } from '../scenario/scenario.ts';

const arn = (rest: string) => `arn:aws:ecs:us-east-1:123456789012:${rest}`;
const web = { cluster: 'main', service: 'web' };
const file = (version: number) => ({ 'td.json': JSON.stringify(taskDefinitionOf('web', version)) });

/** What a run sends: the inputs of the requests of one operation, from here on. */
function record() {
  const from = scenario.sandbox.journal().length;
  return (operation: string) =>
    scenario.sandbox
      .journal()
      .slice(from)
      .filter((entry) => entry.operation === operation)
      .map((entry) => entry.input);
}

/** ECS shows the service with other members. */
const shown =
  (members: object): Between =>
  async ({ operation, input }, send) => {
    const answer = (await send(input)) as { services?: object[] };
    return operation === 'DescribeServices'
      ? { ...answer, services: answer.services?.map((one) => ({ ...one, ...members })) }
      : answer;
  };

describe('a deployment that goes well', () => {
  test('registers, updates once, follows, and says what is live', async () => {
    await createScenario();
    const sent = record();
    const { result, host } = await scenario.deploy();
    const id = result.outputs['deployment-id']!;
    expect(id).toMatch(/^ecs-svc\/\d+$/);
    expect(result.outputs).toEqual({
      'task-definition-arn': arn('task-definition/web:2'),
      'service-arn': arn('service/main/web'),
      'deployment-id': id,
      'outside-changes': '[]',
      'service-deployment-arn': expect.stringMatching(
        `^${arn('service-deployment/main/web/')}[0-9A-Za-z_-]{21}$`,
      ),
      verdict: 'SUCCEEDED',
      results: JSON.stringify([
        {
          cluster: 'main',
          service: 'web',
          status: 'deployed',
          verdict: 'SUCCEEDED',
          reason: 'web:2 is live',
          taskDefinition: arn('task-definition/web:2'),
          deploymentId: id,
        },
      ]),
    });
    expect(sent('UpdateService')).toEqual([{ ...web, taskDefinition: arn('task-definition/web:2') }]);
    expect(loggedBy(host).at(-1)).toBe('info: ✓ web: web:2 is live');
  });

  test('D22: a task definition that has not changed is neither registered nor updated', async () => {
    await createScenario();
    const sent = record();
    expect(await scenario.deploy({ 'task-definition': 'td.json' }, file(1))).toEnd('NOOP 0');
    expect([sent('RegisterTaskDefinition'), sent('UpdateService')]).toEqual([[], []]);
  });

  test('a deployment of the same task definition already in progress is adopted, not doubled', async () => {
    await createScenario();
    await scenario.sandbox.dispatch('ecs', 'UpdateService', { ...web, forceNewDeployment: true });
    const sent = record();
    const end = await scenario.deploy({
      'task-definition': 'v1.json',
      'wait-for-service-stability': 'false',
    });
    expect(end).toEnd('STARTED 0');
    expect(sent('UpdateService')).toEqual([]);
    expect(loggedBy(end.host)).toContain(
      'info: web: deployment ecs-svc/… is already rolling out web:1; following it',
    );
  });

  test('settings that are not named are not sent, and equal ones are not either', async () => {
    await createScenario({ services: { web: { enableExecuteCommand: true } } });
    const sent = record();
    await scenario.deploy({ 'enable-execute-command': 'true', 'desired-count': '3' });
    expect(sent('UpdateService')).toEqual([
      { ...web, taskDefinition: arn('task-definition/web:2'), desiredCount: 3 },
    ]);
  });

  test('a dry run says what would happen and writes nothing', async () => {
    await createScenario();
    const sent = record();
    const { result, host } = await scenario.deploy({ 'dry-run': 'true' });
    expect(result.ok).toBe(true);
    expect([sent('RegisterTaskDefinition'), sent('UpdateService')]).toEqual([[], []]);
    expect(host.lines).toContain('info: a revision of web would be registered from v2.json');
    expect(host.lines).toContain('info: web: the update would start a new deployment');
  });
});

describe('before anything is written', () => {
  test('D01: a service that is not there is NOT_FOUND, with region and account, and nothing is registered', async () => {
    await createScenario();
    const sent = record();
    const { result } = await scenario.deploy({ service: 'wbe' });
    expect(result.error).toMatchObject({
      code: 'NOT_FOUND',
      summary: 'service wbe was not found in cluster main (region us-east-1, account 123456789012)',
      remedy:
        'Check the names (cluster and service may be swapped), the region and the account. A new service must be created first, with `create` and `service-definition` of deploy-service or with your infrastructure code; deploy-express-service creates Express services.',
    });
    expect(sent('RegisterTaskDefinition')).toEqual([]);
  });

  test('D01: credentials of an account that is not allowed are refused before ECS is called', async () => {
    await createScenario();
    const from = scenario.sandbox.journal().length;
    const { result } = await scenario.deploy({ 'allowed-account-ids': '012345678901' });
    expect(result.error).toMatchObject({
      code: 'ACCOUNT_MISMATCH',
      summary: 'the credentials belong to account 123456789012, which is not one of 012345678901',
    });
    expect(
      scenario.sandbox
        .journal()
        .slice(from)
        .map(({ operation }) => operation),
    ).toEqual(['GetCallerIdentity']);
  });

  test.each(['INACTIVE', 'DRAINING'])(
    'D02: a service that is %s is refused and nothing is registered',
    async (status) => {
      await createScenario();
      const sent = record();
      const { result } = await scenario.begin({}, { between: shown({ status }) }).done;
      expect(result.error).toMatchObject({
        code: 'SERVICE_NOT_ACTIVE',
        summary: `service web in cluster main is ${status}, so nothing can be deployed to it`,
      });
      expect(sent('RegisterTaskDefinition')).toEqual([]);
    },
  );

  test.each<[string, string]>([
    ['5', 'must be a duration like 90s, 10m or 1h30m, got "5"'],
    ['0', 'must be a duration like 90s, 10m or 1h30m, got "0"'],
    ['-1', 'must be a duration like 90s, 10m or 1h30m, got "-1"'],
    ['1e9', 'must be a duration like 90s, 10m or 1h30m, got "1e9"'],
    ['abc', 'must be a duration like 90s, 10m or 1h30m, got "abc"'],
    ['5s', 'must be from 10s to 48h, got 5s'],
  ])('D03: wait-timeout %s is refused with the rule', async (given, problem) => {
    await createScenario();
    const from = scenario.sandbox.journal().length;
    const { result } = await scenario.deploy({ 'wait-timeout': given });
    expect(result.error).toMatchObject({ code: 'INPUT_INVALID', summary: `wait-timeout ${problem}` });
    expect(scenario.sandbox.journal().slice(from)).toEqual([]);
  });

  test('D03: wait-timeout 5m is five minutes', async () => {
    await createScenario({
      taskRules: [{ match: { image: 'web:2' }, outcome: { kind: 'never-starts' } }],
    });
    const end = await scenario.deploy({ 'wait-timeout': '5m', 'stall-timeout': '5m' });
    expect(end).toEnd('TIMED_OUT 4');
    expect(end.took).toBeGreaterThanOrEqual(300_000);
    expect(end.took).toBeLessThan(310_000);
  });

  test('D23: a controller that is not known is refused before any mutation', async () => {
    await createScenario();
    const sent = record();
    const between = shown({ deploymentController: { type: 'NEWER' } });
    const { result } = await scenario.begin({}, { between }).done;
    expect(result.error).toMatchObject({ code: 'CONTROLLER_UNSUPPORTED' });
    expect(sent('RegisterTaskDefinition')).toEqual([]);
  });

  test('all wrong inputs are reported together, unknown ones with the nearest known', async () => {
    await createScenario();
    const { result } = await scenario.deploy({
      'desired-count': '2x',
      'force-new-deployment': 'yes-please',
      servcie: 'x',
    });
    expect(result.error?.details).toEqual([
      'servcie is not an input of this operation (did you mean "service"?)',
      'desired-count must be a whole number, got "2x"',
      'force-new-deployment must be true or false, got "yes-please"',
    ]);
  });
});

describe('a write whose answer is lost', () => {
  const lose = (operation: string, effect: 'none' | 'applied') =>
    scenario.sandbox.fault({ operation, count: 1, fault: { kind: 'reset', effect } });

  test('D07: a registration that was applied is adopted by reading back: exactly one new revision', async () => {
    await createScenario();
    const sent = record();
    lose('RegisterTaskDefinition', 'applied');
    const end = await scenario.deploy();
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.result.outputs['task-definition-arn']).toBe(arn('task-definition/web:2'));
    expect(sent('RegisterTaskDefinition')).toHaveLength(1);
    expect(end.host.lines).toContain(
      'info: task definition registered (no response to the call; found the revision): web:2',
    );
  });

  test('a registration that was not applied is sent again', async () => {
    await createScenario();
    const sent = record();
    lose('RegisterTaskDefinition', 'none');
    expect(await scenario.deploy()).toEnd('SUCCEEDED 0');
    expect(sent('RegisterTaskDefinition')).toHaveLength(2);
  });

  test('D08: an update that was applied, with force, is adopted: one deployment', async () => {
    await createScenario();
    const sent = record();
    lose('UpdateService', 'applied');
    const end = await scenario.deploy({ 'force-new-deployment': 'true' });
    expect(end).toEnd('SUCCEEDED 0');
    expect([sent('UpdateService').length, end.deploymentsMade]).toEqual([1, 1]);
    expect(end.host.lines).toContain(
      'notice: web: no response to UpdateService; found the deployment it created',
    );
  });

  test('an update that was not applied is sent again after the time of eventual consistency', async () => {
    await createScenario();
    const sent = record();
    lose('UpdateService', 'none');
    const end = await scenario.deploy();
    expect(end).toEnd('SUCCEEDED 0');
    expect([sent('UpdateService').length, end.deploymentsMade]).toEqual([2, 1]);
  });
});

describe('cancelled while it waits', () => {
  test.each([
    ['leave', 'deployment ecs-svc/… is still in progress', []],
    ['stop', 'ECS is stopping deployment ecs-svc/… and rolling back', ['StopServiceDeployment']],
  ])(
    'D25: on-cancel %s ends it at once, with outputs, and sends what was requested alone',
    async (onCancel, said, sends) => {
      await createScenario();
      const { host, done } = scenario.begin({ 'on-cancel': onCancel });
      let before = 0;
      scenario.at(5000, () => {
        before = scenario.sandbox.journal().length;
        host.cancel();
      });
      const { result, took } = await done;
      const id = result.outputs['deployment-id']!;
      expect({ result, host }).toEnd('CANCELLED 130');
      expect(result.error?.summary.replace(id, 'ecs-svc/…')).toBe(
        `web: web:2 is not live: cancelled; ${said}`,
      );
      const sent = scenario.sandbox.journal().slice(before);
      expect(sent.map(({ operation }) => operation)).toEqual(sends);
      expect(took).toBeLessThan(6000);
    },
  );
});
