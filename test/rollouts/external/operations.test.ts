import { afterEach, describe, expect, test } from '@jest/globals';
import type { Operation } from '@landfall/core/operation/operation';
import { continueDeployment } from '@landfall/core/operations/continue-deployment';
import { deployService } from '@landfall/core/operations/deploy-service';
import { rollbackService } from '@landfall/core/operations/rollback-service';
import { scaleService } from '@landfall/core/operations/scale-service';
import { waitForService } from '@landfall/core/operations/wait-for-service';
import { ByTaskSets } from '../scenario/by-task-sets.ts';
import { type Between, Scenario, type ScenarioOptions, toldBy, verdictOf } from '../scenario/scenario.ts';

const minute = 60_000;
let scenario: Scenario;
let own: ByTaskSets;
afterEach(() => scenario.close());

async function set(options: ScenarioOptions = {}, isLive = true): Promise<string> {
  scenario = await Scenario.create({
    services: { web: { desiredCount: 2, deploymentController: { type: 'EXTERNAL' } } },
    ...options,
  });
  own = new ByTaskSets(scenario);
  return isLive ? own.makeLive() : '';
}

const begin = (operation: unknown, inputs: Record<string, string> = {}, more: object = {}) =>
  scenario.begin({ 'task-definition': '', ...inputs }, { operation: operation as Operation, ...more });
const run = (operation: unknown, inputs: Record<string, string> = {}) => begin(operation, inputs).done;
const writes = (from: number) =>
  scenario.sandbox
    .journal()
    .slice(from)
    .map((one) => one.operation)
    .filter((one) => !/^(?:Describe|List|Get)/.test(one));
const marked = () => scenario.sandbox.journal().length;
const reasonOf = (end: Awaited<ReturnType<typeof run>>) =>
  String(JSON.parse(end.result.outputs.results!)[0].reason).replace(/ecs-svc\/\d+/g, 'ecs-svc/…');

/** A run that was cut off, at first before the task set was primary. */
async function cutOff(after = 10_000): Promise<string> {
  const cut = scenario.begin();
  scenario.at(after, () => cut.host.cancel());
  return (await cut.done).result.outputs['deployment-id']!;
}

