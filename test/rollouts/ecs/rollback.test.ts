import { describe, expect, test } from '@jest/globals';
import type { Operation } from '@landfall/core/operation/operation';
import { continueDeployment } from '@landfall/core/operations/continue-deployment';
import { rollbackService } from '@landfall/core/operations/rollback-service';
import type { RunFacts } from '@landfall/core/world/host';
import { createScenario, scenario } from '../scenario/current.ts';
import type { KillAt } from '../scenario/kill-at.ts';
import { pushImage } from '../scenario/push-image.ts';
import { loggedBy, type ScenarioOptions, taskDefinitionOf } from '../scenario/scenario.ts';

const breaker = { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } } };
const none = { 'task-definition': '' };

const job = (origin: string): Partial<RunFacts> => ({ origin });
const begin = (
  operation: unknown,
  inputs: Record<string, string> = {},
  more: { run?: Partial<RunFacts>; killAt?: KillAt } = {},
) => scenario.begin({ ...none, ...inputs }, { operation: operation as Operation, ...more });
const rollBack = (origin: string, inputs: Record<string, string> = {}) =>
  begin(rollbackService, inputs, { run: job(origin) }).done;
const later = (milliseconds: number) => scenario.clock.sleep(milliseconds, new AbortController().signal);
const writes = () =>
  scenario.sandbox
    .journal()
    .filter(({ operation }) => /^(?:UpdateService|StopServiceDeployment)$/.test(operation)).length;
const live = () => scenario.sandbox.ecs.truth('main', 'web')?.live?.taskDefinition;

/** The service as it is now, before any mark. */
const withoutTags = () =>
  scenario.sandbox.dispatch('ecs', 'DescribeServices', { cluster: 'main', services: ['web'] }) as Promise<
    Record<string, unknown>
  >;

/** web:1, web:2 and web:3 live one after the other. */
async function threeVersions(): Promise<void> {
  await createScenario();
  for (const version of [2, 3])
    expect(await scenario.deploy({ 'task-definition': `v${version}.json` })).toEnd('SUCCEEDED 0');
}

