import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import { CodeDeployed } from '../scenario/code-deployed.ts';
import { createScenario, scenario, useScenario } from '../scenario/current.ts';
import type { KillAt } from '../scenario/kill-at.ts';
import { logLinesOf, type ScenarioOptions } from '../scenario/scenario.ts';
import { scenarioOf, strategies } from '../scenario/strategies.ts';

/** What is live is deployed again. */
const again = { 'force-new-deployment': 'true', 'task-definition': 'v1.json' };
const breaker = { deploymentCircuitBreaker: { enable: true, rollback: true } };
const minute = 60_000;

const given = async (deploymentConfiguration?: DeploymentConfiguration, options: ScenarioOptions = {}) => {
  await createScenario({
    services: { web: deploymentConfiguration ? { deploymentConfiguration } : {} },
    ...options,
  });
};
const arn = 'arn:aws:ecs:us-east-1:123456789012:service/main/web';
const tags = async () =>
  ((await scenario.sandbox.dispatch('ecs', 'ListTagsForResource', { resourceArn: arn })) as { tags: unknown })
    .tags;
const tagged = (value: string) =>
  scenario.sandbox.dispatch('ecs', 'TagResource', {
    resourceArn: arn,
    tags: [{ key: 'landfall:forcing', value }],
  });
const describeService = () =>
  scenario.sandbox.dispatch('ecs', 'DescribeServices', {
    cluster: 'main',
    services: ['web'],
    include: ['TAGS'],
  });
const revisionOf = async (version: number) =>
  (
    (await scenario.sandbox.dispatch('ecs', 'DescribeTaskDefinition', {
      taskDefinition: `web:${version}`,
    })) as {
      taskDefinition: { taskDefinitionArn: string };
    }
  ).taskDefinition.taskDefinitionArn;
const callsOf = (operation: string) =>
  scenario.sandbox.journal().filter((entry) => entry.operation === operation).length;
const notices = (lines: readonly string[]) => lines.filter((line) => line.startsWith('notice:'));

const configurations: readonly (readonly [string, DeploymentConfiguration])[] = [
  ['ROLLING', {}],
  ['BLUE_GREEN', { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 }],
  [
    'LINEAR',
    {
      strategy: 'LINEAR',
      linearConfiguration: { stepPercent: 50, stepBakeTimeInMinutes: 1 },
      bakeTimeInMinutes: 1,
    },
  ],
  [
    'CANARY',
    {
      strategy: 'CANARY',
      canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 1 },
      bakeTimeInMinutes: 1,
    },
  ],
];
const moments: readonly (readonly [string, KillAt])[] = [
  ['before it marks the service', { call: 'tagResource', when: 'before' }],
  ['when it has marked the service', { call: 'tagResource', when: 'after' }],
  ['before it updates the service', { call: 'updateService', when: 'before' }],
  ['when ECS has updated the service', { call: 'updateService', when: 'after' }],
  ['when it watches', { call: 'describeServiceDeployments', when: 'after', time: 3 }],
  ['before it takes the mark away', { call: 'untagResource', when: 'before' }],
];

