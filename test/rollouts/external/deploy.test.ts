import { describe, expect, test } from '@jest/globals';
import { nameInArn } from '@landfall/core/account/arn';
import type { VirtualClock } from '@landfall/sandbox/clock/clock';
import { ByTaskSets, place } from '../scenario/by-task-sets.ts';
import { createScenario, scenario } from '../scenario/current.ts';
import { type Between, logLinesOf, type ScenarioOptions, taskDefinitionOf } from '../scenario/scenario.ts';
import { marked, minute, writes } from './service.ts';

const like = {
  capacityProviderStrategy: [{ capacityProvider: 'spot', weight: 1 }],
  serviceRegistries: [{ registryArn: 'arn:aws:servicediscovery:us-east-1:123456789012:service/srv-1' }],
};

const ask = <T>(operation: string, input: object = {}) => new ByTaskSets(scenario).ask<T>(operation, input);
const taskSets = () => new ByTaskSets(scenario).taskSets();
const sets = () => new ByTaskSets(scenario).sets();
const makeTaskSet = (version: number, more: object = {}) => new ByTaskSets(scenario).make(version, more);

/** A service of the EXTERNAL controller whose version 1 is live: as another tool has left it. */
const given = async (
  options: ScenarioOptions & { readonly desiredCount?: number; readonly first?: boolean } = {},
) => {
  const { desiredCount = 2, first = false, ...rest } = options;
  await createScenario({
    services: { web: { desiredCount, deploymentController: { type: 'EXTERNAL' } } },
    ...rest,
  });
  return first ? '' : new ByTaskSets(scenario).makeLive();
};