describe('rollback-service, run a second time', () => {
  test('by the same job: nothing is left to do', async () => {
    await threeVersions();
    expect(await rollBack('job-1')).toEnd('SUCCEEDED 0');
    expect(live()).toMatch(/web:2$/);
    const before = writes();
    const again = await rollBack('job-1');
    expect(again).toEnd('NOOP 0');
    expect(loggedBy(again.host).at(-1)).toBe(
      'info: ✓ web: this run has already rolled it back: web:2 is live',
    );
    expect(writes()).toBe(before);
  });
  test('by another job: refused, with what is live and how to go further back', async () => {
    await threeVersions();
    await rollBack('job-1');
    const before = writes();
    const { result } = await rollBack('job-2');
    expect(result.error).toMatchObject({
      code: 'ROLLBACK_IMPOSSIBLE',
      summary: 'web was already rolled back: web:2 is live, and it replaced web:3',
      remedy: 'To go further back, set `task-definition` to web:1, which was live before web:2 first was.',
    });
    expect(writes()).toBe(before);
    const further = await rollBack('job-2', { 'task-definition': 'web:1' });
    expect(further).toEnd('SUCCEEDED 0');
    expect(live()).toMatch(/web:1$/);
  });
  test('by another job, after the version to go was deployed again: it is rolled back again', async () => {
    await threeVersions();
    await rollBack('job-1');
    expect(await scenario.begin({ 'task-definition': 'v3.json' }, { run: job('job-2') }).done).toEnd(
      'SUCCEEDED 0',
    );
    expect(live()).toMatch(/web:3$/);
    expect(await rollBack('job-3')).toEnd('SUCCEEDED 0');
    expect(live()).toMatch(/web:2$/);
  });
  test('by the same job, after someone has deployed: refused', async () => {
    await threeVersions();
    await rollBack('job-1');
    const theirs = { run: job('job-2'), versions: [4] };
    expect(await scenario.begin({ 'task-definition': 'v4.json' }, theirs).done).toEnd('SUCCEEDED 0');
    const { result } = await rollBack('job-1');
    expect(result.error).toMatchObject({
      code: 'ROLLBACK_IMPOSSIBLE',
      summary: 'web was already rolled back by this run, and web:4 has been deployed since',
    });
    expect(live()).toMatch(/web:4$/);
  });
  test('by the same job, while someone deploys the bad version again during its second read: refused', async () => {
    await threeVersions();
    await rollBack('job-1');
    scenario.at(1000, () =>
      scenario.sandbox.dispatch('ecs', 'UpdateService', {
        cluster: 'main',
        service: 'web',
        taskDefinition: 'web:3',
      }),
    );
    const { result } = await rollBack('job-1');
    expect(result.error?.summary).toBe(
      'web was already rolled back by this run, and web:3 has been deployed since',
    );
  });
  test('by the same job, while someone deploys: refused', async () => {
    await threeVersions();
    await rollBack('job-1');
    scenario.deployAt(0, 4);
    await later(1000);
    const before = writes();
    const { result } = await rollBack('job-1');
    expect(result.error?.summary).toBe(
      'web was already rolled back by this run, and web:4 has been deployed since',
    );
    expect(writes()).toBe(before + 1);
  });
  test.each(['updateService', 'tagResource'])(
    'by the same job, which was killed after its %s: the same rollback continues',
    async (call) => {
      await threeVersions();
      const killed = begin(rollbackService, {}, { run: job('job-1'), killAt: { call, when: 'after' } });
      await killed.killed;
      const { result, host, deploymentsMade } = await rollBack('job-1');
      expect({ result, host }).toEnd(0);
      expect(live()).toMatch(/web:2$/);
      expect(deploymentsMade).toBe(3);
    },
  );
  test('by the same job, whose mark does not show yet: its own rollback is not stopped', async () => {
    await threeVersions();
    const killed = begin(
      rollbackService,
      {},
      { run: job('job-1'), killAt: { call: 'updateService', when: 'after' } },
    );
    await killed.killed;
    await later(5000);
    scenario.sandbox.fault({
      operation: 'DescribeServices',
      count: 3,
      fault: { kind: 'answer', merge: await withoutTags() },
    });
    const { result, host } = await rollBack('job-1');
    expect({ result, host }).toEnd(0);
    expect(live()).toMatch(/web:2$/);
    expect(scenario.sandbox.journal().some(({ operation }) => operation === 'StopServiceDeployment')).toBe(
      false,
    );
  });
  test('by a host that does not identify its jobs, while the first rollback is in progress: it is followed', async () => {
    await threeVersions();
    const killed = begin(rollbackService, {}, { run: {}, killAt: { call: 'updateService', when: 'after' } });
    await killed.killed;
    await later(5000);
    const { result, host } = await begin(rollbackService, {}, { run: {} }).done;
    expect({ result, host }).toEnd(0);
    expect(live()).toMatch(/web:2$/);
  });
  test('by another job, while the first rollback is in progress: refused, and nothing is stopped', async () => {
    await threeVersions();
    const killed = begin(
      rollbackService,
      {},
      { run: job('job-1'), killAt: { call: 'updateService', when: 'after' } },
    );
    await killed.killed;
    await later(5000);
    const { result } = await rollBack('job-2');
    expect(result.error).toMatchObject({
      code: 'ROLLBACK_IMPOSSIBLE',
      summary: expect.stringMatching(
        /^web is already being rolled back by another run: deployment ecs-svc\/\d+ of web:2 is in progress$/,
      ),
    });
    expect(scenario.sandbox.journal().some(({ operation }) => operation === 'StopServiceDeployment')).toBe(
      false,
    );
  });
  test('by another job, after a deployment of an earlier version was stopped: refused', async () => {
    await threeVersions();
    await scenario.deploy({ 'task-definition': 'web:2', 'wait-until': 'started' });
    await later(5000);
    expect(await rollBack('job-1')).toEnd('ROLLED_BACK 0');
    const { result } = await rollBack('job-2');
    expect(result.error).toMatchObject({
      code: 'ROLLBACK_IMPOSSIBLE',
      summary: expect.stringMatching(
        /^web was already rolled back: web:3 is live, and deployment ecs-svc\/\d+ of web:2 is ROLLBACK_SUCCESSFUL since .*Z$/,
      ),
    });
    expect(live()).toMatch(/web:3$/);
  });
  test('after ECS has rolled the last version back by itself: refused, for what is live was not asked about', async () => {
    await createScenario({
      services: { web: breaker },
      taskRules: [{ match: { image: 'web:3' }, outcome: { kind: 'exit', code: 1, after: 1000 } }],
    });
    await scenario.deploy();
    expect(await scenario.deploy({ 'task-definition': 'v3.json' })).toEnd('ROLLED_BACK 1');
    const { result } = await rollBack('job-1');
    expect(result.error?.summary).toMatch(
      /^web was already rolled back: web:2 is live, and deployment ecs-svc\/\d+ of web:3 is ROLLBACK_SUCCESSFUL since .*Z$/,
    );
    expect(live()).toMatch(/web:2$/);
  });
});