describe('a forced deployment that is killed with -9 and run again', () => {
  describe.each(configurations)('%s', (_, configuration) => {
    test.each(moments)('killed %s: one deployment, green, and no mark is left', async (_, killAt) => {
      await given(configuration);
      await scenario.killed(killAt, again);
      const end = await scenario.deploy(again);
      expect(end).toEnd('SUCCEEDED 0');
      expect(end.deploymentsMade).toBe(1);
      expect(end.live?.deploymentId).toBe(end.result.outputs['deployment-id']);
      expect(await tags()).toEqual([]);
    });
  });

  test('says which deployment it resumes', async () => {
    await given();
    await scenario.killed({ call: 'updateService', when: 'after' }, again);
    const { host } = await scenario.deploy(again);
    expect(logLinesOf(host)).toContain(
      'info: web: an earlier attempt of this run forced deployment ecs-svc/… of web:1; following it',
    );
  });

  test('a service whose reads are behind the update is read until it can be believed', async () => {
    await given();
    scenario.sandbox.ecs.setLag({ staleReads: 4 });
    await scenario.killed({ call: 'updateService', when: 'after' }, again);
    const end = await scenario.deploy(again);
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.deploymentsMade).toBe(1);
    expect(logLinesOf(end.host)).toContain(
      'info: web: an earlier attempt of this run was about to force a deployment; looking for it for 30 s',
    );
  });

  test('run again at once, on a first read from before all of it: one deployment', async () => {
    await given();
    const earlier = await describeService();
    await scenario.killed({ call: 'updateService', when: 'after' }, again);
    let isFirst = true;
    const end = await scenario.begin(again, {
      between: async ({ operation, input }, send) => {
        const answer = await send(input);
        if (operation !== 'DescribeServices' || !isFirst) return answer;
        isFirst = false;
        return earlier;
      },
    }).done;
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.deploymentsMade).toBe(1);
  });

  test('forced by two attempts at one instant, of which the second was killed: each has made one', async () => {
    await given();
    const left = { ...again, 'wait-until': 'started' };
    await scenario.deploy(left);
    await scenario.killed({ call: 'updateService', when: 'after' }, left);
    await scenario.clock.sleep(minute);
    const end = await scenario.deploy(left);
    expect(end).toEnd('STARTED 0');
    expect(end.deploymentsMade).toBe(2);
  });

  test('replaced by someone else, who forced it, too: it is forced again', async () => {
    await given();
    await scenario.killed({ call: 'updateService', when: 'after' }, again);
    await scenario.clock.sleep(1000);
    await scenario.sandbox.dispatch('ecs', 'UpdateService', {
      cluster: 'main',
      service: 'web',
      forceNewDeployment: true,
    });
    const end = await scenario.deploy(again);
    expect(end).toEnd('SUCCEEDED 0');
    expect(callsOf('UpdateService')).toBe(3);
  });

  test('run again when the forced deployment has long been rolled back: it is forced again', async () => {
    await given(breaker);
    scenario.sandbox.ecs.setTaskRules([
      { match: { image: 'web:1' }, outcome: { kind: 'exit', code: 1, after: 1000 } },
    ]);
    await scenario.killed({ call: 'updateService', when: 'after' }, again);
    await scenario.clock.sleep(20 * minute);
    scenario.sandbox.ecs.setTaskRules([]);
    const end = await scenario.deploy(again);
    expect(end).toEnd('SUCCEEDED 0');
    expect(callsOf('UpdateService')).toBe(breakerSet + 2);
  });

  test('with another version by someone else in between: ours is deployed', async () => {
    await given();
    await scenario.killed({ call: 'tagResource', when: 'after' }, again);
    scenario.deployAt(1, 3);
    await scenario.clock.sleep(20 * minute);
    const end = await scenario.deploy(again);
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.live?.taskDefinition).toBe(end.result.outputs['task-definition-arn']);
  });

  test('together with a new task definition: one revision, one deployment', async () => {
    await given();
    const forced = { 'force-new-deployment': 'true' };
    await scenario.killed({ call: 'updateService', when: 'after' }, forced);
    const end = await scenario.deploy(forced);
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.deploymentsMade).toBe(1);
    expect(end.result.outputs['task-definition-arn']).toMatch(/web:2$/);
  });
});

