import type { Service, TaskSet } from '@aws-sdk/client-ecs';
import { shortTaskDefinition } from '../../../ecs/short-names.ts';
import { isByLandfall, primaryTaskSet } from '../../../ecs/task-sets.ts';
import type { RunFacts } from '../../../world/host.ts';
import { changedSettings } from '../../plan/plan.ts';
import { alreadyLive, type Plan, type Settings } from '../../plan/plan-types.ts';
import { isTaskSetLive, scaleOf } from '../../rules/task-set.ts';
import type { Target } from '../../service/read-service-targets.ts';
import { standingSentence } from '../../verdict/live-revision.ts';
import { isMarked, isReplaced, markOf } from './create-task-set-request.ts';
import { notedAsReplaced } from './replaced.ts';

/** What will be done to a service of the EXTERNAL controller: its settings by UpdateService, the rest by a task set. */
export function planByTaskSets(target: Target, wanted: string | undefined, settings: Settings): Plan {
  const changes = changedSettings(target, settings);
  const force = settings.forceNewDeployment === true;
  const begun = wanted === undefined || force ? undefined : begunTaskSet(target, wanted);
  if (begun && Object.keys(changes).length === 0) {
    const name = shortTaskDefinition(wanted);
    if (begun.status !== 'PRIMARY')
      return { kind: 'adopt', reason: `task set ${begun.id} of ${name} already exists` };
    const left = unfinished(target);
    return left === undefined
      ? { kind: 'unchanged', reason: standingSentence(target.service, wanted, alreadyLive) }
      : { kind: 'adopt', reason: `${name} is the primary task set, ${left}` };
  }
  const none = (settings.desiredCount ?? target.service.desiredCount) === 0;
  return {
    kind: 'update',
    startsDeployment: !begun,
    warnings: none
      ? [`the desired count of ${target.name} is 0: no task will run, so the new version is not tested`]
      : [],
    request: { cluster: target.cluster, service: target.name, ...changes },
  };
}

/**
 * The task set that a deployment would come to: the primary one of this revision, unless another one is forced, or one
 * that a run of Landfall has begun. One that was scaled down since is not what a deployment would make.
 */
export function begunTaskSet(
  { service }: Target,
  taskDefinition: string,
  forcedBy?: RunFacts,
): TaskSet | undefined {
  const mark = markOf(taskDefinition, forcedBy);
  const same = (service.taskSets ?? []).filter(
    (one) => one.taskDefinition === taskDefinition && one.status !== 'DRAINING' && scaleOf(one) === 100,
  );
  // Not the service's own task definition: that stays when its primary task set is deleted.
  const primary = primaryTaskSet(service);
  const live = same.find((one) => one === primary && !isBeingReplaced(service, primary));
  if (live && !forcedBy) return live;
  // What goes when the primary one is live is on its way out, although a read may still show it ACTIVE.
  const isLeft = (one: TaskSet) =>
    primary !== undefined &&
    (isReplaced(one, primary) || (isByLandfall(primary) && timeOf(one) < timeOf(primary)));
  const isStanding = (one: TaskSet) => (one === primary ? one === live : !isLeft(one));
  return same.find((one) => isMarked(one.externalId, mark) && isStanding(one));
}

/**
 * A run has begun to replace the primary task set, and may still be doing so: that is resumed, or superseded
 * itself.
 */
const isBeingReplaced = ({ taskSets = [] }: Service, primary: TaskSet): boolean =>
  taskSets.some(
    (one) =>
      one.status === 'ACTIVE' && isByLandfall(one) && timeOf(one) > timeOf(primary) && scaleOf(one) > 0,
  );

/** What is left to be done until the primary task set is live: a run that was killed left it so. */
export function unfinished({ service }: Target): string | undefined {
  const primary = primaryTaskSet(service);
  if (!primary) return undefined;
  const noted = notedAsReplaced(service, primary.id);
  const isOlderLeft = (service.taskSets ?? []).some(
    (one) => one.status !== 'DRAINING' && (goesFor(one, primary) || noted?.has(one.id ?? '')),
  );
  if (isOlderLeft) return 'and an older one is left';
  return isTaskSetLive(primary, service) ? undefined : 'and has not reached steady state yet';
}

/** Whether a task set goes when `ours` is PRIMARY: what it replaces, and what other runs of Landfall have left. */
export const goesFor = (one: TaskSet, ours: TaskSet, previousId?: string): boolean =>
  one.id !== ours.id &&
  timeOf(one) <= timeOf(ours) &&
  (one.id === previousId || isByLandfall(one) || isReplaced(one, ours));

export const timeOf = (taskSet: TaskSet | undefined): number => taskSet?.createdAt?.getTime() ?? 0;