describe('wait-for-service', () => {
  test('watches the newest task set while another job takes it to its end', async () => {
    await set();
    const deploying = scenario.begin();
    await scenario.clock.sleep(5000);
    const waiting = begin(waitForService);
    const [deployed, waited] = await Promise.all([deploying.done, waiting.done]);
    expect([verdictOf(deployed), verdictOf(waited)]).toEqual(['SUCCEEDED 0', 'SUCCEEDED 0']);
    expect(waited.result.outputs['deployment-id']).toBe(deployed.result.outputs['deployment-id']);
  });

  test('a task set that nobody takes further is left as it is: TIMED_OUT, and it says who goes on with it', async () => {
    await set();
    const id = await cutOff();
    const from = marked();
    const end = await run(waitForService, { 'deployment-id': id, 'wait-timeout': '5m' });
    expect(end).toEnd('TIMED_OUT 4');
    expect(end.result.error?.remedy).toBe(
      `This step changes nothing. Whatever deploys task set ${id} must resume it; with Landfall, run deploy-service again.`,
    );
    expect(writes(from)).toEqual([]);
    expect(await own.sets()).toEqual(['web:1 PRIMARY', 'web:2 ACTIVE']);
  });

  test('a task set whose tasks cannot start is FAILED, and is not deleted', async () => {
    await set({ taskRules: [{ match: { image: 'web:2' }, outcome: { kind: 'pull-error' } }] });
    const id = await own.make(2);
    const from = marked();
    const end = await run(waitForService, { 'deployment-id': id });
    expect(end).toEnd('FAILED 1');
    expect(writes(from)).toEqual([]);
  });

  test('a task set that somebody keeps beside the primary one is named, and not waited for', async () => {
    await set();
    const id = await own.make(2);
    const end = await run(waitForService);
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.result.outputs['task-definition-arn']).toMatch(/web:1$/);
    expect(end.host.lines).toContain(
      `notice: web: task set ${id} of web:2 (100 % of the desired count) was not created by Landfall and does not have the traffic; to wait for it, set \`deployment-id\``,
    );
  });

  test('a task set that is primary, steady and alone is green at once', async () => {
    await set();
    const end = await run(waitForService, { 'task-definition': 'web:1' });
    expect(end).toEnd('NOOP 0');
    expect(reasonOf(end)).toBe('web:1 is live: task set ecs-svc/… is primary and steady');
  });

  test.each([2, 0])(
    'a primary task set that was scaled to nothing is not live at a desired count of %i',
    async (desiredCount) => {
      const id = await set({
        services: { web: { desiredCount, deploymentController: { type: 'EXTERNAL' } } },
      });
      await own.ask('UpdateTaskSet', { taskSet: id, scale: { unit: 'PERCENT', value: 0 } });
      await scenario.clock.sleep(minute);
      const end = await run(waitForService, { 'wait-timeout': '5m' });
      expect(end).toEnd('TIMED_OUT 4');
      expect(end.result.error?.summary).toBe(
        `web: web:1 is not live: still ${desiredCount === 0 ? 'IN_PROGRESS' : 'complete with too few running tasks'} at the deadline; someone scaled it to 0 % of the desired count`,
      );
    },
  );

  test('a primary task set that loses the traffic before it is live is ROLLED_BACK', async () => {
    const live = await set({
      taskRules: [{ match: { image: 'web:2' }, outcome: { kind: 'run', startAfter: 5 * minute } }],
    });
    await own.makePrimary(await own.make(2));
    let isTaken = false;
    const between: Between = async ({ operation, input }, send) => {
      if (operation === 'DescribeTaskSets' && !isTaken) await own.makePrimary(live);
      isTaken ||= operation === 'DescribeTaskSets';
      return send(input);
    };
    const end = await begin(waitForService, {}, { between }).done;
    expect(end).toEnd('ROLLED_BACK 1');
    expect(reasonOf(end)).toBe(
      'someone made task set ecs-svc/… of web:1 primary again; task set ecs-svc/… is still running alongside it',
    );
  });

  test('a task set that a run begins while the primary one becomes steady again is the newest', async () => {
    await set();
    scenario.scaleAt(29_000, 4);
    const deploying = scenario.clock.sleep(35_000).then(() => scenario.begin().done);
    const [end, deployed] = await Promise.all([run(waitForService), deploying]);
    expect([verdictOf(end), verdictOf(deployed)]).toEqual(['SUCCEEDED 0', 'SUCCEEDED 0']);
    expect(end.result.outputs['deployment-id']).toBe(deployed.result.outputs['deployment-id']);
  });

  test('a task set that does not show at first is the newest all the same', async () => {
    await set();
    scenario.sandbox.fault({ operation: 'DescribeServices', from: 2, count: 1, fault: { kind: 'stale' } });
    const deploying = scenario.begin();
    await scenario.clock.sleep(2000);
    const end = await run(waitForService);
    expect(await deploying.done).toEnd('SUCCEEDED 0');
    expect(
      JSON.parse(end.result.outputs.results!)[0].taskDefinition ?? end.result.outputs['task-definition-arn'],
    ).toMatch(/web:2$/);
  });

  test.each([
    [
      { 'deployment-id': 'ecs-svc/1' },
      'SUPERSEDED',
      /there is no task set ecs-svc\/1; ecs-svc\/\d+ of web:1 is primary \(live: web:1\)$/,
    ],
    [{ 'task-definition': 'web:9' }, 'SUPERSEDED', /task set ecs-svc\/\d+ runs web:1, not web:9/],
    [
      { 'deployment-id': 'd-1A2B3C4D5' },
      'INPUT_INVALID',
      /^deployment-id d-1A2B3C4D5: web is not deployed by CodeDeploy/,
    ],
    [
      { 'wait-until': 'paused' },
      'INPUT_INVALID',
      /^wait-until paused: web has the EXTERNAL controller, whose deployments never pause$/,
    ],
    [
      { 'wait-until': 'stage:BAKE_TIME' },
      'INPUT_INVALID',
      /^wait-until stage:BAKE_TIME: web has the EXTERNAL controller, whose deployments have no stages$/,
    ],
  ])('%j is red: %s', async (inputs, code, summary) => {
    await set();
    const { result } = await run(waitForService, inputs as unknown as Record<string, string>);
    expect(result.error?.code).toBe(code);
    expect(result.error?.summary).toMatch(summary);
  });

  test('a service without any task set is red', async () => {
    await set({}, false);
    const { result } = await run(waitForService);
    expect(result.error).toMatchObject({
      code: 'STOPPED',
      summary: expect.stringMatching(/the service has no task set: nothing has been deployed to it$/),
    });
  });
});

