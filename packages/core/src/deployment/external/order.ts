import type { CreateTaskSetRequest, Service, TaskSet } from '@aws-sdk/client-ecs';
import { clientTokenOf } from '../../task/client-token.ts';
import type { RunFacts } from '../../world/host.ts';
import { shortTaskDefinition } from '../rollout.ts';

/** CreateTaskSet takes 36 characters: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateTaskSet.html */
const tokenLength = 36;

/**
 * By which name a later run finds the task set that this one makes: the task definition's; a forced deployment of
 * what is live already needs one of its own, the same for every attempt of the run.
 */
export const externalIdOf = (taskDefinition: string, run: RunFacts, force: boolean): string =>
  `landfall/${shortTaskDefinition(taskDefinition)}${force ? `/${run.id}` : ''}`.slice(0, 128);

/** The new task set at full size, in everything but the task definition like the one that is live. */
export function taskSetOrder(
  place: { readonly cluster: string; readonly service: string },
  like: TaskSet | Service,
  made: { readonly taskDefinition: string; readonly externalId: string; readonly run: RunFacts },
): CreateTaskSetRequest {
  const { networkConfiguration, loadBalancers, serviceRegistries, capacityProviderStrategy } = like;
  const byProvider = (capacityProviderStrategy?.length ?? 0) > 0;
  return {
    ...place,
    externalId: made.externalId,
    taskDefinition: made.taskDefinition,
    scale: { unit: 'PERCENT', value: 100 },
    clientToken: clientTokenOf(made.run, [place.cluster, place.service, made.externalId]).slice(-tokenLength),
    ...(networkConfiguration && { networkConfiguration }),
    ...(loadBalancers && loadBalancers.length > 0 && { loadBalancers }),
    ...(serviceRegistries && serviceRegistries.length > 0 && { serviceRegistries }),
    ...(byProvider ? { capacityProviderStrategy } : like.launchType && { launchType: like.launchType }),
    ...(like.platformVersion !== undefined && { platformVersion: like.platformVersion }),
  };
}