describe('EXTERNAL, transition by transition', () => {
  test('D23: GoodToGood: a task set next to the old one, made primary when it is steady; then the old one goes', async () => {
    const old = await given();
    const from = marked();
    const end = await scenario.deploy();
    expect(logLinesOf(end.host)).toEqual([
      'info: task definition registered web:2',
      'info: web: deployment ecs-svc/… of web:2 in cluster main',
      'info: web  · has started 2 tasks: (task …) (task …).',
      'info: web  stage PRIMARY',
      'info: web  stage DELETE_OLD',
      'info: ✓ web: web:2 is live; task set ecs-svc/… of web:1 is still being drained',
    ]);
    expect(end).toEnd('SUCCEEDED 0');
    expect(scenario.serving()).toEqual(['web:2 2']);
    expect(writes(from)).toEqual([
      'RegisterTaskDefinition',
      'CreateTaskSet',
      'UpdateServicePrimaryTaskSet',
      'DeleteTaskSet',
    ]);
    const journal = scenario.sandbox.journal().slice(from);
    const { clientToken, ...made } = journal.find((one) => one.operation === 'CreateTaskSet')!.input as {
      clientToken: string;
    };
    expect(clientToken).toMatch(/^[\w-]{36}$/);
    expect(made).toEqual({
      ...place,
      externalId: `landfall/web:2/replaces/${nameInArn(old)}/after/web:1`,
      taskDefinition: end.result.outputs['task-definition-arn'],
      scale: { unit: 'PERCENT', value: 100 },
      launchType: 'EC2',
    });
    expect(journal.find((one) => one.operation === 'DeleteTaskSet')!.input).toEqual({
      ...place,
      taskSet: expect.stringMatching(new RegExp(`:task-set/main/web/${old}$`)),
      force: true,
    });
    expect(await sets()).toEqual(['web:1 DRAINING', 'web:2 PRIMARY']);
  });

  test('the first task set of a service in awsvpc: it says who must make it, and leaves none', async () => {
    await given({ first: true });
    const definition = { ...taskDefinitionOf('web', 2), networkMode: 'awsvpc' };
    const { result, host } = await scenario.deploy(
      { 'task-definition': 'awsvpc.json' },
      { 'awsvpc.json': JSON.stringify(definition) },
    );
    expect({ result, host }).toEnd(1);
    expect(result.error).toMatchObject({
      code: 'REQUEST_REFUSED',
      summary: 'web has no primary task set yet for web:2 to take its subnets and security groups from',
      remedy:
        'Create the first task set of the service yourself, with its network and load balancers, and make it the primary one (aws ecs create-task-set, aws ecs update-service-primary-task-set). Later task sets copy its settings.',
    });
    expect(await taskSets()).toEqual([]);
  });

  test('the first task set of a service: nothing to delete, live anyway', async () => {
    await given({ first: true });
    const end = await scenario.deploy();
    expect(end).toEnd('SUCCEEDED 0');
    expect(scenario.serving()).toEqual(['web:2 2']);
  });

  test('the new task set is like the live one in all but the task definition', async () => {
    await given({ first: true });
    await new ByTaskSets(scenario).makeLive({ ...like, launchType: undefined });
    const from = marked();
    await scenario.deploy();
    const order = scenario.sandbox
      .journal()
      .slice(from)
      .find((one) => one.operation === 'CreateTaskSet');
    expect(order?.input).toMatchObject(like);
    expect(order?.input).not.toHaveProperty('launchType');
  });

  test('GoodToBad, a permanent cause: the new task set is deleted, the old one was never touched', async () => {
    const old = await given({ taskRules: [{ match: { image: 'web:2' }, outcome: { kind: 'pull-error' } }] });
    const from = marked();
    const end = await scenario.deploy();
    expect(end).toEnd('ROLLED_BACK 1');
    expect(end.result.error?.summary.replace(/ecs-svc\/\d+/g, 'ecs-svc/…')).toMatch(
      /^web: web:2 is not live: the image of container "app" does not exist: CannotPullContainerError.*; task set ecs-svc\/… is deleted \(live: web:1\)$/,
    );
    expect(scenario.serving()).toEqual(['web:1 2']);
    expect(writes(from)).toEqual(['RegisterTaskDefinition', 'CreateTaskSet', 'DeleteTaskSet']);
    (scenario.sandbox.clock as VirtualClock).advance(minute);
    expect((await taskSets()).map((one) => one.id)).toEqual([old]);
  });

  test('GoodToBad, a crash loop: the deadline deletes the new task set', async () => {
    await given({
      taskRules: [{ match: { image: 'web:2' }, outcome: { kind: 'exit', code: 3, after: 1000 } }],
    });
    const end = await scenario.deploy({ 'wait-timeout': '5m' });
    expect(end).toEnd('ROLLED_BACK 1');
    expect(end.result.error?.summary).toMatch(
      /at the deadline; task set ecs-svc\/\d+ is deleted \(live: web:1\)$/,
    );
    expect(end.result.error?.details.join('\n')).toMatch(/exit code 3/);
    expect(scenario.serving()).toEqual(['web:1 2']);
  });

  test('stalled: a task that never starts is given up and deleted', async () => {
    await given({ taskRules: [{ match: { image: 'web:2' }, outcome: { kind: 'never-starts' } }] });
    const end = await scenario.deploy({ 'stall-timeout': '3m' });
    expect(end).toEnd('ROLLED_BACK 1');
    expect(end.result.error?.summary).toMatch(/no progress for 3 min/);
    expect(scenario.serving()).toEqual(['web:1 2']);
  });

  test('BadToBad, the first task set: FAILED, for nothing ran before it', async () => {
    await given({ first: true, taskRules: [{ match: { image: 'web:2' }, outcome: { kind: 'pull-error' } }] });
    const end = await scenario.deploy();
    expect(end).toEnd('FAILED 1');
    expect(end.result.error?.summary).toMatch(/is deleted, and nothing was running before it$/);
    expect(scenario.serving()).toEqual([]);
  });

  test('GoodToBad, and the new task set cannot be deleted: FAILED, with what to do manually', async () => {
    await given({ taskRules: [{ match: { image: 'web:2' }, outcome: { kind: 'pull-error' } }] });
    scenario.sandbox.fault({
      service: 'ecs',
      operation: 'DeleteTaskSet',
      fault: { kind: 'error', code: 'AccessDeniedException', message: 'no', status: 400 },
    });
    const end = await scenario.deploy();
    expect(end).toEnd('FAILED 1');
    expect(end.result.error?.remedy).toMatch(
      /^Delete task set ecs-svc\/\d+ manually; it is running alongside the live one\.$/,
    );
    expect(scenario.serving()).toEqual(['web:1 2']);
  });

  test('BadToGood: a broken service is fixed', async () => {
    await given({
      taskRules: [{ match: { image: 'web:1' }, outcome: { kind: 'exit', code: 1, after: 1000 } }],
    });
    const end = await scenario.deploy();
    expect(end).toEnd('SUCCEEDED 0');
    expect(scenario.serving()).toEqual(['web:2 2']);
  });

  test('D22: unchanged: nothing is registered and no task set is made', async () => {
    await given();
    await scenario.deploy();
    const from = marked();
    const end = await scenario.deploy();
    expect(end).toEnd('NOOP 0');
    expect(writes(from)).toEqual([]);
  });

  test('D16: someone makes a newer task set primary: SUPERSEDED, and ours does not stay next to it', async () => {
    await given();
    scenario.at(10_000, async () => {
      const id = await makeTaskSet(3);
      await ask('UpdateServicePrimaryTaskSet', { primaryTaskSet: id });
    });
    const end = await scenario.deploy();
    expect(end).toEnd('SUPERSEDED 1');
    expect(end.result.error?.summary).toMatch(
      /superseded by task set ecs-svc\/\d+ of web:3; task set ecs-svc\/\d+ is deleted \(live: web:3\)$/,
    );
    expect(await sets()).toEqual(['web:1 ACTIVE', 'web:2 DRAINING', 'web:3 PRIMARY']);
  });

  test('someone deletes the new task set: STOPPED', async () => {
    await given();
    scenario.at(10_000, async () => {
      const ours = (await taskSets()).find((one) => one.externalId?.startsWith('landfall/web:2/'));
      await ask('DeleteTaskSet', { taskSet: ours?.id, force: true });
    });
    const end = await scenario.deploy();
    expect(end).toEnd('STOPPED 1');
    expect(scenario.serving()).toEqual(['web:1 2']);
  });

  test('D15: scaled to zero: in place, and the log says that nothing ran', async () => {
    await given({ desiredCount: 0 });
    const end = await scenario.deploy();
    expect(end).toEnd('SUCCEEDED 0');
    expect(logLinesOf(end.host).at(-1)).toBe(
      'info: ✓ web: web:2 is in place, but the desired count is 0: no task ran it',
    );
  });

  test('autoscaled mid-deploy: the new task set grows, too', async () => {
    await given();
    scenario.scaleAt(10_000, 4);
    const end = await scenario.deploy();
    expect(end).toEnd('SUCCEEDED 0');
    expect(scenario.serving()).toEqual(['web:2 4']);
  });

  test('a desired count goes into the service, never a task definition', async () => {
    await given();
    const end = await scenario.deploy({ 'desired-count': '3' });
    expect(end).toEnd('SUCCEEDED 0');
    expect(scenario.serving()).toEqual(['web:2 3']);
    const update = scenario.sandbox.journal().findLast((one) => one.operation === 'UpdateService');
    expect(update?.input).toEqual({ ...place, desiredCount: 3 });
  });

  test.each([{ 'wait-until': 'started' }, { 'wait-for-service-stability': 'false' }])(
    'nothing else would make it primary: %j is refused before anything is registered',
    async (inputs) => {
      await given();
      const from = marked();
      const end = await scenario.deploy(inputs);
      expect(end.result).toMatchObject({ exitCode: 2, error: { code: 'INPUT_INVALID' } });
      expect(writes(from)).toEqual([]);
    },
  );
});

