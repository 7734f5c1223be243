import type {
  LaunchType,
  LoadBalancer,
  NetworkConfiguration,
  PropagateTags,
  TaskOverride,
} from '@aws-sdk/client-ecs';
import { containerArn, taskArn } from '../model/arns.ts';
import type { EcsContext } from '../model/ecs-context.ts';
import type { ContainerRecord, Tags, TaskDefinitionRecord, TaskRecord } from '../model/records.ts';
import type { TaskOutcome } from '../task-rules/task-rule.ts';

export interface TaskOrder {
  readonly cluster: string;
  readonly definition: TaskDefinitionRecord;
  readonly group: string;
  readonly startedBy?: string | undefined;
  readonly service?: string | undefined;
  readonly serviceName?: string | undefined;
  readonly deploymentId?: string | undefined;
  readonly launchType?: LaunchType | undefined;
  readonly capacityProviderName?: string | undefined;
  readonly platformVersion?: string | undefined;
  readonly enableExecuteCommand?: boolean | undefined;
  readonly overrides?: TaskOverride | undefined;
  readonly networkConfiguration?: NetworkConfiguration | undefined;
  readonly loadBalancers?: readonly LoadBalancer[] | undefined;
  readonly propagateTags?: PropagateTags | undefined;
  readonly tags?: Tags | undefined;
  /** Image digests that the service revision pinned, by container name. */
  readonly digests?: ReadonlyMap<string, string> | undefined;
}

/** The outcome of the next such task. With a `placement` outcome no task is made. */
export function nextOutcome(ecs: EcsContext, order: TaskOrder): TaskOutcome | undefined {
  return ecs.taskRules.next({
    images: (order.definition.content.containerDefinitions ?? []).map((container) => container.image ?? ''),
    family: order.definition.family,
    taskDefinition: order.definition.arn,
    service: order.serviceName,
    group: order.group,
  });
}

export function newTask(ecs: EcsContext, order: TaskOrder): TaskRecord {
  const { definition } = order;
  const id = ecs.ids.task();
  const awsvpc = definition.content.networkMode === 'awsvpc';
  const targetGroups = (order.loadBalancers ?? []).flatMap((balancer) => balancer.targetGroupArn ?? []);
  return {
    id,
    arn: taskArn(ecs.place, order.cluster, id),
    cluster: order.cluster,
    taskDefinition: definition.arn,
    group: order.group,
    startedBy: order.startedBy,
    service: order.service,
    deploymentId: order.deploymentId,
    launchType: order.launchType,
    capacityProviderName: order.capacityProviderName,
    platformVersion: order.launchType === 'FARGATE' ? platformOf(order.platformVersion) : undefined,
    enableExecuteCommand: order.enableExecuteCommand ?? false,
    overrides: order.overrides ?? {},
    networkConfiguration: order.networkConfiguration,
    targetGroups,
    containers: (definition.content.containerDefinitions ?? []).map((container): ContainerRecord => {
      const digest = order.digests?.get(container.name!);
      return {
        name: container.name!,
        arn: containerArn(ecs.place, order.cluster, id, ecs.ids.uuid()),
        image: container.image!,
        essential: container.essential ?? true,
        ...(digest === undefined ? {} : { imageDigest: digest }),
        lastStatus: 'PENDING',
        healthStatus: 'UNKNOWN',
        checked: container.healthCheck !== undefined,
        networkBindings: [],
      };
    }),
    eni: awsvpc
      ? {
          id: `eni-${id.slice(0, 17)}`,
          attachment: ecs.ids.uuid(),
          address: `10.0.${parseInt(id.slice(0, 2), 16)}.${parseInt(id.slice(2, 4), 16)}`,
        }
      : undefined,
    lastStatus: 'PROVISIONING',
    desiredStatus: 'RUNNING',
    healthy: false,
    targetHealth: 'none',
    version: 1,
    createdAt: ecs.clock.now(),
    tags: { ...(order.propagateTags === 'TASK_DEFINITION' ? definition.tags : {}), ...order.tags },
  };
}

const platformOf = (version: string | undefined): string =>
  version === undefined || version === 'LATEST' ? '1.4.0' : version;
