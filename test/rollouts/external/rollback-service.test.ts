import { describe, expect, test } from '@jest/globals';
import { deployService } from '@landfall/core/operations/deploy-service';
import { rollbackService } from '@landfall/core/operations/rollback-service';
import { createScenario, scenario } from '../scenario/current.ts';
import { type Between, logLinesOf } from '../scenario/scenario.ts';
import { begin, createService, cutOff, marked, minute, own, reasonOf, run, writes } from './service.ts';

describe('rollback-service', () => {
  test('deletes the task set in progress, and what was live stays live', async () => {
    const old = await createService();
    await cutOff();
    const from = marked();
    const end = await run(rollbackService);
    expect(end).toEnd('ROLLED_BACK 0');
    expect(reasonOf(end)).toBe('rollback complete: web:1 is live');
    expect(end.result.outputs['deployment-id']).toBe(old);
    expect(writes(from)).toEqual(['TagResource', 'DeleteTaskSet']);
    await scenario.clock.sleep(minute);
    expect(await own().sets()).toEqual(['web:1 PRIMARY']);
  });

  test('a task set that has just become primary gives the traffic back to the one before, which still runs', async () => {
    const old = await createService();
    const id = await own().make(2);
    await scenario.clock.sleep(5 * minute);
    await own().makePrimary(id);
    const from = marked();
    const end = await run(rollbackService);
    expect(end).toEnd('ROLLED_BACK 0');
    expect(writes(from)).toEqual(['TagResource', 'UpdateServicePrimaryTaskSet', 'DeleteTaskSet']);
    expect(end.result.outputs['deployment-id']).toBe(old);
    await scenario.clock.sleep(minute);
    expect(await own().sets()).toEqual(['web:1 PRIMARY']);
  });

  test('a task set that is made primary again during the hand-over is not rolled back: red', async () => {
    await createService();
    const id = await own().make(2);
    await scenario.clock.sleep(5 * minute);
    await own().makePrimary(id);
    let isHandedOver = false;
    const between: Between = async ({ operation, input }, send) => {
      if (operation === 'DescribeTaskSets' && isHandedOver) await own().makePrimary(id);
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
    expect((await own().sets()).slice(0, 2)).toEqual(['web:1 ACTIVE', 'web:2 PRIMARY']);
  });

  test('after a deployment by Landfall: a task set of what was live before, taken to its end', async () => {
    await createService();
    await scenario.deploy({ 'task-definition': 'v3.json' });
    await scenario.deploy({ 'task-definition': 'v2.json' });
    const from = marked();
    const end = await run(rollbackService);
    expect(end).toEnd('SUCCEEDED 0');
    expect(logLinesOf(end.host)).toContain('info: web: rolling back from web:3 to web:2');
    expect(writes(from)).toEqual([
      'TagResource',
      'CreateTaskSet',
      'UpdateServicePrimaryTaskSet',
      'DeleteTaskSet',
    ]);
    expect(scenario.serving()).toEqual(['web:2 2']);
  });

  test('M03: what was live but not healthy is not rolled back to', async () => {
    await createService({
      taskRules: [{ match: { image: 'web:1' }, outcome: { kind: 'exit', code: 1, after: 1000 } }],
    });
    await scenario.deploy();
    const { result } = await run(rollbackService);
    expect(result.error?.code).toBe('ROLLBACK_IMPOSSIBLE');
  });

  test('M02: where what was live before is not recorded it is impossible, and nothing is sent', async () => {
    await createService();
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
    await createService();
    await scenario.deploy();
    expect(await run(rollbackService)).toEnd('SUCCEEDED 0');
    const from = marked();
    const again = await run(rollbackService);
    expect(again).toEnd('NOOP 0');
    expect(reasonOf(again)).toBe('this run has already rolled it back: web:1 is live');
    const { result } = await begin(rollbackService, {}, other).done;
    expect(result.error).toMatchObject({
      code: 'ROLLBACK_IMPOSSIBLE',
      summary: 'web was already rolled back: web:1 is live, and it replaced web:2',
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
      summary: 'web was already rolled back: web:2 is live, and it replaced web:3',
    });
    expect(writes(from)).toEqual([]);
    expect(scenario.serving()).toEqual(['web:2 2']);
  };

  test('after a deployment that failed and was deleted it is refused: what was to go is gone', async () => {
    await createService({ taskRules: crashing });
    await scenario.deploy();
    expect(await scenario.deploy({ 'task-definition': 'v3.json' })).toEnd('ROLLED_BACK 1');
    await refusedAfter();
  });

  test.each([{ 'on-cancel': 'stop' }, { 'rollback-on': 'cancel' }])(
    'after a deployment that was deleted on a cancel (%j) it is refused',
    async (inputs) => {
      await createService();
      await scenario.deploy();
      const cut = scenario.begin({ 'task-definition': 'v3.json', ...(inputs as Record<string, string>) });
      scenario.at(10_000, () => cut.host.cancel());
      await cut.done;
      await scenario.clock.sleep(minute);
      await refusedAfter();
    },
  );

  test('after another run has deleted the task set in progress it is refused', async () => {
    await createService();
    await scenario.deploy();
    const cut = scenario.begin({ 'task-definition': 'v3.json' });
    scenario.at(10_000, () => cut.host.cancel());
    await cut.done;
    expect(await run(rollbackService)).toEnd('ROLLED_BACK 0');
    await scenario.clock.sleep(minute);
    await refusedAfter();
  });

  test('after on-failure rollback it is refused: nothing is rolled back to what this run had deployed', async () => {
    await createScenario({
      services: { web: { desiredCount: 2, deploymentController: { type: 'EXTERNAL' } }, api: {} },
      taskRules: [{ match: { image: 'api:2' }, outcome: { kind: 'pull-error' } }],
    });
    await own().makeLive();
    await scenario.deploy();
    const services = 'web=v3.json\napi=api-v2.json after web';
    await begin(deployService, { service: '', services, 'on-failure': 'rollback' }).done;
    await refusedAfter();
  });

  test('what was deployed since is rolled back like any other', async () => {
    await createService({ taskRules: crashing });
    await scenario.deploy();
    await scenario.deploy({ 'task-definition': 'v3.json' });
    const next = scenario.begin({ 'task-definition': 'v4.json' }, { versions: [4] });
    expect(await next.done).toEnd('SUCCEEDED 0');
    expect(await begin(rollbackService, {}, other).done).toEnd('SUCCEEDED 0');
    expect(scenario.serving()).toEqual(['web:2 2']);
  });

  test('without the permission to note it, a notice says what is lost', async () => {
    await createService({ taskRules: crashing });
    await scenario.deploy();
    scenario.sandbox.fault({
      operation: 'TagResource',
      count: 1,
      fault: { kind: 'error', code: 'AccessDeniedException' },
    });
    const { host, result } = await scenario.deploy({ 'task-definition': 'v3.json' });
    expect(result.error?.code).toBe('ROLLED_BACK');
    expect(logLinesOf(host)).toContain(
      'notice: the caller lacks ecs:TagResource: rollback-service will not know that this was already rolled back, and will go further back',
    );
  });

  test.each([
    ['createTaskSet', 'before'],
    ['createTaskSet', 'after'],
    ['updateServicePrimaryTaskSet', 'after'],
    ['deleteTaskSet', 'after'],
  ] as const)('killed at %s, %s it was done, it continues where it was', async (call, when) => {
    await createService();
    await scenario.deploy();
    await begin(rollbackService, {}, { killAt: { call, when } }).killed;
    const end = await run(rollbackService);
    expect(end.result.error).toBeUndefined();
    expect(scenario.serving()[0]).toBe('web:1 2');
    expect((await own().sets()).filter((one) => !one.endsWith('DRAINING'))).toEqual(['web:1 PRIMARY']);
    expect(scenario.sandbox.journal().filter((one) => one.operation === 'CreateTaskSet')).toHaveLength(3);
  });

  test.each([
    ['updateServicePrimaryTaskSet', 'after'],
    ['deleteTaskSet', 'after'],
  ] as const)('a hand-over that was killed at %s continues where it was', async (call, when) => {
    await createService();
    const id = await own().make(2);
    await scenario.clock.sleep(5 * minute);
    await own().makePrimary(id);
    await begin(rollbackService, {}, { killAt: { call, when } }).killed;
    const end = await run(rollbackService);
    expect(end.result.error).toBeUndefined();
    expect((await own().sets()).filter((one) => !one.endsWith('DRAINING'))).toEqual(['web:1 PRIMARY']);
  });

  test("a hand-over is not taken for someone else's deployment by reads from before it", async () => {
    await createService();
    const id = await own().make(2);
    await scenario.clock.sleep(5 * minute);
    await own().makePrimary(id);
    scenario.sandbox.fault({ operation: 'DescribeTaskSets', from: 2, count: 4, fault: { kind: 'stale' } });
    await own().taskSets();
    const end = await run(rollbackService);
    expect(end).toEnd('ROLLED_BACK 0');
    expect(scenario.serving()[0]).toBe('web:1 2');
  });

  test('what never had the traffic is not rolled back to, although it runs: what Landfall has replaced is known', async () => {
    await createService();
    await own().make(3);
    await scenario.clock.sleep(5 * minute);
    await scenario.deploy({ 'task-definition': 'v2.json' });
    const end = await run(rollbackService);
    expect(end).toEnd('SUCCEEDED 0');
    expect(scenario.serving()[0]).toBe('web:1 2');
  });

  test('an older one next to the goal of the rollback does not keep the rollback open', async () => {
    await createService();
    await own().make(2, { scale: { unit: 'PERCENT', value: 10 } });
    await scenario.clock.sleep(minute);
    const good = await own().make(3);
    await scenario.clock.sleep(5 * minute);
    await own().makePrimary(good);
    await own().make(4);
    const end = await run(rollbackService);
    expect(end).toEnd('ROLLED_BACK 0');
    expect(end.took).toBeLessThan(5 * minute);
    expect((await own().sets()).slice(0, 3)).toEqual(['web:1 ACTIVE', 'web:2 ACTIVE', 'web:3 PRIMARY']);
  });

  test('what someone starts next to it once it has begun stays, and is named', async () => {
    await createService();
    await scenario.deploy();
    const rolling = begin(rollbackService);
    let beside = '';
    scenario.at(10_000, async () => {
      const order = { taskDefinition: 'web:2', launchType: 'EC2' };
      beside = (await own().ask<{ taskSet: { id: string } }>('CreateTaskSet', order)).taskSet.id;
    });
    const end = await rolling.done;
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.host.lines).toContain(
      `notice: web: after this rollback began, someone else started task set ${beside} of web:2; it is left unchanged`,
    );
    expect((await own().sets()).filter((one) => !one.endsWith('DRAINING'))).toEqual([
      'web:1 PRIMARY',
      'web:2 ACTIVE',
    ]);
  });

  test('to the revision that is named; one in progress goes with the old one', async () => {
    await createService();
    await scenario.deploy();
    await own().make(3);
    const end = await run(rollbackService, { 'task-definition': 'web:1' });
    expect(end).toEnd('SUCCEEDED 0');
    expect(await own().sets()).toEqual(['web:2 DRAINING', 'web:1 PRIMARY', 'web:3 DRAINING']);
  });

  test('to the revision that is named, which is primary already: what is in progress next to it goes', async () => {
    await createService();
    await own().make(2);
    const end = await run(rollbackService, { 'task-definition': 'web:1' });
    expect(end).toEnd('ROLLED_BACK 0');
    expect(await own().sets()).toEqual(['web:1 PRIMARY']);
  });

  test('the answers of both writes are lost: they are sent again, and it is the same', async () => {
    await createService();
    const id = await own().make(2);
    await scenario.clock.sleep(5 * minute);
    await own().makePrimary(id);
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
