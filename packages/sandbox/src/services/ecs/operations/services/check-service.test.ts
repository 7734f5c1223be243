import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import { ecsBench } from '../../testing/bench.ts';

describe('early success criteria', () => {
  const refusalOf = (configuration: DeploymentConfiguration) => {
    const ecs = ecsBench();
    ecs.create({ taskDefinition: ecs.register() });
    return ecs.refusal('UpdateService', {
      cluster: 'main',
      service: 'web',
      deploymentConfiguration: configuration,
    });
  };

  test.each(['BLUE_GREEN', 'CANARY', 'LINEAR'] as const)('are not taken with %s', (strategy) => {
    expect(refusalOf({ strategy, earlySuccessCriteria: { enable: true, healthyPercent: 100 } })).toEqual({
      code: 'InvalidParameterException',
      message: 'earlySuccessCriteria can only be used with the ROLLING deployment strategy.',
    });
  });

  test('cannot be content with less than must stay healthy', () => {
    expect(
      refusalOf({
        strategy: 'ROLLING',
        minimumHealthyPercent: 80,
        earlySuccessCriteria: { enable: true, healthyPercent: 50 },
      }),
    ).toEqual({
      code: 'InvalidParameterException',
      message: 'healthyPercent must be greater than or equal to minimumHealthyPercent.',
    });
  });
});
