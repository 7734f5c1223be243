import type { Service } from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import { launchSettings } from './service-settings.ts';

const awsvpcConfiguration = {
  subnets: ['subnet-1'],
  securityGroups: ['sg-1'],
  assignPublicIp: 'ENABLED' as const,
};
const fargate: Service = {
  launchType: 'FARGATE',
  platformVersion: 'LATEST',
  networkConfiguration: { awsvpcConfiguration },
};
const spot: Service = {
  capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1, base: 0 }],
  platformVersion: '1.4.0',
  networkConfiguration: { awsvpcConfiguration },
};

describe('how and where a task starts', () => {
  test('as the service does', () => {
    expect(launchSettings({}, fargate, 'awsvpc')).toEqual({
      launchType: 'FARGATE',
      platformVersion: 'LATEST',
      networkConfiguration: { awsvpcConfiguration },
    });
    expect(launchSettings({}, spot, 'awsvpc')).toEqual({
      capacityProviderStrategy: spot.capacityProviderStrategy,
      platformVersion: '1.4.0',
      networkConfiguration: { awsvpcConfiguration },
    });
  });

  test('a launch type input overrides the strategy of the service, and vice versa', () => {
    expect(launchSettings({ launchType: 'EC2' }, spot, 'bridge')).toEqual({ launchType: 'EC2' });
    const strategy = [{ capacityProvider: 'instances', weight: 1 }];
    expect(launchSettings({ capacityProviderStrategy: strategy }, fargate, 'bridge')).toEqual({
      capacityProviderStrategy: strategy,
    });
  });

  test('subnets from the input replace those of the service, and the rest stays', () => {
    expect(launchSettings({ subnets: ['subnet-9'] }, fargate, 'awsvpc').networkConfiguration).toEqual({
      awsvpcConfiguration: { ...awsvpcConfiguration, subnets: ['subnet-9'] },
    });
  });

  test('a service of CodeDeploy has its settings in its primary task set', () => {
    const service: Service = {
      taskSets: [
        { status: 'ACTIVE', launchType: 'EC2' },
        { status: 'PRIMARY', launchType: 'FARGATE', networkConfiguration: { awsvpcConfiguration } },
      ],
    };
    expect(launchSettings({}, service, 'awsvpc')).toEqual({
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration },
    });
  });

  test('without a service, only the inputs are sent', () => {
    expect(launchSettings({}, undefined, 'awsvpc')).toEqual({});
    expect(launchSettings({ subnets: ['subnet-9'] }, undefined, 'awsvpc')).toEqual({
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-9'] } },
    });
  });
});