describe('rollback-service, of a version that is live', () => {
  test.each(['started', 'paused', 'traffic-shifted', 'stage:POST_SCALE_UP'])(
    'with wait-until %s: followed until the earlier version is live and nothing runs of the later one',
    async (until) => {
      const deploymentConfiguration = { strategy: 'BLUE_GREEN' as const, bakeTimeInMinutes: 10 };
      await createScenario({ services: { web: { deploymentConfiguration } } });
      expect(await scenario.deploy()).toEnd('SUCCEEDED 0');
      const end = await rollBack('job-1', { 'wait-until': until });
      expect(end).toEnd('SUCCEEDED 0');
      expect(end.took).toBeGreaterThanOrEqual(600_000);
      expect(end.host.lines).toContain(
        'notice: web: a rollback is always followed to its end, regardless of `wait-until`',
      );
      const { services } = (await withoutTags()) as { services: { deployments: object[] }[] };
      expect(services[0]!.deployments).toMatchObject([{ status: 'PRIMARY', runningCount: 2 }]);
      expect(live()).toMatch(/web:1$/);
    },
  );
});

describe('rollback-service, of a deployment in progress', () => {
  const crash = [{ match: { image: 'web:2' }, outcome: { kind: 'exit' as const, code: 1, after: 1000 } }];
  test('that ECS is rolling back already: followed, and green when the earlier version is live', async () => {
    await createScenario({ services: { web: breaker }, taskRules: crash });
    await scenario.deploy({ 'wait-until': 'started' });
    await later(30_000);
    const { result, host } = await rollBack('job-1');
    expect({ result, host }).toEnd('ROLLED_BACK 0');
    expect(loggedBy(host)).toContain(
      'info: web: ECS is already rolling back deployment ecs-svc/… of web:2; following the rollback',
    );
    expect(
      scenario.sandbox.journal().filter(({ operation }) => operation === 'StopServiceDeployment'),
    ).toEqual([]);
    // What was green and still is so is NOOP for the same job, and no other's.
    expect(await rollBack('job-1')).toEnd('NOOP 0');
    expect((await rollBack('job-2')).result.error?.code).toBe('ROLLBACK_IMPOSSIBLE');
  });
  test('with `wait-until` for a stage that the version to go has reached: followed to the end of the rollback', async () => {
    const deploymentConfiguration = { strategy: 'BLUE_GREEN' as const, bakeTimeInMinutes: 10 };
    await createScenario({ services: { web: { deploymentConfiguration } } });
    expect(await scenario.deploy({ 'wait-until': 'traffic-shifted' })).toEnd('SUCCEEDED 0');
    scenario.sandbox.fault({
      operation: 'DescribeServiceDeployments',
      count: 1,
      fault: { kind: 'stale' },
    });
    const { result, host } = await rollBack('job-1', { 'wait-until': 'traffic-shifted' });
    expect({ result, host }).toEnd('ROLLED_BACK 0');
    expect(host.lines).toContain(
      'notice: web: a rollback is always followed to its end, regardless of `wait-until`',
    );
    expect(live()).toMatch(/web:1$/);
  });
  test('which becomes live although it was to be stopped: rolled back like any other', async () => {
    await createScenario();
    await scenario.deploy({ 'wait-until': 'started' });
    await later(40_000);
    // The stop has no effect, and its response does not show that.
    scenario.sandbox.fault({
      operation: 'StopServiceDeployment',
      fault: { kind: 'empty', effect: 'none' },
    });
    const { result, host } = await rollBack('job-1');
    expect(live()).toMatch(/web:1$/);
    expect({ result, host }).toEnd(0);
    expect(loggedBy(host)).toEqual(
      expect.arrayContaining([
        'info: web: deployment ecs-svc/… of web:2 ended before the stop took effect: web:2 is live',
        'info: web: rolling back from web:2 to web:1',
      ]),
    );
  });
  test('whose stop took effect, though its answer was lost: followed', async () => {
    await createScenario();
    await scenario.deploy({ 'wait-until': 'started' });
    scenario.sandbox.fault({
      operation: 'StopServiceDeployment',
      count: 1,
      fault: { kind: 'reset', effect: 'applied' },
    });
    const { result, host } = await rollBack('job-1');
    expect({ result, host }).toEnd('ROLLED_BACK 0');
  });
  test('back to a revision that is named, while ECS rolls back to it by itself, unseen: followed', async () => {
    await createScenario({ services: { web: breaker }, taskRules: crash });
    await scenario.deploy({ 'wait-until': 'started' });
    const before = (await scenario.sandbox.dispatch('ecs', 'DescribeServices', {
      cluster: 'main',
      services: ['web'],
    })) as Record<string, unknown>;
    await later(30_000);
    scenario.sandbox.fault({
      operation: 'DescribeServices',
      count: 1,
      fault: { kind: 'answer', merge: before },
    });
    const { result, host } = await rollBack('job-1', { 'task-definition': 'web:1' });
    expect({ result, host }).toEnd('SUCCEEDED 0');
    expect(live()).toMatch(/web:1$/);
  });
  test('of which the service names an older one: the newest by its creation is stopped', async () => {
    await createScenario();
    scenario.sandbox.ecs.setLag({ lateServiceDeployment: 2 });
    await scenario.deploy({ 'wait-until': 'started' });
    const { result, host } = await rollBack('job-1');
    expect({ result, host }).toEnd('ROLLED_BACK 0');
    expect(live()).toMatch(/web:1$/);
  });
});

