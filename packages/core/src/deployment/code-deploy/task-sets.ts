import type { Service } from '@aws-sdk/client-ecs';

/** The task set that has the production traffic. A service of the CODE_DEPLOY controller has no deployments. */
export const primaryTaskSet = (service: Service | undefined) =>
  service?.taskSets?.find((one) => one.status === 'PRIMARY');

export const liveTaskDefinition = (service: Service | undefined): string | undefined =>
  primaryTaskSet(service)?.taskDefinition ?? service?.taskDefinition;
