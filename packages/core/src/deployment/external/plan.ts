import type { TaskSet, UpdateServiceRequest } from '@aws-sdk/client-ecs';
import { liveTaskDefinition, primaryTaskSet } from '../code-deploy/task-sets.ts';
import type { Plan, Settings } from '../plan.ts';
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
  const same = wanted !== undefined && liveTaskDefinition(target.service) === wanted;
  const left = leftOver(target, primaryTaskSet(target.service));
  if (same && !force && left.length === 0 && Object.keys(changes).length === 0)
    return {
      kind: 'unchanged',
      reason: `${shortTaskDefinition(wanted)} is already live and nothing else was asked for`,
    };
  if (same && !force && left.length > 0 && Object.keys(changes).length === 0)
    return {
      kind: 'adopt',
      reason: `${shortTaskDefinition(wanted)} is the primary task set, and an older one is left`,
    };
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

/** Task sets from before the primary one: a run that was killed left them. */
const leftOver = ({ service }: Target, primary: TaskSet | undefined) =>
  (service.taskSets ?? []).filter((one) => one.id !== primary?.id && timeOf(one) < timeOf(primary));

export const timeOf = (taskSet: TaskSet | undefined): number => taskSet?.createdAt?.getTime() ?? 0;
