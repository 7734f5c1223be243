import type { Service } from '@aws-sdk/client-ecs';
import { expect, test } from '@jest/globals';
import { changesOf, hasSettings } from './service-changes.ts';

const service: Service = {
  roleArn: 'arn:aws:iam::123456789012:role/ecsServiceRole',
  desiredCount: 2,
  networkConfiguration: {
    awsvpcConfiguration: {
      subnets: ['subnet-1', 'subnet-2'],
      securityGroups: ['sg-1'],
      assignPublicIp: 'DISABLED',
    },
  },
  placementStrategy: [{ type: 'spread' }, { type: 'binpack', field: 'cpu' }],
  capacityProviderStrategy: [{ capacityProvider: 'FARGATE', base: 0, weight: 1 }],
  loadBalancers: [
    { targetGroupArn: 'one', containerName: 'app', containerPort: 80 },
    { targetGroupArn: 'two', containerName: 'app', containerPort: 81 },
  ],
  deploymentConfiguration: {
    strategy: 'CANARY',
    canaryConfiguration: { canaryPercent: 10 },
    minimumHealthyPercent: 100,
    deploymentCircuitBreaker: {
      enable: true,
      rollback: true,
      resetOnHealthyTask: true,
      thresholdConfiguration: { type: 'BOUNDED_PERCENT', value: 50 },
    },
  },
};
const fieldsOf = (wanted: Readonly<Record<string, unknown>>) =>
  changesOf(wanted, { service }).map(({ field }) => field);

test.each<[string, Readonly<Record<string, unknown>>]>([
  [
    'the order of a set, and a member that ECS fills in',
    {
      networkConfiguration: {
        awsvpcConfiguration: { subnets: ['subnet-2', 'subnet-1'], securityGroups: ['sg-1'] },
      },
    },
  ],
  ['the order of load balancers', { loadBalancers: [...(service.loadBalancers ?? [])].reverse() }],
  [
    'what ECS adds to a circuit breaker',
    { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } } },
  ],
  ['the weight and base of a provider', { capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }] }],
  ['the name of a role instead of its ARN', { role: 'ecsServiceRole' }],
  [
    'an empty list where there is none',
    { placementConstraints: [], serviceRegistries: [], volumeConfigurations: [] },
  ],
  [
    'a default that is written out',
    {
      enableExecuteCommand: false,
      healthCheckGracePeriodSeconds: 0,
      propagateTags: 'NONE',
      deploymentController: { type: 'ECS' },
      schedulingStrategy: 'REPLICA',
      serviceConnectConfiguration: { enabled: false },
    },
  ],
])('%s is not a change', (_, wanted) => {
  expect(fieldsOf(wanted)).toEqual([]);
});

test.each<[string, Readonly<Record<string, unknown>>]>([
  [
    'the order of a placement strategy',
    { placementStrategy: [...(service.placementStrategy ?? [])].reverse() },
  ],
  [
    'one subnet less',
    { networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'], securityGroups: ['sg-1'] } } },
  ],
  [
    'security groups that are no longer named',
    { networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1', 'subnet-2'] } } },
  ],
  ['an empty list where there is something', { loadBalancers: [] }],
  [
    'the same load balancer twice',
    { loadBalancers: [service.loadBalancers?.[0], service.loadBalancers?.[0]] },
  ],
])('%s is a change', (_, wanted) => {
  expect(fieldsOf(wanted)).toEqual(Object.keys(wanted));
});

test('absent members of the deployment configuration stay, but for those of another strategy', () => {
  const sent = (deploymentConfiguration: object) =>
    changesOf({ deploymentConfiguration }, { service }).map(({ to }) => to);
  expect(sent({ minimumHealthyPercent: 50 })).toEqual([
    { ...service.deploymentConfiguration, minimumHealthyPercent: 50 },
  ]);
  const { canaryConfiguration: _, ...kept } = service.deploymentConfiguration ?? {};
  expect(sent({ strategy: 'BLUE_GREEN' })).toEqual([{ ...kept, strategy: 'BLUE_GREEN' }]);
});

test('a field that this version does not know is not compared', () => {
  expect(fieldsOf({ later: true })).toEqual([]);
});

test('an update is read back by the settings that it has set', () => {
  expect(hasSettings(service, { service: 'web', desiredCount: 2 })).toBe(true);
  expect(hasSettings(service, { service: 'web', healthCheckGracePeriodSeconds: 30 })).toBe(false);
});