describe('a forced deployment that is killed, and run again hours later', () => {
  const hour = 60 * minute;
  const colleagueForces = () =>
    scenario.sandbox.dispatch('ecs', 'UpdateService', {
      cluster: 'main',
      service: 'web',
      forceNewDeployment: true,
    });

  test.each([
    ['in its update, which did not take effect', 'before'],
    ['in its update, which took effect', 'after'],
  ] as const)('killed %s: the one that someone else forces an hour later is not its own', async (_, when) => {
    await given();
    await scenario.killed({ call: 'updateService', when }, again);
    await scenario.clock.sleep(hour);
    await colleagueForces();
    await scenario.clock.sleep(20 * minute);
    const theirs = scenario.sandbox.ecs.truth('main', 'web')?.live?.deploymentId;
    const end = await scenario.deploy(again);
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.result.outputs['deployment-id']).not.toBe(theirs);
    expect(end.live?.deploymentId).toBe(end.result.outputs['deployment-id']);
    expect(await tags()).toEqual([]);
  });

  test('nor is it where service deployments may not be read', async () => {
    await given();
    await scenario.killed({ call: 'updateService', when: 'before' }, again);
    await scenario.clock.sleep(hour);
    await colleagueForces();
    await scenario.clock.sleep(20 * minute);
    for (const operation of ['ListServiceDeployments', 'DescribeServiceDeployments'])
      scenario.sandbox.fault({
        service: 'ecs',
        operation,
        fault: { kind: 'error', code: 'AccessDeniedException', message: 'no' },
      });
    const end = await scenario.deploy(again);
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.deploymentsMade).toBe(2);
  });

  test.each([
    ['in its update', { call: 'updateService', when: 'after' }],
    ['when it watched', { call: 'describeServiceDeployments', when: 'after', time: 3 }],
  ] as const)(
    'killed %s, which took effect: its own is followed, and no other is made',
    async (_, killAt) => {
      await given();
      await scenario.killed(killAt, again);
      await scenario.clock.sleep(5 * hour);
      const own = scenario.sandbox.ecs.truth('main', 'web')?.live?.deploymentId;
      const end = await scenario.deploy(again);
      expect(end).toEnd('SUCCEEDED 0');
      expect(end.deploymentsMade).toBe(1);
      expect(end.result.outputs['deployment-id']).toBe(own);
    },
  );

  test('by a machine whose clock is wrong: once its answer was there, no clock decides', async () => {
    await given();
    const killAt = { call: 'describeServiceDeployments', when: 'after', time: 3 } as const;
    await scenario.begin(again, { killAt, clockAhead: () => -24 * hour }).killed;
    await scenario.clock.sleep(hour);
    const end = await scenario.deploy(again);
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.deploymentsMade).toBe(1);
  });
});

describe('a forced deployment that ECS is rolling back when its job is run again', () => {
  const crashing = [{ match: { image: 'web:1' }, outcome: { kind: 'exit', code: 1, after: 1000 } }] as const;
  const statuses = () => scenario.sandbox.ecs.truth('main', 'web')!.deployments.map(({ status }) => status);
  const until = async (status: string) => {
    while (statuses().at(-1) !== status) await scenario.clock.sleep(500);
  };
  const inItsUpdate = { call: 'updateService', when: 'after' } as const;
  const whenItWatched = { call: 'describeServiceDeployments', when: 'after', time: 3 } as const;
  const moments = [
    ['in its update', 'ROLLBACK_REQUESTED', inItsUpdate],
    ['in its update', 'ROLLBACK_IN_PROGRESS', inItsUpdate],
    ['when it watched', 'ROLLBACK_REQUESTED', whenItWatched],
    ['when it watched', 'ROLLBACK_IN_PROGRESS', whenItWatched],
  ] as const;

  test.each(moments)(
    'killed %s, %s: it is followed to its end, and forced again by the attempt after that',
    async (_, status, killAt) => {
      await given(breaker);
      scenario.sandbox.ecs.setTaskRules(crashing);
      await scenario.killed(killAt, again);
      await until(status);
      scenario.sandbox.ecs.setTaskRules([]);
      const end = await scenario.deploy(again);
      expect(end).toEnd('ROLLED_BACK 1');
      expect(end.deploymentsMade).toBe(1);
      expect(logLinesOf(end.host)).toContain(
        `info: web: an earlier attempt of this run forced deployment ecs-svc/… of web:1, which is ${status}; following it`,
      );
      expect(await tags()).toEqual([]);
      const next = await scenario.deploy(again);
      expect(next).toEnd('SUCCEEDED 0');
      expect(next.deploymentsMade).toBe(2);
    },
  );
});

