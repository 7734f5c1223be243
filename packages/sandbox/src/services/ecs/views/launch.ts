import type { CreateServiceRequest } from '@aws-sdk/client-ecs';

type Launch = Pick<
  CreateServiceRequest,
  'launchType' | 'capacityProviderStrategy' | 'platformVersion' | 'networkConfiguration'
>;

/** How tasks are launched, as a deployment and a task set show it: only what was set. */
export function launchView(settings: Launch) {
  return {
    ...(settings.launchType === undefined ? {} : { launchType: settings.launchType }),
    ...(settings.capacityProviderStrategy === undefined
      ? {}
      : { capacityProviderStrategy: settings.capacityProviderStrategy }),
    ...(settings.launchType === 'FARGATE'
      ? { platformVersion: settings.platformVersion ?? '1.4.0', platformFamily: 'Linux' }
      : {}),
    ...(settings.networkConfiguration === undefined
      ? {}
      : { networkConfiguration: settings.networkConfiguration }),
  };
}
