import type * as sdk from '@aws-sdk/client-ecs';
import { expect, test } from '@jest/globals';
import { ecsBench } from '../../testing/bench.ts';

test('ListServiceDeployments shows those of the last 90 days', () => {
  const ecs = ecsBench();
  ecs.create({ taskDefinition: ecs.register() });
  const listed = () =>
    ecs.call<sdk.ListServiceDeploymentsResponse>('ListServiceDeployments', {
      cluster: 'main',
      service: 'web',
    }).serviceDeployments!.length;
  ecs.clock.advance(90 * 86_400_000);
  expect(listed()).toBe(1);
  ecs.update({ forceNewDeployment: true });
  ecs.clock.advance(1);
  expect(listed()).toBe(1);
});