describe('a deployment by CodeDeploy that is forced, killed and run again', () => {
  const byCodeDeploy = strategies.find(({ name }) => name === 'CODE_DEPLOY')!;

  test('when someone else deploys the same an hour later: that is not its own, and blocks it', async () => {
    useScenario(await scenarioOf(byCodeDeploy));
    await scenario.killed({ call: 'createDeployment', when: 'before' }, again);
    await scenario.clock.sleep(60 * minute);
    const codeDeployed = new CodeDeployed(scenario);
    await codeDeployed.deploy(await revisionOf(1), 'web');
    const blocked = await scenario.deploy(again);
    expect(blocked.result.error?.code).toBe('TOO_MANY_DEPLOYMENTS');
    await scenario.clock.sleep(30 * minute);
    const { result } = await scenario.deploy(again);
    expect(result.outputs.verdict).toBe('SUCCEEDED');
    expect(result.outputs['deployment-id']).toBe((await codeDeployed.truth()).newest.deploymentId);
    expect(callsOf('CreateDeployment')).toBe(2);
  });

  test('when someone else has deployed the same an hour later, and that is live: it is forced', async () => {
    useScenario(await scenarioOf(byCodeDeploy));
    await scenario.killed({ call: 'createDeployment', when: 'before' }, again);
    await scenario.clock.sleep(60 * minute);
    await new CodeDeployed(scenario).deploy(await revisionOf(1), 'web');
    await scenario.clock.sleep(30 * minute);
    const { result } = await scenario.deploy(again);
    expect(result.outputs.verdict).toBe('SUCCEEDED');
    expect(callsOf('CreateDeployment')).toBe(2);
  });

  const moments = [
    { call: 'tagResource', when: 'after' },
    { call: 'createDeployment', when: 'before' },
    { call: 'createDeployment', when: 'after' },
    { call: 'batchGetDeployments', when: 'after', time: 3 },
    { call: 'untagResource', when: 'before' },
  ] as const;

  test.each(moments)('$call $when: there is one, and no mark is left', async (killAt) => {
    useScenario(await scenarioOf(byCodeDeploy));
    await scenario.killed(killAt, again);
    const { result, host } = await scenario.deploy(again);
    expect({ result, host }).toEnd(0);
    expect(callsOf('CreateDeployment')).toBe(1);
    expect(await tags()).toEqual([]);
  });

  test('is found, too, when it was over before the second attempt', async () => {
    useScenario(await scenarioOf(byCodeDeploy));
    await scenario.killed({ call: 'createDeployment', when: 'after' }, again);
    await scenario.clock.sleep(30 * minute);
    const { result, host } = await scenario.deploy(again);
    expect(result.outputs.verdict).toBe('NOOP');
    expect(logLinesOf(host).at(-1)).toBe(
      'info: ✓ web: web:1 is live: an earlier attempt of this run forced its deployment',
    );
    expect(callsOf('CreateDeployment')).toBe(1);
  });
});

/** Creating the scenario turns the breaker on by an update of its own. */
const breakerSet = 1;

