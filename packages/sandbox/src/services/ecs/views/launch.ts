import type { CreateServiceRequest } from '@aws-sdk/client-ecs';

type Launch = Pick<
  CreateServiceRequest,
  'launchType' | 'capacityProviderStrategy' | 'platformVersion' | 'networkConfiguration'
>;

/** How tasks are launched, as a deployment and a task set show it: only what was set. */
export function launchView(settings: Launch) {
  const { launchType, capacityProviderStrategy = [], platformVersion, networkConfiguration } = settings;
  // An empty strategy leads back to the launch type: API reference, UpdateService.
  const hasStrategy = capacityProviderStrategy.length > 0;
  return {
    ...(hasStrategy ? { capacityProviderStrategy } : launchType && { launchType }),
    ...(launchType === 'FARGATE'
      ? { platformVersion: platformVersion ?? '1.4.0', platformFamily: 'Linux' }
      : {}),
    ...(networkConfiguration && { networkConfiguration }),
  };
}
