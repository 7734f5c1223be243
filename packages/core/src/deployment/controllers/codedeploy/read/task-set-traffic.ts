import type { Service, TaskSet } from '@aws-sdk/client-ecs';
import { isOfDeployment, primaryTaskSet } from '../../../../ecs/task-sets.ts';
import type { Rollout, TrackedDeployment } from '../../../rollout/rollout.ts';
import { isTaskSetLive } from '../../../rules/task-set.ts';
import { whose } from '../../../rules/whose.ts';

/** A service that CodeDeploy has not deployed to yet is followed by its first task set. */
export const isTaskSet = ({ deploymentId }: Pick<TrackedDeployment, 'deploymentId'>): boolean =>
  deploymentId.startsWith('ecs-svc/');

/** What a deployment that is in progress replaces: it may have lost the traffic to it already. */
export function replacedBy({ taskSets = [] }: Service, deploymentId: string): TaskSet | undefined {
  const own = taskSets.find((one) => isOfDeployment(one, deploymentId));
  const time = (one: TaskSet) => one.createdAt?.getTime() ?? 0;
  const others = taskSets
    .filter((one) => one !== own && one.status !== 'DRAINING' && (!own || time(one) <= time(own)))
    .toSorted((a, b) => time(b) - time(a));
  return others.find((one) => one.status === 'PRIMARY') ?? others[0];
}

/** What was made after a deployment, and is not on its way out. */
export function startedAfter(service: Service | undefined, deploymentId: string): readonly TaskSet[] {
  const sets = service?.taskSets ?? [];
  const madeAt = sets.find((one) => isOfDeployment(one, deploymentId))?.createdAt;
  return sets.filter((one) => one.status === 'ACTIVE' && madeAt && one.createdAt && one.createdAt > madeAt);
}

/** Who has the production traffic, as ECS shows it. */
type Traffic =
  | { readonly on: 'nothing' }
  | {
      readonly on: 'ours' | 'earlier' | 'other';
      readonly primary: TaskSet;
      /** It is steady and runs what makes it live. */
      readonly isLive: boolean;
    };

export function trafficOf({ ours, service }: Pick<Rollout, 'ours' | 'service'>): Traffic {
  const primary = primaryTaskSet(service);
  if (!primary) return { on: 'nothing' };
  const earlier = new Set([...(ours.earlier ?? []), ...(ours.previous ? [ours.previous.deploymentId] : [])]);
  const id = primary.id ?? '';
  const own = isOfDeployment(primary, ours.deploymentId) ? id : ours.deploymentId;
  return { on: whose(id, { ours: own, earlier }), primary, isLive: isTaskSetLive(primary, service) };
}