describe('the mark', () => {
  test('is gone after a verdict, so that the run forces again when it is run again on purpose', async () => {
    await given();
    expect(await scenario.deploy(again)).toEnd('SUCCEEDED 0');
    expect(await tags()).toEqual([]);
    const second = await scenario.deploy(again);
    expect(second).toEnd('SUCCEEDED 0');
    expect(second.deploymentsMade).toBe(2);
  });

  test('is gone after a red verdict, too', async () => {
    await given(breaker);
    scenario.sandbox.ecs.setTaskRules([
      { match: { image: 'web:1' }, outcome: { kind: 'exit', code: 1, after: 1000 } },
    ]);
    expect(await scenario.deploy(again)).toEnd('ROLLED_BACK 1');
    expect(await tags()).toEqual([]);
  });

  test('is gone when ECS has refused the update', async () => {
    await given();
    scenario.sandbox.fault({
      service: 'ecs',
      operation: 'UpdateService',
      fault: { kind: 'error', code: 'InvalidParameterException', message: 'no' },
    });
    expect((await scenario.deploy(again)).result.exitCode).not.toBe(0);
    expect(await tags()).toEqual([]);
  });

  test('stays while the deployment is in progress: the next attempt follows it', async () => {
    await given();
    const first = await scenario.deploy({ ...again, 'wait-timeout': '10s' });
    expect(first).toEnd('TIMED_OUT 4');
    const mark = expect.stringMatching(/^run=[\w-]{43} before=ecs-svc\/\d+ made=ecs-svc\/\d+$/);
    expect(await tags()).toEqual([
      { key: 'landfall:fence', value: expect.stringMatching(/^\w+$/) },
      { key: 'landfall:forcing', value: mark },
    ]);
    const second = await scenario.deploy(again);
    expect(second).toEnd('SUCCEEDED 0');
    expect(second.deploymentsMade).toBe(1);
  });

  test('is not set without force, nor where the host cannot tell one run from another', async () => {
    await given();
    await scenario.deploy();
    await scenario.begin(again, { run: {} }).done;
    expect(callsOf('TagResource')).toBe(0);
  });

  test('M07: of another run, it is ignored with a note and replaced', async () => {
    await given();
    await scenario.begin(again, {
      killAt: { call: 'updateService', when: 'after' },
      run: { origin: 'other' },
    }).killed;
    await scenario.clock.sleep(20 * minute);
    const { result, host, deploymentsMade } = await scenario.deploy(again);
    expect(result.outputs.verdict).toBe('SUCCEEDED');
    expect(notices(host.lines)).toEqual([
      'notice: web: the tag landfall:forcing of the service is of another run; it is ignored and replaced: ECS shows what is live',
    ]);
    expect(deploymentsMade).toBe(2);
  });

  test.each([
    '',
    'true',
    `run=${'x'.repeat(43)}`,
    `run=${'x'.repeat(42)} before=ecs-svc/1 made=ecs-svc/2`,
    `run=${'x'.repeat(43)} before=ecs-svc/1`,
    '::set-output name=a::b',
  ])('M07: with the value %j, it is ignored with a note and replaced', async (value) => {
    await given();
    await tagged(value);
    const { result, host, deploymentsMade } = await scenario.deploy(again);
    expect(result.outputs.verdict).toBe('SUCCEEDED');
    expect(notices(host.lines)).toEqual([
      'notice: web: the tag landfall:forcing of the service has a value that Landfall does not write; it is ignored and replaced: ECS shows what is live',
    ]);
    expect(deploymentsMade).toBe(1);
    expect(await tags()).toEqual([]);
  });
});

describe('without the permission', () => {
  const deny = (operation: string) =>
    scenario.sandbox.fault({
      service: 'ecs',
      operation,
      fault: {
        kind: 'error',
        code: 'AccessDeniedException',
        message: `User: arn:aws:iam::123456789012:user/ci is not authorized to perform: ecs:${operation} on resource: ${arn} because no identity-based policy allows the ecs:${operation} action`,
      },
    });

  test('to tag, the deployment is forced anyway, and one notice says what is lost', async () => {
    await given();
    deny('TagResource');
    const end = await scenario.deploy(again);
    expect(end).toEnd('SUCCEEDED 0');
    expect(notices(end.host.lines)).toEqual([
      `notice: the caller lacks ecs:TagResource on ${arn}: if this job is killed and run again, it will force a second deployment`,
    ]);
    expect(callsOf('UntagResource')).toBe(0);
  });

  test('to take the tag away, the run ends as it would, and one notice says what stays', async () => {
    await given();
    deny('UntagResource');
    const end = await scenario.deploy(again);
    expect(end).toEnd('SUCCEEDED 0');
    expect(notices(end.host.lines)).toEqual([
      `notice: the caller lacks ecs:UntagResource on ${arn}: the tag landfall:forcing stays on web: running this job again will follow the deployment it finds there instead of forcing another`,
    ]);
  });

  test('several services of a run have one notice together', async () => {
    await createScenario({ services: { web: {}, api: {} } });
    deny('TagResource');
    const { result, host } = await scenario.begin({
      service: '',
      services: 'web=v1.json\napi=api-v1.json',
      'task-definition': '',
      'force-new-deployment': 'true',
    }).done;
    expect({ result, host }).toEnd(0);
    expect(notices(host.lines)).toHaveLength(1);
  });
});
