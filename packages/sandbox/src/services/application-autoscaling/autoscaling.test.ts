import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createLocalAws, type LocalAws } from '../../sandbox.ts';

let aws: LocalAws;
beforeEach(async () => {
  aws = createLocalAws({ clock: 'virtual', seed: 1 });
  await aws.dispatch('ecs', 'CreateCluster', { clusterName: 'main' });
  await aws.dispatch('ecs', 'RegisterTaskDefinition', {
    family: 'web',
    containerDefinitions: [{ name: 'app', image: 'busybox:1', memory: 64 }],
  });
  await create('web', 2);
});
afterEach(() => aws.close());

const create = (serviceName: string, desiredCount: number) =>
  aws.dispatch('ecs', 'CreateService', { cluster: 'main', serviceName, taskDefinition: 'web', desiredCount });
const resource = (name = 'web') => ({
  ServiceNamespace: 'ecs',
  ResourceId: `service/main/${name}`,
  ScalableDimension: 'ecs:service:DesiredCount',
});
// biome-ignore lint/suspicious/noExplicitAny: an answer of any shape
const ask = (operation: string, input: object): Promise<any> =>
  aws.dispatch('application-autoscaling', operation, input);
const register = (more: object, name?: string) =>
  ask('RegisterScalableTarget', { ...resource(name), ...more });
const described = async (more: object = {}) =>
  (await ask('DescribeScalableTargets', { ServiceNamespace: 'ecs', ...more })).ScalableTargets;
const count = (name = 'web') => aws.ecs.truth('main', name)?.desiredCount;
const metric = (wanted: number) =>
  aws.admin('application-autoscaling', 'PUT', ['capacity', 'main', 'web'], { count: wanted });
const all = (value: boolean) => ({
  DynamicScalingInSuspended: value,
  DynamicScalingOutSuspended: value,
  ScheduledScalingSuspended: value,
});

test('registering moves the count into the bounds at once, and an update keeps what it does not name', async () => {
  await register({ MinCapacity: 3, MaxCapacity: 5, Tags: { team: 'web' } });
  expect(count()).toBe(3);
  await register({ MaxCapacity: 9, SuspendedState: { DynamicScalingInSuspended: true } });
  await register({ SuspendedState: { ScheduledScalingSuspended: true } });
  const [target] = await described();
  expect(target).toMatchObject({
    MinCapacity: 3,
    MaxCapacity: 9,
    SuspendedState: { ...all(true), DynamicScalingOutSuspended: false },
  });
  expect(await ask('ListTagsForResource', { ResourceARN: target.ScalableTargetARN })).toEqual({
    Tags: { team: 'web' },
  });
});

test('a target that is suspended does not scale, and the end of the suspension moves it into its bounds', async () => {
  await register({ MinCapacity: 1, MaxCapacity: 4 });
  expect(await metric(9)).toEqual({ count: 4 });
  await register({ SuspendedState: all(true) });
  await aws.dispatch('ecs', 'UpdateService', { cluster: 'main', service: 'web', desiredCount: 0 });
  expect(await metric(3)).toEqual({ count: 0 });
  await register({ SuspendedState: all(false) });
  expect(count()).toBe(1);
});

test('targets are shown in pages, in the order of their names', async () => {
  for (const name of ['api', 'batch']) await create(name, 1);
  for (const name of ['web', 'api', 'batch']) await register({ MinCapacity: 1, MaxCapacity: 2 }, name);
  const page = (more: object) =>
    ask('DescribeScalableTargets', { ServiceNamespace: 'ecs', MaxResults: 2, ...more });
  const names = (answer: { ScalableTargets: { ResourceId: string }[] }) =>
    answer.ScalableTargets.map(({ ResourceId }) => ResourceId);
  const first = await page({});
  expect(names(first)).toEqual(['service/main/api', 'service/main/batch']);
  const second = await page({ NextToken: first.NextToken });
  expect(names(second)).toEqual(['service/main/web']);
  expect(second.NextToken).toBeUndefined();
  expect(names(await page({ ResourceIds: ['service/main/web', 'service/main/gone'] }))).toEqual([
    'service/main/web',
  ]);
});

test('a target outlives its service, and its policies do not outlive it', async () => {
  await register({ MinCapacity: 0, MaxCapacity: 2 });
  await ask('PutScalingPolicy', {
    ...resource(),
    PolicyName: 'cpu',
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingScalingPolicyConfiguration: { TargetValue: 60 },
  });
  await aws.dispatch('ecs', 'DeleteService', { cluster: 'main', service: 'web', force: true });
  expect(await described()).toHaveLength(1);
  await ask('DeregisterScalableTarget', resource());
  expect(await described()).toEqual([]);
  expect((await ask('DescribeScalingPolicies', { ServiceNamespace: 'ecs' })).ScalingPolicies).toEqual([]);
});

test.each([
  ['without bounds', {}, 'Both MinCapacity and MaxCapacity are required'],
  ['with a minimum above the maximum', { MinCapacity: 3, MaxCapacity: 2 }, 'Maximum capacity cannot be less'],
  [
    'of a service that is missing',
    { MinCapacity: 1, MaxCapacity: 2, ResourceId: 'service/main/gone' },
    "ECS service doesn't exist: service/main/gone",
  ],
])('a target %s is refused', async (_name, more, message) => {
  await expect(register(more)).rejects.toThrow(message);
});