describe('rollback-service', () => {
  test('deletes the task set in flight, and what was live stays live', async () => {
    const old = await set();
    await cutOff();
    const from = marked();
    const end = await run(rollbackService);
    expect(end).toEnd('ROLLED_BACK 0');
    expect(reasonOf(end)).toBe('rolled back, as asked: web:1 is live');
    expect(end.result.outputs['deployment-id']).toBe(old);
    expect(writes(from)).toEqual(['TagResource', 'DeleteTaskSet']);
    await scenario.clock.sleep(minute);
    expect(await own.sets()).toEqual(['web:1 PRIMARY']);
  });

  test('a task set that has just become primary hands over to the one before, which still runs', async () => {
    const old = await set();
    const id = await own.make(2);
    await scenario.clock.sleep(5 * minute);
    await own.makePrimary(id);
    const from = marked();
    const end = await run(rollbackService);
    expect(end).toEnd('ROLLED_BACK 0');
    expect(writes(from)).toEqual(['TagResource', 'UpdateServicePrimaryTaskSet', 'DeleteTaskSet']);
    expect(end.result.outputs['deployment-id']).toBe(old);
    await scenario.clock.sleep(minute);
    expect(await own.sets()).toEqual(['web:1 PRIMARY']);
  });

  test('a task set that is made primary again during the hand-over is not rolled back: red', async () => {
    await set();
    const id = await own.make(2);
    await scenario.clock.sleep(5 * minute);
    await own.makePrimary(id);
    let isHandedOver = false;
    const between: Between = async ({ operation, input }, send) => {
      if (operation === 'DescribeTaskSets' && isHandedOver) await own.makePrimary(id);
      isHandedOver = operation === 'UpdateServicePrimaryTaskSet';
      return send(input);
    };
    const from = marked();
    const end = await begin(rollbackService, {}, { between }).done;
    expect(end).toEnd('ROLLED_BACK 1');
    expect(reasonOf(end)).toBe(
      'someone made task set ecs-svc/… of web:2 primary again; task set ecs-svc/… is still running alongside it',
    );
    expect(writes(from)).not.toContain('DeleteTaskSet');
    expect((await own.sets()).slice(0, 2)).toEqual(['web:1 ACTIVE', 'web:2 PRIMARY']);
  });

  test('after a deployment by Landfall: a task set of what was live before, taken to its end', async () => {
    await set();
    await scenario.deploy({ 'task-definition': 'v3.json' });
    await scenario.deploy({ 'task-definition': 'v2.json' });
    const from = marked();
    const end = await run(rollbackService);
    expect(end).toEnd('SUCCEEDED 0');
    expect(toldBy(end.host)).toContain('info: web: rolling back from web:3 to web:2');
    expect(writes(from)).toEqual([
      'TagResource',
      'CreateTaskSet',
      'UpdateServicePrimaryTaskSet',
      'DeleteTaskSet',
    ]);
    expect(scenario.serving()).toEqual(['web:2 2']);
  });

  test('M03: what was live but not healthy is not gone back to', async () => {
    await set({
      taskRules: [{ match: { image: 'web:1' }, outcome: { kind: 'exit', code: 1, after: 1000 } }],
    });
    await scenario.deploy();
    const { result } = await run(rollbackService);
    expect(result.error?.code).toBe('ROLLBACK_IMPOSSIBLE');
  });

  test('M02: where nobody has noted what was live before it is impossible, and nothing is sent', async () => {
    await set();
    const from = marked();
    const { result } = await run(rollbackService);
    expect(result.error).toMatchObject({
      code: 'ROLLBACK_IMPOSSIBLE',
      summary:
        'web has no task set in progress, and no record of which revision was live before: ECS keeps no history of task sets',
      remedy: 'Set `task-definition` to the revision to roll back to.',
    });
    expect(writes(from)).toEqual([]);
  });

  /** A run of another pipeline, or of the same one again. */
  const other = { run: { origin: 'run-2' } };

  test('run again by the same job it is NOOP; by another one it is refused, and says what is live', async () => {
    await set();
    await scenario.deploy();
    expect(await run(rollbackService)).toEnd('SUCCEEDED 0');
    const from = marked();
    const again = await run(rollbackService);
    expect(again).toEnd('NOOP 0');
    expect(reasonOf(again)).toBe('this run has already rolled it back: web:1 is live');
    const { result } = await begin(rollbackService, {}, other).done;
    expect(result.error).toMatchObject({
      code: 'ROLLBACK_IMPOSSIBLE',
      summary: 'web was already rolled back: web:1 is live, and it was restored from web:2',
      remedy: 'Set `task-definition` to the revision to roll back to.',
    });
    expect(writes(from)).toEqual([]);
    expect(scenario.serving()).toEqual(['web:1 2']);
  });

  const crashing = [{ match: { image: 'web:3' }, outcome: { kind: 'exit' as const, code: 3, after: 1000 } }];
  const refusedAfter = async () => {
    const from = marked();
    const { result } = await begin(rollbackService, {}, other).done;
    expect(result.error).toMatchObject({
      code: 'ROLLBACK_IMPOSSIBLE',
      summary: 'web was already rolled back: web:2 is live, and it was restored from web:3',
    });
    expect(writes(from)).toEqual([]);
    expect(scenario.serving()).toEqual(['web:2 2']);
  };

  test('after a deployment that failed and was deleted it is refused: what was to go is gone', async () => {
    await set({ taskRules: crashing });
    await scenario.deploy();
    expect(await scenario.deploy({ 'task-definition': 'v3.json' })).toEnd('ROLLED_BACK 1');
    await refusedAfter();
  });

  test.each([{ 'on-cancel': 'stop' }, { 'rollback-on': 'cancel' }])(
    'after a deployment that was deleted on a cancel (%j) it is refused',
    async (inputs) => {
      await set();
      await scenario.deploy();
      const cut = scenario.begin({ 'task-definition': 'v3.json', ...(inputs as Record<string, string>) });
      scenario.at(10_000, () => cut.host.cancel());
      await cut.done;
      await scenario.clock.sleep(minute);
      await refusedAfter();
    },
  );

  test('after another run has deleted the task set in flight it is refused', async () => {
    await set();
    await scenario.deploy();
    const cut = scenario.begin({ 'task-definition': 'v3.json' });
    scenario.at(10_000, () => cut.host.cancel());
    await cut.done;
    expect(await run(rollbackService)).toEnd('ROLLED_BACK 0');
    await scenario.clock.sleep(minute);
    await refusedAfter();
  });

  test('after on-failure rollback it is refused: nobody is taken back to what this run had deployed', async () => {
    scenario = await Scenario.create({
      services: { web: { desiredCount: 2, deploymentController: { type: 'EXTERNAL' } }, api: {} },
      taskRules: [{ match: { image: 'api:2' }, outcome: { kind: 'pull-error' } }],
    });
    own = new ByTaskSets(scenario);
    await own.makeLive();
    await scenario.deploy();
    const services = 'web=v3.json\napi=api-v2.json after web';
    await begin(deployService, { service: '', services, 'on-failure': 'rollback' }).done;
    await refusedAfter();
  });

  test('what was deployed since is rolled back like any other', async () => {
    await set({ taskRules: crashing });
    await scenario.deploy();
    await scenario.deploy({ 'task-definition': 'v3.json' });
    const next = scenario.begin({ 'task-definition': 'v4.json' }, { versions: [4] });
    expect(await next.done).toEnd('SUCCEEDED 0');
    expect(await begin(rollbackService, {}, other).done).toEnd('SUCCEEDED 0');
    expect(scenario.serving()).toEqual(['web:2 2']);
  });

  test('without the permission to note it, a notice says what is lost', async () => {
    await set({ taskRules: crashing });
    await scenario.deploy();
    scenario.sandbox.fault({
      operation: 'TagResource',
      count: 1,
      fault: { kind: 'error', code: 'AccessDeniedException' },
    });
    const { host, result } = await scenario.deploy({ 'task-definition': 'v3.json' });
    expect(result.error?.code).toBe('ROLLED_BACK');
    expect(toldBy(host)).toContain(
      'notice: the caller lacks ecs:TagResource: rollback-service will not know that this was already rolled back, and will go further back',
    );
  });

  test.each([
    ['createTaskSet', 'before'],
    ['createTaskSet', 'after'],
    ['updateServicePrimaryTaskSet', 'after'],
    ['deleteTaskSet', 'after'],
  ] as const)('killed at %s, %s it was done, it goes on where it was', async (call, when) => {
    await set();
    await scenario.deploy();
    await begin(rollbackService, {}, { killAt: { call, when } }).killed;
    const end = await run(rollbackService);
    expect(end.result.error).toBeUndefined();
    expect(scenario.serving()[0]).toBe('web:1 2');
    expect((await own.sets()).filter((one) => !one.endsWith('DRAINING'))).toEqual(['web:1 PRIMARY']);
    expect(scenario.sandbox.journal().filter((one) => one.operation === 'CreateTaskSet')).toHaveLength(3);
  });

  test.each([
    ['updateServicePrimaryTaskSet', 'after'],
    ['deleteTaskSet', 'after'],
  ] as const)('a hand-over that was killed at %s goes on where it was', async (call, when) => {
    await set();
    const id = await own.make(2);
    await scenario.clock.sleep(5 * minute);
    await own.makePrimary(id);
    await begin(rollbackService, {}, { killAt: { call, when } }).killed;
    const end = await run(rollbackService);
    expect(end.result.error).toBeUndefined();
    expect((await own.sets()).filter((one) => !one.endsWith('DRAINING'))).toEqual(['web:1 PRIMARY']);
  });

  test("a hand-over is not taken for somebody else's deployment by reads from before it", async () => {
    await set();
    const id = await own.make(2);
    await scenario.clock.sleep(5 * minute);
    await own.makePrimary(id);
    scenario.sandbox.fault({ operation: 'DescribeTaskSets', from: 2, count: 4, fault: { kind: 'stale' } });
    await own.taskSets();
    const end = await run(rollbackService);
    expect(end).toEnd('ROLLED_BACK 0');
    expect(scenario.serving()[0]).toBe('web:1 2');
  });

  test('what never had the traffic is not gone back to, although it runs: what Landfall has replaced is known', async () => {
    await set();
    await own.make(3);
    await scenario.clock.sleep(5 * minute);
    await scenario.deploy({ 'task-definition': 'v2.json' });
    const end = await run(rollbackService);
    expect(end).toEnd('SUCCEEDED 0');
    expect(scenario.serving()[0]).toBe('web:1 2');
  });

  test('an older one beside what is gone back to does not keep the rollback open', async () => {
    await set();
    await own.make(2, { scale: { unit: 'PERCENT', value: 10 } });
    await scenario.clock.sleep(minute);
    const good = await own.make(3);
    await scenario.clock.sleep(5 * minute);
    await own.makePrimary(good);
    await own.make(4);
    const end = await run(rollbackService);
    expect(end).toEnd('ROLLED_BACK 0');
    expect(end.took).toBeLessThan(5 * minute);
    expect((await own.sets()).slice(0, 3)).toEqual(['web:1 ACTIVE', 'web:2 ACTIVE', 'web:3 PRIMARY']);
  });

  test('what somebody starts beside it once it has begun stays, and is named', async () => {
    await set();
    await scenario.deploy();
    const rolling = begin(rollbackService);
    let beside = '';
    scenario.at(10_000, async () => {
      const order = { taskDefinition: 'web:2', launchType: 'EC2' };
      beside = (await own.ask<{ taskSet: { id: string } }>('CreateTaskSet', order)).taskSet.id;
    });
    const end = await rolling.done;
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.host.lines).toContain(
      `notice: web: since this rollback began somebody else has started task set ${beside} of web:2; it is left alone`,
    );
    expect((await own.sets()).filter((one) => !one.endsWith('DRAINING'))).toEqual([
      'web:1 PRIMARY',
      'web:2 ACTIVE',
    ]);
  });

  test('to the revision that is named; one in flight goes with the old one', async () => {
    await set();
    await scenario.deploy();
    await own.make(3);
    const end = await run(rollbackService, { 'task-definition': 'web:1' });
    expect(end).toEnd('SUCCEEDED 0');
    expect(await own.sets()).toEqual(['web:2 DRAINING', 'web:1 PRIMARY', 'web:3 DRAINING']);
  });

  test('to the revision that is named, which is primary already: what is in flight beside it goes', async () => {
    await set();
    await own.make(2);
    const end = await run(rollbackService, { 'task-definition': 'web:1' });
    expect(end).toEnd('ROLLED_BACK 0');
    expect(await own.sets()).toEqual(['web:1 PRIMARY']);
  });

  test('the answers of both writes are lost: they are sent again, and it is the same', async () => {
    await set();
    const id = await own.make(2);
    await scenario.clock.sleep(5 * minute);
    await own.makePrimary(id);
    for (const operation of ['UpdateServicePrimaryTaskSet', 'DeleteTaskSet'])
      scenario.sandbox.fault({
        service: 'ecs',
        operation,
        count: 1,
        fault: { kind: 'reset', effect: 'applied' },
      });
    const end = await run(rollbackService);
    expect(end).toEnd('ROLLED_BACK 0');
    expect(scenario.serving()[0]).toBe('web:1 2');
  });
});

