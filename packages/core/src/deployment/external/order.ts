import type { CreateTaskSetRequest, Service, TaskSet } from '@aws-sdk/client-ecs';
import { clientTokenOf } from '../../task/client-token.ts';
import type { RunFacts } from '../../world/host.ts';
import { shortTaskDefinition } from '../rollout.ts';

/** CreateTaskSet takes 36 characters: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateTaskSet.html */
const tokenLength = 36;

/** Nothing in the API reference limits an external id; more than this would hardly be read. */
const longestExternalId = 128;
const after = '/after/';

/**
 * By which mark a later run finds the task set that this one makes: the task definition's; a forced deployment of
 * what is live already needs one of its own, the same for every attempt of the run.
 */
export const markOf = (taskDefinition: string, run: RunFacts, force: boolean): string =>
  `landfall/${shortTaskDefinition(taskDefinition)}${force ? `/${run.origin ?? run.id}` : ''}`.slice(
    0,
    longestExternalId,
  );

export const isMarked = (externalId: string | undefined, mark: string): boolean =>
  externalId === mark || externalId?.startsWith(`${mark}${after}`) === true;

/**
 * The mark, and the revision that was live and healthy before: ECS keeps no history of task sets, and this is what
 * `rollback-service` goes back to.
 */
export function externalIdOf(mark: string, taskDefinition: string, live: TaskSet | undefined): string {
  const before = live?.taskDefinition === taskDefinition ? revisionBefore(live) : healthy(live);
  const all = before === undefined ? mark : `${mark}${after}${before}`;
  return all.length > longestExternalId ? mark : all;
}

const healthy = (live: TaskSet | undefined) =>
  live?.stabilityStatus === 'STEADY_STATE' && live.taskDefinition !== undefined
    ? shortTaskDefinition(live.taskDefinition)
    : undefined;

/** `web:1`, what was live and healthy before this task set, where it was noted. */
export function revisionBefore({ externalId = '' }: TaskSet): string | undefined {
  const at = externalId.startsWith('landfall/') ? externalId.lastIndexOf(after) : -1;
  return at < 0 ? undefined : externalId.slice(at + after.length);
}

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
