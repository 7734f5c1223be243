import type { ServiceDeploymentStatus } from '@aws-sdk/client-ecs';
import { primaryOf } from './deployments/deployments.ts';
import { isComplete } from './deployments/task-sets.ts';
import { serviceArn } from './model/arns.ts';
import type { EcsContext } from './model/ecs-context.ts';
import type { ServiceRecord, TaskSetRecord } from './model/records.ts';
import { liveTasks } from './model/state.ts';

/**
 * What is so, whatever an answer may say: the oracle that a verdict is checked against. Times in epoch
 * milliseconds.
 */
export interface Truth {
  readonly status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  readonly desiredCount: number;
  /** The deployment that is live: it completed, and no other has been started since. */
  readonly live:
    | { readonly deploymentId: string; readonly taskDefinition: string; readonly since: number }
    | undefined;
  /** Healthy tasks of the live deployment; 0 when none is live. */
  readonly healthyCount: number;
  /** Who answers requests now, the newest deployment first. More than one: the service runs a mix. */
  readonly serving: readonly {
    readonly deploymentId: string;
    readonly taskDefinition: string;
    readonly healthy: number;
  }[];
  /** Every service deployment, the oldest first. */
  readonly deployments: readonly {
    readonly arn: string;
    readonly deploymentId: string;
    readonly taskDefinition: string;
    readonly status: ServiceDeploymentStatus;
    readonly createdAt: number;
    /** The instant its status became one that no longer changes. */
    readonly finalAt: number | undefined;
    /** The instant its rollback began, whether that came to its end or not. */
    readonly rolledBackAt?: number | undefined;
  }[];
}

/** A service that deploys by task sets: each is a deployment, and one that has been deleted has stopped. */
function byTaskSets(service: ServiceRecord, healthy: Healthy, now: number): Truth {
  const primary = service.taskSets.find((one) => one.status === 'PRIMARY');
  // It may have become complete in this very instant.
  const completedAt = (one: TaskSetRecord) =>
    one.completedAt ?? (one === primary && isComplete(service, one) ? now : undefined);
  const since = primary && completedAt(primary);
  const live =
    service.status === 'ACTIVE' && since !== undefined
      ? { deploymentId: primary!.id, taskDefinition: primary!.taskDefinition, since }
      : undefined;
  return {
    status: service.status,
    desiredCount: service.desiredCount,
    live,
    healthyCount: live ? (healthy.get(live.deploymentId)?.healthy ?? 0) : 0,
    serving: [...healthy].reverse().map(([deploymentId, entry]) => ({ deploymentId, ...entry })),
    deployments: [...service.goneTaskSets, ...service.taskSets]
      .toSorted((a, b) => a.createdAt - b.createdAt)
      .map((one) => ({
        arn: one.arn,
        deploymentId: one.id,
        taskDefinition: one.taskDefinition,
        status:
          completedAt(one) !== undefined
            ? 'SUCCESSFUL'
            : one.deletedAt !== undefined
              ? 'STOPPED'
              : 'IN_PROGRESS',
        createdAt: one.createdAt,
        finalAt: completedAt(one) ?? one.deletedAt,
      })),
  };
}

type Healthy = ReadonlyMap<string, { readonly taskDefinition: string; readonly healthy: number }>;

export function truthOf(ecs: EcsContext, cluster: string, name: string): Truth | undefined {
  const service = ecs.state.services.get(serviceArn(ecs.place, cluster, name));
  if (service === undefined) return undefined;
  const healthy = new Map<string, { taskDefinition: string; healthy: number }>();
  for (const task of liveTasks(ecs.state, service)) {
    if (!task.healthy || task.desiredStatus !== 'RUNNING' || task.deploymentId === undefined) continue;
    const entry = healthy.get(task.deploymentId) ?? { taskDefinition: task.taskDefinition, healthy: 0 };
    entry.healthy += 1;
    healthy.set(task.deploymentId, entry);
  }
  if ((service.settings.deploymentController?.type ?? 'ECS') !== 'ECS')
    return byTaskSets(service, healthy, ecs.clock.now());
  const primary = primaryOf(service);
  const isLive = service.status === 'ACTIVE' && primary?.rolloutState === 'COMPLETED';
  const since =
    primary === undefined ? undefined : ecs.state.revisions.get(primary.revisionArn)?.revision.completedAt;
  return {
    status: service.status,
    desiredCount: service.desiredCount,
    live: isLive
      ? {
          deploymentId: primary.id,
          taskDefinition: primary.taskDefinition,
          since: since ?? primary.updatedAt,
        }
      : undefined,
    healthyCount: isLive ? (healthy.get(primary.id)?.healthy ?? 0) : 0,
    serving: [...healthy].reverse().map(([deploymentId, entry]) => ({ deploymentId, ...entry })),
    deployments: service.serviceDeployments.map((record) => ({
      arn: record.arn,
      deploymentId: record.deploymentId,
      taskDefinition: record.taskDefinition,
      status: record.status,
      createdAt: record.createdAt,
      finalAt: record.finalAt,
      rolledBackAt: record.rollback?.startedAt,
    })),
  };
}
