import type { Attachment, Container, ContainerDefinition, Task } from '@aws-sdk/client-ecs';
import { clusterArn } from '../model/arns.ts';
import type { EcsContext } from '../model/ecs-context.ts';
import type { ContainerRecord, TaskRecord } from '../model/records.ts';
import { moment, optionalMoment } from './moment.ts';
import { tagList } from './tags.ts';

/** GiB that a task on Fargate has when its definition does not say. */
const FARGATE_STORAGE = 20;

export function taskView(ecs: EcsContext, task: TaskRecord, withTags: boolean): Task {
  const definition = ecs.state.taskDefinitions.get(task.taskDefinition);
  return {
    taskArn: task.arn,
    clusterArn: clusterArn(ecs.place, task.cluster),
    taskDefinitionArn: task.taskDefinition,
    group: task.group,
    ...(task.startedBy === undefined ? {} : { startedBy: task.startedBy }),
    ...(task.launchType === undefined ? {} : { launchType: task.launchType }),
    ...(task.capacityProviderName === undefined ? {} : { capacityProviderName: task.capacityProviderName }),
    ...(task.platformVersion === undefined
      ? {}
      : { platformVersion: task.platformVersion, platformFamily: 'Linux' }),
    ...(definition?.content.cpu === undefined ? {} : { cpu: task.overrides.cpu ?? definition.content.cpu }),
    ...(definition?.content.memory === undefined
      ? {}
      : { memory: task.overrides.memory ?? definition.content.memory }),
    availabilityZone: `${ecs.place.region}${'abc'[parseInt(task.id[0]!, 16) % 3]}`,
    attachments: task.eni === undefined ? [] : [attachmentView(task)],
    attributes: [{ name: 'ecs.cpu-architecture', value: 'x86_64' }],
    connectivity: 'CONNECTED',
    containers: task.containers.map((container) =>
      containerView(
        task,
        container,
        definition?.content.containerDefinitions?.find(({ name }) => name === container.name),
      ),
    ),
    desiredStatus: task.desiredStatus,
    lastStatus: task.lastStatus,
    healthStatus: healthOf(task.containers),
    enableExecuteCommand: task.enableExecuteCommand,
    overrides: {
      ...task.overrides,
      containerOverrides: task.overrides.containerOverrides ?? task.containers.map(({ name }) => ({ name })),
      inferenceAcceleratorOverrides: task.overrides.inferenceAcceleratorOverrides ?? [],
    },
    ...(task.launchType === 'FARGATE'
      ? {
          ephemeralStorage: task.overrides.ephemeralStorage ??
            definition?.content.ephemeralStorage ?? { sizeInGiB: FARGATE_STORAGE },
        }
      : {}),
    version: task.version,
    createdAt: moment(task.createdAt),
    ...(task.startedAt === undefined ? {} : { connectivityAt: moment(task.startedAt) }),
    ...optionalMoment('pullStartedAt', task.pullStartedAt),
    ...optionalMoment('pullStoppedAt', task.pullStoppedAt),
    ...optionalMoment('startedAt', task.startedAt),
    ...optionalMoment('stoppingAt', task.stoppingAt),
    ...optionalMoment('executionStoppedAt', task.executionStoppedAt),
    ...optionalMoment('stoppedAt', task.stoppedAt),
    ...(task.stopCode === undefined ? {} : { stopCode: task.stopCode }),
    ...(task.stoppedReason === undefined ? {} : { stoppedReason: task.stoppedReason }),
    tags: withTags ? tagList(task.tags) : [],
  };
}

function containerView(
  task: TaskRecord,
  container: ContainerRecord,
  definition: ContainerDefinition | undefined,
): Container {
  const given = {
    ...definition,
    ...task.overrides.containerOverrides?.find(({ name }) => name === container.name),
  };
  return {
    containerArn: container.arn,
    taskArn: task.arn,
    name: container.name,
    image: container.image,
    ...(container.imageDigest === undefined ? {} : { imageDigest: container.imageDigest }),
    ...(container.runtimeId === undefined ? {} : { runtimeId: container.runtimeId }),
    lastStatus: container.lastStatus,
    ...(container.exitCode === undefined ? {} : { exitCode: container.exitCode }),
    ...(container.reason === undefined ? {} : { reason: container.reason }),
    healthStatus: container.healthStatus,
    networkBindings: container.networkBindings,
    networkInterfaces:
      task.eni === undefined
        ? []
        : [{ attachmentId: task.eni.attachment, privateIpv4Address: task.eni.address }],
    ...(task.enableExecuteCommand
      ? { managedAgents: [{ name: 'ExecuteCommandAgent', lastStatus: container.lastStatus }] }
      : {}),
    cpu: String(given.cpu ?? 0),
    ...(given.memory === undefined ? {} : { memory: String(given.memory) }),
    ...(given.memoryReservation === undefined ? {} : { memoryReservation: String(given.memoryReservation) }),
  };
}

function attachmentView(task: TaskRecord): Attachment {
  const eni = task.eni!;
  const subnet = task.networkConfiguration?.awsvpcConfiguration?.subnets?.[0] ?? 'subnet-0';
  const gone = task.lastStatus === 'STOPPED' || task.lastStatus === 'DEPROVISIONING';
  return {
    id: eni.attachment,
    type: 'ElasticNetworkInterface',
    status: gone ? 'DELETED' : task.lastStatus === 'PROVISIONING' ? 'PRECREATED' : 'ATTACHED',
    details: [
      { name: 'subnetId', value: subnet },
      { name: 'networkInterfaceId', value: eni.id },
      { name: 'privateIPv4Address', value: eni.address },
    ],
  };
}

/** A task is as healthy as the worst of its essential containers that are checked. */
function healthOf(containers: readonly ContainerRecord[]): 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN' {
  const checked = containers.filter((container) => container.checked && container.essential);
  if (checked.some((container) => container.healthStatus === 'UNHEALTHY')) return 'UNHEALTHY';
  if (checked.length === 0 || checked.some((container) => container.healthStatus === 'UNKNOWN'))
    return 'UNKNOWN';
  return 'HEALTHY';
}
