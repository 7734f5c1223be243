import { describe, expect, test } from '@jest/globals';
import { waitForService } from '@landfall/core/operations/wait-for-service';
import { scenario, useScenario } from '../scenario/current.ts';
import { logLinesOf, type ScenarioResult } from '../scenario/scenario.ts';
import { type Strategy, scenarioOf, strategies } from '../scenario/strategies.ts';

/**
 * The faults D06, D10, D12, D17, D18, D21, D24 and D26 on every way in which ECS deploys a service: the verdict, the
 * error with its whole message, and the writes that were sent.
 */

const minute = 60_000;
const refuse = (
  operation: string,
  code: string,
  message: string,
  rule: { from?: number; count?: number } = {},
) => scenario.sandbox.fault({ operation, ...rule, fault: { kind: 'error', code, message } });
const hourAhead = 60 * minute;

/** The writes from here on, refused ones included. */
const writesFrom = (from: number) =>
  scenario.sandbox
    .journal()
    .slice(from)
    .map((entry) => entry.operation)
    .filter((operation) => !/^(?:Describe|List|Get|BatchGet)/.test(operation));
const ids = (text: string | undefined) =>
  (text ?? '').replace(/ecs-svc\/\d+/g, 'ecs-svc/…').replace(/\bd-[A-Z0-9]{5,}\b/g, 'd-…');
const errorOf = ({ result }: ScenarioResult) =>
  result.error && {
    code: result.error.code,
    summary: ids(result.error.summary),
    details: result.error.details.map(ids),
  };
const serviceOf = (operation: string) =>
  /Deployments?$/.test(operation) && !/Service/.test(operation) ? 'codedeploy' : 'ecs';
const denied =
  'User: arn:aws:iam::123456789012:user/ci is not authorized to perform: iam:PassRole on resource: arn:aws:iam::123456789012:role/web-task because no identity-based policy allows the iam:PassRole action';
const idOf = ({ begins }: Strategy) => (begins === 'CreateDeployment' ? 'd-…' : 'ecs-svc/…');
/** What reads a deployment of the strategy while it runs. */
const readOf = ({ begins }: Strategy) =>
  begins === 'CreateDeployment'
    ? 'BatchGetDeployments'
    : begins === 'CreateTaskSet'
      ? 'DescribeServices'
      : 'DescribeServiceDeployments';
const resuming = (strategy: Strategy) =>
  strategy.begins === 'CreateTaskSet'
    ? ['run this step again: nothing else will resume task set ecs-svc/…']
    : [
        `to keep watching, run this step again: it picks up deployment ${idOf(strategy)}`,
        `or from anywhere: landfall wait-for-service --region us-east-1 --cluster main --service web --deployment-id ${idOf(strategy)}`,
      ];
/** The writes of a deployment that goes well. */
const writesOf = ({ begins }: Strategy) =>
  begins === 'CreateTaskSet' ? ['CreateTaskSet', 'UpdateServicePrimaryTaskSet', 'DeleteTaskSet'] : [begins];

