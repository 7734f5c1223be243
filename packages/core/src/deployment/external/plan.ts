import type { TaskSet, UpdateServiceRequest } from '@aws-sdk/client-ecs';
import { primaryTaskSet } from '../code-deploy/task-sets.ts';
import type { Plan, Settings } from '../plan-terms.ts';
import { shortTaskDefinition } from '../rollout.ts';
import type { Target } from '../target.ts';

export const isExternal = ({ service }: Target): boolean => service.deploymentController?.type === 'EXTERNAL';

/** What will be done to a service of the EXTERNAL controller: its settings by UpdateService, the rest by a task set. */
export function planByTaskSets(
  target: Target,
  wanted: string | undefined,
  settings: Settings,
  changes: Partial<UpdateServiceRequest>,
): Plan {
  const force = settings.forceNewDeployment === true;
  const primary = primaryTaskSet(target.service);
  // Not the service's own task definition: that stays when its primary task set is deleted.
  const same = wanted !== undefined && primary?.taskDefinition === wanted;
  if (same && !force && Object.keys(changes).length === 0) {
    const name = shortTaskDefinition(wanted);
    const undone = unfinished(target);
    return undone === undefined
      ? { kind: 'unchanged', reason: `${name} is already live and nothing else was asked for` }
      : { kind: 'adopt', reason: `${name} is the primary task set, ${undone}` };
  }
  const none = (settings.desiredCount ?? target.service.desiredCount) === 0;
  return {
    kind: 'update',
    startsDeployment: !same || force,
    warnings: none
      ? [`the desired count of ${target.name} is 0: no task will run, so the new version is not exercised`]
      : [],
    request: { cluster: target.cluster, service: target.name, ...changes },
  };
}

/** What is left to be done until the primary task set is live: a run that was killed left it so. */
export function unfinished({ service }: Target): string | undefined {
  const primary = primaryTaskSet(service);
  const older = (service.taskSets ?? []).some(
    (one) => one.id !== primary?.id && timeOf(one) < timeOf(primary),
  );
  if (older) return 'and an older one is left';
  return primary && !isSteady(primary) ? 'and is not steady yet' : undefined;
}

export const isSteady = (one: TaskSet) =>
  one.stabilityStatus === 'STEADY_STATE' &&
  (one.pendingCount ?? 0) === 0 &&
  (one.runningCount ?? 0) === (one.computedDesiredCount ?? 0);

export const timeOf = (taskSet: TaskSet | undefined): number => taskSet?.createdAt?.getTime() ?? 0;