describe('what is live with task sets', () => {
  const scaled = (taskSet: string, value: number) =>
    ask('UpdateTaskSet', { taskSet, scale: { unit: 'PERCENT', value } });
  const ours = async () => (await taskSets()).find((one) => one.externalId?.startsWith('landfall/web:2/'))!;

  test('someone scales the new one to nothing: it is not made primary, and what serves is not deleted', async () => {
    await given();
    scenario.at(5000, async () => scaled((await ours()).id!, 0));
    const end = await scenario.deploy({ 'wait-timeout': '5m' });
    expect(end).toEnd('ROLLED_BACK 1');
    expect(end.result.error?.summary.replace(/ecs-svc\/\d+/g, 'ecs-svc/…')).toBe(
      'web: web:2 is not live: still IN_PROGRESS at the deadline; someone scaled it to 0 % of the desired count; task set ecs-svc/… is deleted (live: web:1)',
    );
    expect(scenario.serving()).toEqual(['web:1 2']);
  });

  test('a primary one that was scaled to nothing is not a NOOP: another one is created instead', async () => {
    const old = await given();
    await scaled(old, 0);
    (scenario.sandbox.clock as VirtualClock).advance(minute);
    expect(scenario.serving()).toEqual([]);
    const end = await scenario.deploy({ 'task-definition': 'v1.json' });
    expect(end).toEnd('SUCCEEDED 0');
    expect(scenario.serving()).toEqual(['web:1 2']);
    expect(await sets()).toEqual(['web:1 PRIMARY']);
  });

  test('one that has not the traffic and was not made by Landfall stays, and is named before', async () => {
    await given();
    const id = await makeTaskSet(3, { scale: { unit: 'PERCENT', value: 10 } });
    (scenario.sandbox.clock as VirtualClock).advance(minute);
    const end = await scenario.deploy();
    expect(end).toEnd('SUCCEEDED 0');
    expect(await sets()).toEqual(['web:1 DRAINING', 'web:2 ACTIVE', 'web:3 PRIMARY']);
    expect(end.host.lines).toContain(
      `notice: web: task set ${id} of web:2 (10 % of the desired count) was not created by Landfall and does not have the traffic; it stays`,
    );
  });

  test('the old one takes long to drain: the new one is live anyway', async () => {
    await given({ timing: { stopping: 40 * minute } });
    const end = await scenario.deploy();
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.took).toBeLessThan(5 * minute);
  });

  test('reads that are 45 s behind do not show the new one: nothing is reported of it meanwhile', async () => {
    await given();
    scenario.sandbox.fault({ operation: 'DescribeTaskSets', from: 2, count: 18, fault: { kind: 'stale' } });
    await taskSets();
    const end = await scenario.deploy();
    expect(end).toEnd('SUCCEEDED 0');
    expect(scenario.serving()).toEqual(['web:2 2']);
  });

  test('a count that is set with it must be seen: a read from before it does not end the deployment', async () => {
    await given();
    await scenario.deploy();
    scenario.sandbox.ecs.setLag({ staleReads: 3 });
    const end = await scenario.deploy({ 'desired-count': '4' });
    expect(end).toEnd('SUCCEEDED 0');
    expect(scenario.serving()).toEqual(['web:2 4']);
  });

  test('a second step of the same attempt is not answered with what the first one deleted', async () => {
    await given({ taskRules: [{ match: { image: 'web:2' }, count: 2, outcome: { kind: 'pull-error' } }] });
    expect(await scenario.deploy()).toEnd('ROLLED_BACK 1');
    const end = await scenario.deploy();
    expect(end).toEnd('SUCCEEDED 0');
    expect(scenario.serving()).toEqual(['web:2 2']);
  });
});