describe('scale-service', () => {
  test('sets the count and waits for the tasks of the primary task set', async () => {
    await set();
    const from = marked();
    const end = await run(scaleService, { 'desired-count': '4' });
    expect(end).toEnd('SUCCEEDED 0');
    expect(reasonOf(end)).toBe('4 of 4 tasks are running');
    expect(writes(from)).toEqual(['UpdateService']);
  });

  test('says that a task set beside the primary one has its share of the count, too', async () => {
    await set();
    await own.make(2);
    const end = await run(scaleService, { 'desired-count': '4' });
    expect(end).toEnd('SUCCEEDED 0');
    expect(toldBy(end.host).filter((line) => line.startsWith('notice:'))).toEqual([
      'notice: web: task set ecs-svc/… of web:2 exists alongside the primary one, as during a deployment; it has its own share of the count',
    ]);
  });

  test('a primary task set that has only a share of the count is waited for as such', async () => {
    const id = await set();
    await own.ask('UpdateTaskSet', { taskSet: id, scale: { unit: 'PERCENT', value: 50 } });
    const end = await run(scaleService, { 'desired-count': '8' });
    expect(end).toEnd('SUCCEEDED 0');
    expect(reasonOf(end)).toBe('4 of 4 tasks are running');
  });

  test('a task set that is being deleted is not believed to be back by a read from before', async () => {
    const id = await set();
    let reads = 0;
    const between: Between = async ({ operation, input }, send) => {
      const answer = await send(input);
      if (operation === 'UpdateService') await own.ask('DeleteTaskSet', { taskSet: id, force: true });
      if (operation !== 'DescribeServices') return answer;
      reads += 1;
      const [web] = (answer as { services: { taskSets: object[] }[] }).services;
      const before = {
        status: 'PRIMARY',
        stabilityStatus: 'STEADY_STATE',
        runningCount: 4,
        computedDesiredCount: 4,
      };
      const taskSets = web!.taskSets.map((one) => ({ ...one, ...before }));
      return reads === 3 ? { services: [{ ...web, taskSets }] } : answer;
    };
    const inputs = { 'desired-count': '4', 'wait-timeout': '1m' };
    expect(await begin(scaleService, inputs, { between }).done).toEnd('TIMED_OUT 4');
  });

  test('one that was being deleted, and that somebody has made the primary one again, counts', async () => {
    const old = await set();
    const id = await own.make(2);
    await scenario.clock.sleep(5 * minute);
    await own.makePrimary(id);
    await own.ask('DeleteTaskSet', { taskSet: old, force: true });
    const scaling = begin(scaleService, { 'desired-count': '4' });
    scenario.at(3000, () => own.makePrimary(old));
    expect(await scaling.done).toEnd('SUCCEEDED 0');
    expect(scenario.serving()).toContain('web:1 4');
  });

  test('nor with a primary one that has no share of the count', async () => {
    const id = await set();
    await own.ask('UpdateTaskSet', { taskSet: id, scale: { unit: 'PERCENT', value: 0 } });
    const { result } = await run(scaleService, { 'desired-count': '2' });
    expect(result.error).toMatchObject({
      code: 'INPUT_INVALID',
      summary: `the primary task set ${id} of web is scaled to 0 %: no tasks would run at any desired count`,
    });
  });

  test('without a primary task set no task would run: refused before the count is set', async () => {
    await set({}, false);
    const from = marked();
    const { result } = await run(scaleService, { 'desired-count': '4' });
    expect(result.error).toMatchObject({
      code: 'INPUT_INVALID',
      summary: 'web has no primary task set: no tasks would run at any desired count',
    });
    expect(writes(from)).toEqual([]);
    const set0 = await run(scaleService, { 'desired-count': '4', wait: 'false' });
    expect(set0).toEnd('SUCCEEDED 0');
  });
});

describe('continue-deployment', () => {
  test('is refused: such a deployment never waits for somebody', async () => {
    await set();
    await own.make(2);
    const from = marked();
    const { result } = await run(continueDeployment);
    expect(result).toMatchObject({
      exitCode: 2,
      error: {
        code: 'CONTROLLER_UNSUPPORTED',
        summary: 'web has the EXTERNAL controller, whose deployments never pause',
        remedy: 'To resume a task set that a run has left unfinished, run deploy-service again.',
      },
    });
    expect(writes(from)).toEqual([]);
  });
});
