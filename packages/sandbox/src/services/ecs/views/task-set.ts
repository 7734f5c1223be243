import type { TaskSet } from '@aws-sdk/client-ecs';
import { computedDesired } from '../deployments/task-sets.ts';
import { clusterArn } from '../model/arns.ts';
import type { EcsContext } from '../model/ecs-context.ts';
import type { ServiceRecord, TaskSetRecord } from '../model/records.ts';
import { countsByDeployment, NO_COUNTS } from './counts.ts';
import { launchView } from './launch.ts';
import { moment } from './moment.ts';
import { tagList } from './tags.ts';

export function taskSetView(
  ecs: EcsContext,
  service: ServiceRecord,
  taskSet: TaskSetRecord,
  withTags: boolean,
): TaskSet {
  const counts = countsByDeployment(ecs, service).get(taskSet.id) ?? NO_COUNTS;
  const { settings } = taskSet;
  return {
    id: taskSet.id,
    taskSetArn: taskSet.arn,
    serviceArn: service.arn,
    clusterArn: clusterArn(ecs.place, service.cluster),
    ...(taskSet.startedBy === undefined ? {} : { startedBy: taskSet.startedBy }),
    ...(taskSet.externalId === undefined ? {} : { externalId: taskSet.externalId }),
    status: taskSet.status,
    taskDefinition: taskSet.taskDefinition,
    computedDesiredCount: computedDesired(service, taskSet),
    pendingCount: counts.pending,
    runningCount: counts.running,
    createdAt: moment(taskSet.createdAt),
    updatedAt: moment(taskSet.updatedAt),
    ...launchView(settings),
    loadBalancers: settings.loadBalancers ?? [],
    serviceRegistries: settings.serviceRegistries ?? [],
    scale: taskSet.scale,
    stabilityStatus: taskSet.stabilityStatus,
    stabilityStatusAt: moment(taskSet.stabilityStatusAt),
    tags: withTags ? tagList(taskSet.tags) : [],
  };
}