describe('rollback-service, with a tag that was pushed again since', () => {
  const image = '123456789012.dkr.ecr.us-east-1.amazonaws.com/web:latest';
  const files = Object.fromEntries(
    [1, 2].map((version) => {
      const [container] = taskDefinitionOf('web', version).containerDefinitions;
      const environment = [{ name: 'VERSION', value: String(version) }];
      const containerDefinitions = [{ ...container, image, environment }];
      return [`latest-${version}.json`, JSON.stringify({ family: 'web', containerDefinitions })];
    }),
  );
  const push = (number: number) => pushImage(scenario.sandbox, 'latest', String(number));
  const deploy = async (version: number) =>
    expect(await scenario.deploy({ 'task-definition': `latest-${version}.json` }, files)).toEnd(
      'SUCCEEDED 0',
    );
  const imageLive = async () => {
    const { taskDefinition } = (await scenario.sandbox.dispatch('ecs', 'DescribeTaskDefinition', {
      taskDefinition: live(),
    })) as { taskDefinition: { containerDefinitions: { image: string }[] } };
    return taskDefinition.containerDefinitions[0]!.image;
  };
  const good = async (options: ScenarioOptions = {}) => {
    await createScenario(options);
    await scenario.sandbox.dispatch('ecr', 'CreateRepository', { repositoryName: 'web' });
    const digest = await push(1);
    await deploy(1);
    return digest;
  };
  test.each([
    ['by default', {}],
    ['to a revision that is named', { 'task-definition': 'web:2' }],
  ])('rolls back to the image that was live, not to what the tag names now: %s', async (_, inputs) => {
    const digest = await good();
    await push(2);
    await deploy(2);
    expect(await rollBack('job-1', inputs)).toEnd('SUCCEEDED 0');
    expect(await imageLive()).toBe(`123456789012.dkr.ecr.us-east-1.amazonaws.com/web@${digest}`);
    expect(await rollBack('job-1', inputs)).toEnd('NOOP 0');
    // The revision with the digests is the version that was live before, under another number.
    const { result } = await rollBack('job-2');
    expect(result.error).toMatchObject({
      code: 'ROLLBACK_IMPOSSIBLE',
      summary: expect.stringMatching(/^web was already rolled back: web:4 is live, and it replaced web:3$/),
    });
  });
  test('as part of a run whose other service fails, too', async () => {
    const digest = await good({ services: { web: {}, api: {} } });
    await push(2);
    scenario.sandbox.ecs.setTaskRules([{ match: { image: 'api:2' }, outcome: { kind: 'pull-error' } }]);
    const services = 'web=latest-2.json\napi=api-v2.json after web';
    const { result } = await scenario.deploy(
      { service: '', 'task-definition': '', services, 'on-failure': 'rollback' },
      files,
    );
    expect(JSON.parse(result.outputs.results!)).toMatchObject([
      { service: 'web', status: 'rolled-back' },
      { service: 'api', status: 'failed' },
    ]);
    expect(await imageLive()).toBe(`123456789012.dkr.ecr.us-east-1.amazonaws.com/web@${digest}`);
  });
  test('where the tag names the same image still, the revision itself is deployed', async () => {
    await good();
    await deploy(2);
    expect(await rollBack('job-1')).toEnd('SUCCEEDED 0');
    expect(live()).toMatch(/web:2$/);
    expect(await imageLive()).toBe(image);
  });
});

