import type { CreateTaskSetRequest, Service, TaskSet } from '@aws-sdk/client-ecs';
import { nameInArn } from '../../../account/arn.ts';
import { clientTokenOf } from '../../../ecs/client-token.ts';
import { shortTaskDefinition } from '../../../ecs/short-names.ts';
import { isByLandfall } from '../../../ecs/task-sets.ts';
import type { RunFacts } from '../../../world/host.ts';

/** CreateTaskSet takes 36 characters: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateTaskSet.html */
const tokenLength = 36;

/** Nothing in the API reference limits an external id; more than this would hardly be read. */
const longestExternalId = 128;
const replaces = '/replaces/';
const after = '/after/';
const undoes = '/undoes/';

/**
 * By which mark a later run finds the task set that this one makes: the task definition's; a forced deployment of
 * what is live already needs one of its own, the same for every attempt of the run.
 */
export const markOf = (taskDefinition: string, forcedBy?: RunFacts): string =>
  `landfall/${shortTaskDefinition(taskDefinition)}${forcedBy ? `/${forcedBy.origin ?? forcedBy.id}` : ''}`.slice(
    0,
    longestExternalId,
  );

export const isMarked = (externalId: string | undefined, mark: string): boolean =>
  externalId === mark || [replaces, after, undoes].some((part) => externalId?.startsWith(`${mark}${part}`));

/**
 * The mark; the task set that is replaced, so that a run that resumes this one knows which is to go; and the
 * revision that was live and healthy before, which `rollback-service` rolls back to: ECS keeps no history of
 * task sets. A rollback notes what it has undone instead: nothing may be rolled back to that.
 */
export function externalIdOf(
  mark: string,
  taskDefinition: string,
  live: TaskSet | undefined,
  isRollback = false,
): string {
  const before = live?.taskDefinition === taskDefinition ? revisionBefore(live) : healthy(live);
  const undone = isRollback ? live?.taskDefinition : undefined;
  const past = undone ? `${undoes}${shortTaskDefinition(undone)}` : before && `${after}${before}`;
  return [live?.id && `${replaces}${nameInArn(live.id)}`, past].reduce<string>(
    (id, part) => (part && id.length + part.length <= longestExternalId ? `${id}${part}` : id),
    mark,
  );
}

const healthy = (live: TaskSet | undefined) =>
  live?.stabilityStatus === 'STEADY_STATE' && live.taskDefinition !== undefined
    ? shortTaskDefinition(live.taskDefinition)
    : undefined;

/** `web:1`, what was live and healthy before this task set, where it was noted. */
export const revisionBefore = (taskSet: TaskSet): string | undefined => noted(taskSet, after);

/** `web:2`, what a rollback to this task set has undone. */
export const revisionUndone = (taskSet: TaskSet): string | undefined => noted(taskSet, undoes);

function noted(taskSet: TaskSet, part: string): string | undefined {
  const { externalId = '' } = taskSet;
  const at = isByLandfall(taskSet) ? externalId.lastIndexOf(part) : -1;
  return at < 0 ? undefined : externalId.slice(at + part.length);
}

/** Whether `taskSet` was made to replace `other`. */
export const isReplaced = (other: TaskSet, taskSet: TaskSet): boolean =>
  other.id !== undefined &&
  isByLandfall(taskSet) &&
  `${taskSet.externalId}/`.includes(`${replaces}${nameInArn(other.id)}/`);

/** The new task set at full size, in everything but the task definition like the one that is live. */
export function taskSetOrder(
  place: { readonly cluster: string; readonly service: string },
  like: TaskSet | Service,
  made: {
    readonly taskDefinition: string;
    readonly externalId: string;
    readonly run: RunFacts;
    /** A task set that answered to the same token before, and is being deleted. */
    readonly instead?: string | undefined;
  },
): CreateTaskSetRequest {
  const { networkConfiguration, loadBalancers, serviceRegistries, capacityProviderStrategy } = like;
  const byProvider = (capacityProviderStrategy?.length ?? 0) > 0;
  const what = [place.cluster, place.service, made.externalId, ...(made.instead ? [made.instead] : [])];
  return {
    ...place,
    externalId: made.externalId,
    taskDefinition: made.taskDefinition,
    scale: { unit: 'PERCENT', value: 100 },
    // The same for every attempt of a run: the task set that one has made may not show yet when the next one begins.
    clientToken: clientTokenOf({ ...made.run, id: made.run.origin ?? made.run.id, attempt: 1 }, what).slice(
      -tokenLength,
    ),
    ...(networkConfiguration && { networkConfiguration }),
    ...(loadBalancers && loadBalancers.length > 0 && { loadBalancers }),
    ...(serviceRegistries && serviceRegistries.length > 0 && { serviceRegistries }),
    ...(byProvider ? { capacityProviderStrategy } : like.launchType && { launchType: like.launchType }),
    ...(like.platformVersion !== undefined && { platformVersion: like.platformVersion }),
  };
}
