import type { DescribeServicesResponse } from '@aws-sdk/client-ecs';
import { expect, test } from '@jest/globals';
import { deleteService } from '@landfall/core/operations/delete-service';
import { rollbackService } from '@landfall/core/operations/rollback-service';
import { scaleService } from '@landfall/core/operations/scale-service';
import { registerScaling, scalingOf } from '../scenario/auto-scaling.ts';
import { createScenario, scenario } from '../scenario/current.ts';
import { loggedBy } from '../scenario/scenario.ts';

const createScaled = async (more: object = {}) => {
  await createScenario();
  await registerScaling(scenario, 'web', more);
};
type Options = NonNullable<Parameters<typeof scenario.begin>[1]>;
const begin = (
  operation: NonNullable<Options['operation']>,
  inputs: Readonly<Record<string, string>>,
  more: Options = {},
) => scenario.begin({ 'task-definition': '', ...inputs }, { ...more, operation });
const scaleTo = (count: number, inputs: object = {}, more: Options = {}) =>
  begin(scaleService, { 'desired-count': String(count), ...inputs }, more);
const suspending = { 'suspend-scaling': 'true' };
const count = () => scenario.sandbox.ecs.truth('main', 'web')?.desiredCount;
const allSuspended = '1 to 10 In Out Scheduled';
/** What a policy makes of the count. */
const metric = (wanted: number) =>
  scenario.sandbox.admin('application-autoscaling', 'PUT', ['capacity', 'main', 'web'], { count: wanted });
async function tag(): Promise<string | undefined> {
  const { services } = (await scenario.sandbox.dispatch('ecs', 'DescribeServices', {
    cluster: 'main',
    services: ['web'],
    include: ['TAGS'],
  })) as DescribeServicesResponse;
  return services?.[0]?.tags?.find(({ key }) => key === 'landfall:scaling')?.value;
}

test('a service that is scaled to zero stays there, and is scaled again once it is scaled up', async () => {
  await createScaled({ SuspendedState: { ScheduledScalingSuspended: true } });
  const down = await scaleTo(0).done;
  expect(down).toEnd(0);
  expect(loggedBy(down.host).slice(0, 3)).toEqual([
    'info: web: Auto Scaling (1 to 10 tasks) is suspended',
    'notice: web: Auto Scaling (1 to 10 tasks) stays suspended until scale-service starts tasks again',
    'info: web: desired count 2 → 0',
  ]);
  expect(await tag()).toBe('in=false out=false scheduled=true');
  await metric(5);
  expect(count()).toBe(0);
  const up = await scaleTo(3).done;
  expect(up).toEnd(0);
  expect(loggedBy(up.host)).toContain('info: web: Auto Scaling (1 to 10 tasks) is resumed');
  expect(await scalingOf(scenario)).toBe('1 to 10 Scheduled');
  expect(await tag()).toBeUndefined();
  expect(count()).toBe(3);
});

test('with keep, Auto Scaling leaves a count for as long as the service has it', async () => {
  await createScaled();
  expect(await scaleTo(4, { keep: 'true' }).done).toEnd(0);
  await metric(9);
  expect(count()).toBe(4);
  await scenario.deploy();
  expect(await scalingOf(scenario)).toBe(allSuspended);
  expect(await scaleTo(5).done).toEnd(0);
  expect(await scalingOf(scenario)).toBe('1 to 10');
  expect(await tag()).toBeUndefined();
});

test('a count outside the bounds is refused, and nothing is changed', async () => {
  await createScaled();
  const { result } = await scaleTo(12).done;
  expect(result.error).toMatchObject({
    code: 'INPUT_INVALID',
    summary:
      'desired-count must be from 1 to 10, got 12: Application Auto Scaling of web enforces that range; set keep to suspend it at this count',
  });
  expect(count()).toBe(2);
});

test('a count within the bounds is set, and the log says that it may change', async () => {
  await createScaled();
  const { host } = await scaleTo(3).done;
  expect(loggedBy(host)[0]).toBe('notice: web: Auto Scaling may change the count, from 1 to 10');
  expect(await scalingOf(scenario)).toBe('1 to 10');
});

test('a deployment suspends scaling, and restores what was set before', async () => {
  await createScaled({ SuspendedState: { DynamicScalingInSuspended: true } });
  const states: (string | undefined)[] = [];
  const { result, host } = await scenario.begin(suspending, {
    between: async ({ operation, input }, send) => {
      if (operation === 'UpdateService') states.push(await scalingOf(scenario), await tag());
      return send(input);
    },
  }).done;
  expect({ result, host }).toEnd(0);
  expect(states).toEqual([allSuspended, 'in=true out=false scheduled=false']);
  expect(await scalingOf(scenario)).toBe('1 to 10 In');
  expect(await tag()).toBeUndefined();
  expect(loggedBy(host).filter((line) => /Auto Scaling/.test(line))).toEqual([
    'info: web: Auto Scaling (1 to 10 tasks) is suspended',
    'info: web: Auto Scaling (1 to 10 tasks) is resumed',
  ]);
});