describe('run again', () => {
  test('D25: on a cancel the task set is left, which is reported; the next run resumes it', async () => {
    await given();
    const from = marked();
    const first = scenario.begin();
    scenario.at(10_000, () => first.host.cancel());
    const cut = await first.done;
    expect(cut).toEnd('CANCELLED 130');
    expect(logLinesOf(cut.host)).toContain(
      'notice: web: task set ecs-svc/… is left in place, and does not progress until this step is run again',
    );
    const end = await scenario.deploy();
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.result.outputs['deployment-id']).toBe(cut.result.outputs['deployment-id']);
    expect(writes(from).filter((one) => one === 'CreateTaskSet')).toHaveLength(1);
    expect(scenario.serving()).toEqual(['web:2 2']);
  });

  test('killed after the switch: the next run deletes what is left, and only then is it green', async () => {
    await given();
    await scenario.killed({ call: 'deleteTaskSet', when: 'before' });
    expect(await sets()).toEqual(['web:1 ACTIVE', 'web:2 PRIMARY']);
    const end = await scenario.deploy();
    expect(end).toEnd('SUCCEEDED 0');
    expect(await sets()).toEqual(['web:1 DRAINING', 'web:2 PRIMARY']);
  });

  /** Another tool has just replaced version 1 by version 3, and the first read does not show it. */
  const replacedUnseen = async (): Promise<Between> => {
    const first = await given();
    const before = await ask('DescribeServices', { services: ['web'] });
    await new ByTaskSets(scenario).makePrimary(await makeTaskSet(3));
    await ask('DeleteTaskSet', { taskSet: first, force: true });
    await scenario.clock.sleep(1000);
    let reads = 0;
    return async ({ operation, input }, send) =>
      operation === 'DescribeServices' && reads++ === 0 ? before : send(input);
  };
  const tags = async () =>
    (
      await ask<{ services: { tags?: object[] }[] }>('DescribeServices', {
        services: ['web'],
        include: ['TAGS'],
      })
    ).services[0]?.tags;

  test('killed after the switch, and what it replaced is not what its external id names: that is deleted anyway', async () => {
    const between = await replacedUnseen();
    const cut = scenario.begin({}, { between, killAt: { call: 'deleteTaskSet', when: 'before' } });
    await cut.killed;
    const [old, made] = (await taskSets()).toSorted((a, b) => +a.createdAt! - +b.createdAt!).slice(-2);
    expect(await sets()).toEqual(['web:2 ACTIVE', 'web:3 PRIMARY']);
    expect(await tags()).toEqual([
      { key: 'landfall:replaced', value: `live=${made!.id} replaced=${old!.id}` },
    ]);
    const end = await scenario.deploy();
    expect(end).toEnd('SUCCEEDED 0');
    expect(await sets()).toEqual(['web:2 DRAINING', 'web:3 PRIMARY']);
    expect(await tags()).toEqual([]);
  });

  test('killed after the task set was made, and someone has registered another revision: there is still only one', async () => {
    await given();
    const from = scenario.sandbox.journal().length;
    await scenario.killed({ call: 'createTaskSet', when: 'after' });
    await scenario.register('web', 3);
    const end = await scenario.deploy();
    expect(end).toEnd('SUCCEEDED 0');
    expect(writes(from).filter((one) => one === 'CreateTaskSet')).toHaveLength(1);
    expect(scenario.serving()).toEqual(['web:2 2']);
  });

  test('killed after the task set was made, and it does not show yet to the next attempt: there is still only one', async () => {
    await given();
    scenario.sandbox.fault({ operation: 'DescribeServices', from: 2, count: 1, fault: { kind: 'stale' } });
    await scenario.begin(
      {},
      { run: { origin: 'run-1', attempt: 1 }, killAt: { call: 'createTaskSet', when: 'after' } },
    ).killed;
    const end = await scenario.begin({}, { run: { origin: 'run-1', attempt: 2 } }).done;
    expect(end).toEnd('SUCCEEDED 0');
    expect(await sets()).toEqual(['web:1 DRAINING', 'web:2 PRIMARY']);
  });

  test('on-cancel stop just after the switch: what may have become primary stays', async () => {
    await given({ desiredCount: 0 });
    const from = marked();
    const run = scenario.begin({ 'on-cancel': 'stop' });
    scenario.at(2800, () => run.host.cancel());
    const end = await run.done;
    expect(end.result.error?.summary.replace(/ecs-svc\/\d+/g, 'ecs-svc/…')).toMatch(
      /task set ecs-svc\/… is already the primary one and stays/,
    );
    expect(writes(from)).toEqual(['RegisterTaskDefinition', 'CreateTaskSet', 'UpdateServicePrimaryTaskSet']);
  });

  test('a primary task set that someone deleted is not live: a new one is made', async () => {
    const old = await given();
    await ask('DeleteTaskSet', { taskSet: old, force: true });
    (scenario.sandbox.clock as VirtualClock).advance(minute);
    const end = await scenario.deploy({ 'task-definition': 'v1.json' });
    expect(end).toEnd('SUCCEEDED 0');
    expect(scenario.serving()).toEqual(['web:1 2']);
  });

  test('a primary task set that is not steady is not a NOOP: it is followed, and never deleted', async () => {
    const old = await given({ taskRules: [{ outcome: { kind: 'exit', code: 1, after: 1000 } }] });
    const from = marked();
    const end = await scenario.deploy({ 'task-definition': 'v1.json', 'wait-timeout': '10m' });
    expect(end).toEnd('STALLED 4');
    expect(writes(from)).toEqual([]);
    expect((await taskSets()).map((one) => one.id)).toEqual([old]);
  });

  test('a new desired count does not hide that an older task set is left', async () => {
    const old = await given();
    const id = await makeTaskSet(2, { externalId: `landfall/web:2/replaces/${nameInArn(old)}` });
    (scenario.sandbox.clock as VirtualClock).advance(minute);
    await ask('UpdateServicePrimaryTaskSet', { primaryTaskSet: id });
    const end = await scenario.deploy({ 'desired-count': '3' });
    expect(end).toEnd('SUCCEEDED 0');
    expect(scenario.serving()).toEqual(['web:2 3']);
  });

  test('a new desired count alone that someone changes before that many tasks run is red', async () => {
    await given();
    await scenario.deploy();
    scenario.scaleAt(5000, 3);
    const { result } = await scenario.deploy({ 'desired-count': '4' });
    expect(result).toMatchObject({
      exitCode: 1,
      error: {
        code: 'SUPERSEDED',
        summary:
          'web does not run 4 tasks: the desired count is now 3, not 4: someone else, or an autoscaler, changed it',
      },
    });
    expect(scenario.serving()).toEqual(['web:2 3']);
  });

  test('on-cancel stop: the new task set is deleted', async () => {
    const old = await given();
    const run = scenario.begin({ 'on-cancel': 'stop' });
    scenario.at(10_000, () => run.host.cancel());
    const end = await run.done;
    expect(end).toEnd(130);
    expect(end.result.error?.summary).toMatch(
      /task set ecs-svc\/\d+ was deleted, and what was live stays live/,
    );
    (scenario.sandbox.clock as VirtualClock).advance(minute);
    expect((await taskSets()).map((one) => one.id)).toEqual([old]);
  });

  test('the answers of every write are lost: one task set, and it is live', async () => {
    await given();
    const from = marked();
    for (const operation of ['CreateTaskSet', 'UpdateServicePrimaryTaskSet', 'DeleteTaskSet'])
      scenario.sandbox.fault({
        service: 'ecs',
        operation,
        count: 1,
        fault: { kind: 'reset', effect: 'applied' },
      });
    const end = await scenario.deploy();
    expect(end).toEnd('SUCCEEDED 0');
    expect(new Set(writes(from))).toEqual(
      new Set(['RegisterTaskDefinition', 'CreateTaskSet', 'UpdateServicePrimaryTaskSet', 'DeleteTaskSet']),
    );
    expect(scenario.serving()).toEqual(['web:2 2']);
    expect(await sets()).toEqual(['web:1 DRAINING', 'web:2 PRIMARY']);
  });

  test('force-new-deployment: another task set of what is live', async () => {
    await given();
    const first = await scenario.deploy();
    const end = await scenario.deploy({ 'force-new-deployment': 'true' });
    expect(end).toEnd('SUCCEEDED 0');
    expect((await sets()).slice(-2)).toEqual(['web:2 DRAINING', 'web:2 PRIMARY']);
    expect((await taskSets())[0]?.externalId).toBe(
      `landfall/web:2/run-1/replaces/${nameInArn(first.result.outputs['deployment-id']!)}/after/web:1`,
    );
  });

  test('rollback-on cancel: the new task set is deleted', async () => {
    const old = await given();
    const run = scenario.begin({ 'rollback-on': 'cancel' });
    scenario.at(10_000, () => run.host.cancel());
    const end = await run.done;
    expect(end).toEnd(130);
    expect(logLinesOf(end.host)).toContain(
      'warning: web: task set ecs-svc/… was deleted, and what was live stays live',
    );
    (scenario.sandbox.clock as VirtualClock).advance(minute);
    expect((await taskSets()).map((one) => one.id)).toEqual([old]);
  });

  test('on-failure rollback: the service that was live already rolls back to what ran before', async () => {
    const breaker = {
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    };
    await createScenario({
      services: { web: { deploymentController: { type: 'EXTERNAL' } }, api: breaker },
      taskRules: [{ match: { image: 'api:2' }, outcome: { kind: 'exit', code: 1, after: 1000 } }],
    });
    await new ByTaskSets(scenario).makeLive();
    const { result, host } = await scenario.begin({
      service: '',
      services: 'web=v2.json\napi=api-v2.json after web',
      'task-definition': '',
      'on-failure': 'rollback',
    }).done;
    expect({ result, host }).toEnd(1);
    expect(scenario.serving()).toEqual(['web:1 2']);
  });

  test('on-failure rollback of what was deployed again: the very same ran before, and nothing is made', async () => {
    await createScenario({
      services: { web: { deploymentController: { type: 'EXTERNAL' } }, api: {} },
      taskRules: [{ match: { image: 'api:2' }, outcome: { kind: 'pull-error' } }],
    });
    await new ByTaskSets(scenario).makeLive();
    await scenario.deploy();
    const from = marked();
    const { result } = await scenario.begin({
      service: '',
      services: 'web=v2.json\napi=api-v2.json after web',
      'task-definition': '',
      'force-new-deployment': 'true',
      'on-failure': 'rollback',
    }).done;
    expect(JSON.parse(result.outputs.results!)[0]).toMatchObject({
      service: 'web',
      verdict: 'SUCCEEDED',
      reason: expect.stringMatching(
        /^web:2 is live.*; a rollback was requested but failed: web is not rolled back: web:2 was running before as well: whatever changed is outside the task definition$/,
      ),
    });
    expect(writes(from).filter((one) => one === 'CreateTaskSet')).toHaveLength(1);
  });

  test('on-failure rollback of a task set that an earlier run had made primary: to what it replaced', async () => {
    await createScenario({
      services: { web: { deploymentController: { type: 'EXTERNAL' } }, api: {} },
      taskRules: [{ match: { image: 'api:2' }, outcome: { kind: 'pull-error' } }],
    });
    await new ByTaskSets(scenario).makeLive();
    await scenario.killed({ call: 'updateServicePrimaryTaskSet', when: 'after' });
    const { host } = await scenario.begin({
      service: '',
      services: 'web=v2.json\napi=api-v2.json after web',
      'task-definition': '',
      'on-failure': 'rollback',
    }).done;
    expect(host.lines).toContain('warning: web: rolling back to web:1');
    expect(scenario.serving()).toEqual(['web:1 2']);
  });
});