describe.each(strategies)('$name', (strategy) => {
  const given = async (
    ...args: Parameters<typeof scenarioOf> extends [unknown, ...infer Rest] ? Rest : never
  ) => {
    useScenario(await scenarioOf(strategy, ...args));
    return scenario.sandbox.journal().length;
  };

  test('D06: ECS refuses concurrent registrations three times: one revision, one deployment, green', async () => {
    const from = await given();
    refuse(
      'RegisterTaskDefinition',
      'ClientException',
      'Too many concurrent attempts to create a new revision of the specified family.',
      { count: 3 },
    );
    const end = await scenario.deploy();
    expect(end).toEnd('SUCCEEDED 0');
    expect(writesFrom(from)).toEqual([...Array(4).fill('RegisterTaskDefinition'), ...writesOf(strategy)]);
    expect(end.result.outputs['task-definition-arn']).toMatch(/web:2$/);
  });

  test('D06: what another pipeline registered meanwhile is used', async () => {
    const from = await given();
    refuse(
      'RegisterTaskDefinition',
      'ClientException',
      'Too many concurrent attempts to create a new revision of the specified family.',
      { count: 1 },
    );
    scenario.at(10, () => scenario.register('web', 2));
    const end = await scenario.deploy();
    expect(end).toEnd('SUCCEEDED 0');
    expect(writesFrom(from)).toEqual([
      'RegisterTaskDefinition',
      'RegisterTaskDefinition',
      ...writesOf(strategy),
    ]);
    expect(logLinesOf(end.host)).toContain('info: task definition unchanged, so not registered again: web:2');
  });

  test('D10: a throttling storm in the middle is outlasted, with fewer reads than without it', async () => {
    await given();
    for (const operation of ['DescribeServices', readOf(strategy)])
      refuse(operation, 'ThrottlingException', 'Rate exceeded', { from: 4, count: 25 });
    const end = await scenario.deploy();
    expect(end).toEnd('SUCCEEDED 0');
    const reads = scenario.sandbox
      .journal()
      .filter((entry) => /^(?:Describe|BatchGet)/.test(entry.operation));
    expect(reads.length / (end.took / 1000)).toBeLessThan(3);
  });

  test('D12: credentials that expire on the way: the deployment, and the command that resumes watching it', async () => {
    const from = await given();
    refuse(
      readOf(strategy),
      'ExpiredTokenException',
      'The security token included in the request is expired',
      { from: 5 },
    );
    const end = await scenario.deploy();
    expect(end).toEnd(3);
    expect(errorOf(end)).toEqual({
      code: 'CREDENTIALS_EXPIRED',
      summary: `the AWS credentials have expired (${serviceOf(readOf(strategy))}:${readOf(strategy)}): The security token included in the request is expired; deployment ${idOf(strategy)} of web:2 continues in ECS`,
      details: resuming(strategy),
    });
    expect(writesFrom(from)).toEqual(['RegisterTaskDefinition', strategy.begins]);

    scenario.sandbox.clearFaults();
    const command = end.result.error!.details.at(-1)!.replace(/^.*landfall wait-for-service /, '');
    const flags = Object.fromEntries(
      [...command.matchAll(/--([a-z-]+) (\S+)/g)].map(([, name, value]) => [name!, value!]),
    );
    const { result } = await scenario.begin(
      {
        'task-definition': '',
        ...flags,
        ...(strategy.begins === 'CreateTaskSet' && { 'wait-timeout': '2m' }),
      },
      { operation: waitForService },
    ).done;
    // Only the run that started it resumes a task set; the others are ECS's own.
    expect(result.outputs.verdict).toBe(strategy.begins === 'CreateTaskSet' ? 'TIMED_OUT' : 'SUCCEEDED');
    const again = await scenario.deploy();
    expect(again).toEnd(0);
    expect(writesFrom(from).filter((operation) => operation === strategy.begins)).toHaveLength(1);
  });

  test('D12: credentials known to expire before the deadline are warned of, and do not end a shorter deployment', async () => {
    await given();
    const credentialsEnd = new Date(scenario.clock.now() + 9 * minute);
    const { result, host } = await scenario.begin({ 'wait-timeout': '90m' }, { credentialsEnd }).done;
    expect(result.outputs.verdict).toBe('SUCCEEDED');
    expect(host.lines.filter((line) => /credentials/.test(line))).toEqual([
      expect.stringMatching(
        /^warning: the AWS credentials expire in (?:9m|8m5\ds), before the deployment's time limit of 1h30m: if it takes longer, this step ends with CREDENTIALS_EXPIRED and the deployment continues; request a longer session$/,
      ),
    ]);
  });

  test('D18: events that are repeated and read late are printed once each, oldest first, and none is lost', async () => {
    await given();
    for (const from of [3, 7, 11, 15])
      scenario.sandbox.fault({ operation: 'DescribeServices', from, count: 2, fault: { kind: 'stale' } });
    const since = scenario.clock.now();
    const end = await scenario.deploy();
    expect(end).toEnd('SUCCEEDED 0');
    const { services } = (await scenario.sandbox.dispatch('ecs', 'DescribeServices', {
      cluster: 'main',
      services: ['web'],
    })) as { services: { events: { message: string; createdAt: Date }[] }[] };
    const happened = services[0]!.events
      .filter((event) => event.createdAt.getTime() > since)
      .map((event) =>
        event.message.replace('(service web) ', '').replace(/(\(task [0-9a-f]{8})[0-9a-f]{24}/g, '$1'),
      )
      .reverse();
    const told = end.host.lines.flatMap(
      (line) => /^info: web {2}· (.*?) {2}\[[\d:]+\]$/.exec(line)?.[1] ?? [],
    );
    expect(told.map((line) => line.replace(/ of web:\d/g, ''))).toEqual(happened.slice(0, told.length));
    expect(told.length).toBeGreaterThan(0);
  });

  test.each([
    ['two hours ahead', () => 2 * hourAhead],
    ['two hours behind', () => -2 * hourAhead],
    ['jumping about', () => (scenario.clock.elapsed() % 3) * hourAhead],
  ])('D21: a local clock %s changes neither the verdict nor the deadline', async (_, clockAhead) => {
    await given();
    const end = await scenario.begin({}, { clockAhead }).done;
    expect(end).toEnd('SUCCEEDED 0');
    scenario.sandbox.ecs.setTaskRules([{ outcome: { kind: 'never-starts' } }]);
    const late = await scenario.begin({ 'task-definition': 'v3.json', 'wait-timeout': '7m' }, { clockAhead })
      .done;
    expect(late).toEnd(strategy.late);
    expect(late.took).toBeGreaterThanOrEqual(7 * minute);
    expect(late.took).toBeLessThan(7 * minute + 15_000);
  });

  test.each(['RegisterTaskDefinition', strategy.begins])(
    'D24: a role that may not be passed, at %s: the role and the missing line, and nothing is retried',
    async (operation) => {
      const from = await given();
      refuse(operation, 'AccessDeniedException', denied);
      const end = await scenario.deploy();
      expect(end).toEnd(3);
      expect(errorOf(end)).toEqual({
        code: 'ROLE_NOT_PASSABLE',
        summary: `${serviceOf(operation)}:${operation} needs to pass the role arn:aws:iam::123456789012:role/web-task to ECS, but the caller is not allowed to`,
        details: [denied],
      });
      expect(writesFrom(from)).toEqual(
        operation === 'RegisterTaskDefinition' ? [operation] : ['RegisterTaskDefinition', operation],
      );
    },
  );

  test('D26: a job limit before the deadline is warned of, and the watch ends a minute before the limit', async () => {
    await given();
    scenario.sandbox.ecs.setTaskRules([{ match: { image: 'web:2' }, outcome: { kind: 'never-starts' } }]);
    const end = await scenario.deploy({ 'job-timeout': '5m' });
    expect(end).toEnd(strategy.late);
    const warning = end.host.lines.find((line) => /the job ends before/.test(line));
    expect(warning).toBe(
      `warning: the job ends before the deployment's time limit of ${strategy.limit}: waiting only 4m`,
    );
    const isTakenBack = strategy.begins === 'CreateTaskSet';
    expect(errorOf(end)).toEqual({
      code: strategy.late.split(' ')[0],
      summary: `web: web:2 is not live: still ${strategy.stuck} at the deadline${isTakenBack ? '; task set ecs-svc/… is deleted (live: web:1)' : ''}`,
      details: isTakenBack
        ? []
        : [
            expect.stringMatching(
              /^0 of \d tasks running, \d pending, and ECS has not reported what they are waiting for$/,
            ),
            ...resuming(strategy),
          ],
    });
    expect(end.took).toBeLessThanOrEqual(4 * minute + 1000);
  });

  test('D17: as many deployments as ECS allows: TOO_MANY_DEPLOYMENTS, and one try', async () => {
    const from = await given();
    const [code, message] = refusals[strategy.begins];
    refuse(strategy.begins, code, message);
    const end = await scenario.deploy();
    expect(errorOf(end)).toEqual({
      code: 'TOO_MANY_DEPLOYMENTS',
      summary: crowded[strategy.begins],
      details: [],
    });
    expect(writesFrom(from)).toEqual(['RegisterTaskDefinition', strategy.begins]);
  });
});

const refusals = {
  UpdateService: [
    'InvalidParameterException',
    'Unable to update service because 5 active deployments exist.',
  ],
  CreateTaskSet: ['InvalidParameterException', 'The maximum limit of 5 deployments exist for the service.'],
  CreateDeployment: [
    'DeploymentLimitExceededException',
    "The Deployment Group 'DgpECS-main-web' already has an active Deployment 'd-ABCDEF123'",
  ],
} as const;

const crowded = {
  UpdateService:
    'web already has as many active deployments as ECS allows: ecs:UpdateService in us-east-1 was refused: InvalidParameterException: Unable to update service because 5 active deployments exist.',
  CreateTaskSet:
    'web already has as many task sets as ECS allows: ecs:CreateTaskSet in us-east-1 was refused: InvalidParameterException: The maximum limit of 5 deployments exist for the service.',
  CreateDeployment: 'web: deployment group DgpECS-main-web already has an active deployment',
};
