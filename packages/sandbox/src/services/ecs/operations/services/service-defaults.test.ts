import type { CreateServiceRequest, UpdateServiceRequest } from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import { ecsBench } from '../../testing/bench.ts';

const subnets = ['subnet-1'];

/** A Fargate service, and how many deployments there are after each update. */
function serviceWith(more: Partial<CreateServiceRequest> = {}) {
  const ecs = ecsBench();
  ecs.call('RegisterTaskDefinition', {
    family: 'web',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    containerDefinitions: [{ name: 'app', image: 'example/web:1' }],
  });
  ecs.create({
    taskDefinition: 'web',
    launchType: 'FARGATE',
    networkConfiguration: { awsvpcConfiguration: { subnets } },
    ...more,
  });
  const deploymentsAfter = (input: Partial<UpdateServiceRequest>) => ecs.update(input).deployments!.length;
  return { ...ecs, deploymentsAfter };
}

test('what ECS fills in is shown', () => {
  expect(serviceWith().describe()).toMatchObject({
    networkConfiguration: { awsvpcConfiguration: { subnets, assignPublicIp: 'DISABLED' } },
    availabilityZoneRebalancing: 'ENABLED',
    platformVersion: 'LATEST',
    propagateTags: 'NONE',
    schedulingStrategy: 'REPLICA',
    deploymentConfiguration: { maximumPercent: 200, minimumHealthyPercent: 100 },
  });
});

describe('a default that is sent starts no deployment', () => {
  test.each<[string, Partial<UpdateServiceRequest>]>([
    [
      'assignPublicIp',
      { networkConfiguration: { awsvpcConfiguration: { assignPublicIp: 'DISABLED', subnets } } },
    ],
    ['assignPublicIp left out', { networkConfiguration: { awsvpcConfiguration: { subnets } } }],
    ['platformVersion', { platformVersion: 'LATEST' }],
    ['no load balancers', { loadBalancers: [] }],
    ['Service Connect that is off', { serviceConnectConfiguration: { enabled: false } }],
  ])('%s', (_what, input) => {
    expect(serviceWith().deploymentsAfter(input)).toBe(1);
  });

  test('another value does', () => {
    const { deploymentsAfter } = serviceWith();
    const awsvpcConfiguration = { subnets, assignPublicIp: 'ENABLED' as const };
    expect(deploymentsAfter({ networkConfiguration: { awsvpcConfiguration } })).toBe(2);
    expect(deploymentsAfter({ platformVersion: '1.4.0' })).toBe(3);
  });
});