describe('continue-deployment', () => {
  const pausing = async (...hooks: string[][]) => {
    const deploymentConfiguration = { strategy: 'BLUE_GREEN' as const, bakeTimeInMinutes: 1 };
    await createScenario({ services: { web: { deploymentConfiguration } } });
    const lifecycleHooks = hooks.map((lifecycleStages) => ({ targetType: 'PAUSE', lifecycleStages }));
    await scenario.sandbox.dispatch('ecs', 'UpdateService', {
      cluster: 'main',
      service: 'web',
      deploymentConfiguration: { ...deploymentConfiguration, lifecycleHooks },
    });
    expect(await scenario.deploy()).toEnd('PAUSED 4');
  };
  const lose = (operation: string, count: number) =>
    scenario.sandbox.fault({ operation, count, fault: { kind: 'reset', effect: 'applied' } });

  test.each([['continue'], ['rollback']])('%s: one of two hooks that wait must be named', async (action) => {
    await pausing(['POST_SCALE_UP'], ['POST_SCALE_UP']);
    const { result } = await begin(continueDeployment, { action }).done;
    expect(result.error).toMatchObject({
      code: 'INPUT_INVALID',
      summary: expect.stringMatching(/hook must name one: several hooks of web are waiting \(.+, .+\)/),
    });
    expect(
      scenario.sandbox.journal().some(({ operation }) => operation === 'ContinueServiceDeployment'),
    ).toBe(false);
  });
  test.each([
    ['continue', 1, 'SUCCEEDED 0'],
    ['continue', 100, 'SUCCEEDED 0'],
    ['rollback', 1, 'ROLLED_BACK 0'],
    ['rollback', 100, 'ROLLED_BACK 0'],
  ])(
    '%s: an answer that is lost %i times is looked up, and the deployment followed',
    async (action, count, verdict) => {
      await pausing(['POST_SCALE_UP']);
      lose('ContinueServiceDeployment', count);
      expect(await begin(continueDeployment, { action }).done).toEnd(verdict);
    },
  );
  test.each([
    ['continue', 'SUCCEEDED 0'],
    ['rollback', 'ROLLED_BACK 0'],
  ])('%s: killed after it told the hook, and run again, it follows', async (action, verdict) => {
    await pausing(['POST_SCALE_UP']);
    const killAt = { call: 'continueServiceDeployment', when: 'after' as const };
    await begin(continueDeployment, { action }, { killAt }).killed;
    expect(await begin(continueDeployment, { action }).done).toEnd(verdict);
  });
  test('rollback: a deployment that becomes live anyway is red', async () => {
    await pausing(['POST_SCALE_UP']);
    scenario.sandbox.fault({
      operation: 'ContinueServiceDeployment',
      count: 1,
      fault: { kind: 'empty', effect: 'none' },
    });
    scenario.at(2000, () => scenario.answer('CONTINUE'));
    const { result, host } = await begin(continueDeployment, { action: 'rollback' }).done;
    expect({ result, host }).toEnd('FAILED 1');
    expect(result.error?.summary).toBe(
      'web is not rolled back: web:2 became live before it could be rolled back',
    );
  });
});