test.each(['leave', 'stop'])(
  'a deployment that is cancelled (%s) resumes what it has suspended',
  async (how) => {
    await createScaled();
    const run = scenario.begin({ ...suspending, 'on-cancel': how });
    scenario.at(20_000, () => run.host.cancel());
    expect((await run.done).result.error?.code).toBe('CANCELLED');
    expect(await scalingOf(scenario)).toBe('1 to 10');
    expect(await tag()).toBeUndefined();
  },
);

test('a service without scaling is deployed as ever', async () => {
  await createScenario();
  expect(await scenario.begin(suspending).done).toEnd(0);
  expect(await tag()).toBeUndefined();
});

test('what cannot be resumed makes a deployment red that is live', async () => {
  await createScaled();
  const { result, live } = await scenario.begin(suspending, {
    between: async ({ operation, input }, send) => {
      const isToResume =
        operation === 'RegisterScalableTarget' && (await scalingOf(scenario)) === allSuspended;
      return send(isToResume ? { ...input, MinCapacity: 20 } : input);
    },
  }).done;
  expect(live?.taskDefinition).toMatch(/web:2$/);
  expect(result.exitCode).toBe(1);
  expect(result.error?.summary).toBe(
    'Auto Scaling of web is still suspended: application-autoscaling:RegisterScalableTarget in us-east-1 was refused: ValidationException: Maximum capacity cannot be less than minimum capacity',
  );
});

const kills = [
  ['tagResource', 'before', 1],
  ['tagResource', 'after', 1],
  ['registerScalableTarget', 'before', 1],
  ['registerScalableTarget', 'after', 1],
  ['updateService', 'before', 1],
  ['updateService', 'after', 1],
  ['registerScalableTarget', 'before', 2],
  ['registerScalableTarget', 'after', 2],
  ['untagResource', 'before', 1],
  ['untagResource', 'after', 1],
] as const;
const next = {
  'the same step': () => scenario.begin(suspending),
  'a deployment that does not suspend': () => scenario.begin(),
  'scale-service': () => scaleTo(3),
  'rollback-service': () => begin(rollbackService, {}),
};
test.each(kills.flatMap((kill) => Object.keys(next).map((name) => [...kill, name] as const)))(
  'killed at %s (%s) %i, then %s: nothing is left suspended',
  async (call, when, time, name) => {
    await createScaled();
    await scenario.begin(suspending, { killAt: { call, when, time } }).killed;
    await scenario.clock.sleep(600_000);
    await next[name as keyof typeof next]().done;
    expect(await scalingOf(scenario)).toBe('1 to 10');
    expect(await tag()).toBeUndefined();
  },
);

const scaleKills = kills.filter(([call, , time]) => time === 1 && call !== 'untagResource');
test.each(scaleKills)(
  'scaling to zero, killed at %s (%s) %i: a deployment leaves it at zero, or scaled',
  async (call, when, time) => {
    await createScaled();
    await scaleTo(0, {}, { killAt: { call, when, time } }).killed;
    const isAtZero = count() === 0;
    await scenario.deploy();
    expect([count(), await scalingOf(scenario)]).toEqual(isAtZero ? [0, allSuspended] : [2, '1 to 10']);
  },
);

test.each([
  ['updateService', 'before', 1],
  ['updateService', 'after', 1],
  ['registerScalableTarget', 'before', 1],
  ['registerScalableTarget', 'after', 1],
  ['untagResource', 'before', 1],
] as const)(
  'scaling up, killed at %s (%s) %i and run again: it runs, and is scaled',
  async (call, when, time) => {
    await createScaled();
    await scaleTo(0).done;
    await scaleTo(3, {}, { killAt: { call, when, time } }).killed;
    expect(await scaleTo(3).done).toEnd(0);
    expect([count(), await scalingOf(scenario), await tag()]).toEqual([3, '1 to 10', undefined]);
  },
);

test('with a service, its scalable target is deregistered first, so that nothing starts its tasks again', async () => {
  await createScaled();
  const { result, host } = await begin(deleteService, {}).done;
  expect({ result, host }).toEnd(0);
  expect(loggedBy(host).slice(0, 3)).toEqual([
    'info: web in cluster main is ACTIVE with 2 running tasks',
    'info: web: its scalable target is deregistered',
    'info: web: desired count 2 → 0',
  ]);
  expect(await scalingOf(scenario)).toBeUndefined();
});

test('a scalable target that outlived its service is deregistered by deleting the service again', async () => {
  await createScaled();
  await scenario.sandbox.dispatch('ecs', 'DeleteService', { cluster: 'main', service: 'web', force: true });
  await scenario.clock.sleep(600_000);
  const { result } = await begin(deleteService, {}).done;
  expect(result).toMatchObject({ exitCode: 0, outputs: { deleted: 'false' } });
  expect(await scalingOf(scenario)).toBeUndefined();
});
