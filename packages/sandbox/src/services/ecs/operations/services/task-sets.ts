import type {
  CreateTaskSetRequest,
  CreateTaskSetResponse,
  DeleteTaskSetRequest,
  DeleteTaskSetResponse,
  DescribeTaskSetsRequest,
  DescribeTaskSetsResponse,
  Scale,
  UpdateServicePrimaryTaskSetRequest,
  UpdateServicePrimaryTaskSetResponse,
  UpdateTaskSetRequest,
  UpdateTaskSetResponse,
} from '@aws-sdk/client-ecs';
import { AwsFault } from '../../../../api/aws-service.ts';
import { handlersOf } from '../../../../api/handlers.ts';
import { nameOf, taskSetArn } from '../../model/arns.ts';
import type { EcsContext } from '../../model/ecs-context.ts';
import { invalid, unsupported } from '../../model/faults.ts';
import type { ServiceRecord, TaskSetRecord } from '../../model/records.ts';
import { tagsFrom } from '../../views/tags.ts';
import { taskSetView } from '../../views/task-set.ts';
import { findActiveService, findCluster, usableTaskDefinition } from '../lookup.ts';
import type { Operation, Operations } from '../operations.ts';
import { checkLaunchType, checkLoadBalancers, checkNetwork } from './check-service.ts';
import { withDefaults } from './service-defaults.ts';

const MOST = 5;

function find(
  { ecs }: Operations,
  input: { cluster?: string | undefined; service?: string | undefined },
): ServiceRecord {
  const service = findActiveService(ecs, findCluster(ecs, input.cluster), input.service);
  if ((service.settings.deploymentController?.type ?? 'ECS') === 'ECS') {
    throw unsupported(
      'Task sets are only supported with the CODE_DEPLOY and EXTERNAL deployment controllers.',
    );
  }
  return service;
}

function findSet(service: ServiceRecord, reference: string | undefined): TaskSetRecord {
  const id = nameOf(reference ?? '');
  const found = service.taskSets.find((candidate) => nameOf(candidate.id) === id);
  if (found === undefined) {
    throw new AwsFault('TaskSetNotFoundException', 'The specified task set was not found.');
  }
  return found;
}

function touched({ ecs, scheduler }: Operations, service: ServiceRecord, taskSet: TaskSetRecord): void {
  taskSet.updatedAt = ecs.clock.now();
  taskSet.stabilityStatus = 'STABILIZING';
  taskSet.stabilityStatusAt = taskSet.updatedAt;
  scheduler.wake(service);
  ecs.changed();
}

const CreateTaskSet: Operation<CreateTaskSetRequest, CreateTaskSetResponse> = (operations, input) => {
  const { ecs } = operations;
  const service = find(operations, input);
  const again = service.taskSets.find(
    (set) => set.clientToken !== undefined && set.clientToken === input.clientToken,
  );
  if (again !== undefined) return { taskSet: taskSetView(ecs, service, again, true) };
  const definition = usableTaskDefinition(ecs, input.taskDefinition);
  checkNetwork(definition, input.networkConfiguration);
  checkLaunchType(definition, input.launchType);
  checkLoadBalancers(definition, input.loadBalancers);
  if (service.taskSets.length >= MOST) {
    throw invalid(
      `${MOST} deployments exist on the service. Unable to create new TaskSet since this exceeds the maximum limit.`,
    );
  }
  const { launchType = input.capacityProviderStrategy === undefined ? 'EC2' : undefined, ...rest } = input;
  const settings = withDefaults({
    ...rest,
    ...(launchType === undefined ? {} : { launchType }),
    taskDefinition: definition.arn,
  });
  const taskSet = newTaskSet(ecs, service, settings, 'ACTIVE');
  service.taskSets.unshift(taskSet);
  touched(operations, service, taskSet);
  return { taskSet: taskSetView(ecs, service, taskSet, true) };
};

const DescribeTaskSets: Operation<DescribeTaskSetsRequest, DescribeTaskSetsResponse> = (
  operations,
  input,
) => {
  const { ecs } = operations;
  const service = find(operations, input);
  const withTags = input.include?.includes('TAGS') ?? false;
  if (input.taskSets === undefined || input.taskSets.length === 0) {
    return {
      taskSets: service.taskSets.map((set) => taskSetView(ecs, service, set, withTags)),
      failures: [],
    };
  }
  if (input.taskSets.length > 100) throw invalid('taskSets can have at most 100 items.');
  const taskSets = [];
  const failures = [];
  for (const reference of input.taskSets) {
    const found = service.taskSets.find((set) => nameOf(set.id) === nameOf(reference));
    if (found === undefined) failures.push({ arn: reference, reason: 'MISSING' });
    else taskSets.push(taskSetView(ecs, service, found, withTags));
  }
  return { taskSets, failures };
};

const UpdateTaskSet: Operation<UpdateTaskSetRequest, UpdateTaskSetResponse> = (operations, input) => {
  const { ecs } = operations;
  const service = find(operations, input);
  const taskSet = findSet(service, input.taskSet);
  taskSet.scale = scaleFrom(input.scale);
  touched(operations, service, taskSet);
  return { taskSet: taskSetView(ecs, service, taskSet, false) };
};

const DeleteTaskSet: Operation<DeleteTaskSetRequest, DeleteTaskSetResponse> = (operations, input) => {
  const { ecs } = operations;
  const service = find(operations, input);
  const taskSet = findSet(service, input.taskSet);
  if (input.force !== true && (taskSet.scale.value ?? 0) > 0) {
    throw invalid('The task set cannot be deleted while it is scaled above 0.');
  }
  taskSet.status = 'DRAINING';
  taskSet.deletedAt ??= ecs.clock.now();
  touched(operations, service, taskSet);
  return { taskSet: taskSetView(ecs, service, taskSet, false) };
};

const UpdateServicePrimaryTaskSet: Operation<
  UpdateServicePrimaryTaskSetRequest,
  UpdateServicePrimaryTaskSetResponse
> = (operations, input) => {
  const { ecs } = operations;
  const service = find(operations, input);
  const taskSet = findSet(service, input.primaryTaskSet);
  makePrimary(service, taskSet);
  touched(operations, service, taskSet);
  return { taskSet: taskSetView(ecs, service, taskSet, false) };
};

export const taskSetOperations = (operations: Operations) =>
  handlersOf(operations, {
    CreateTaskSet,
    DescribeTaskSets,
    UpdateTaskSet,
    DeleteTaskSet,
    UpdateServicePrimaryTaskSet,
  });

/** What a CODE_DEPLOY service runs from its creation until its first deployment. */
export function firstTaskSet(ecs: EcsContext, service: ServiceRecord): TaskSetRecord {
  const { taskDefinition, launchType, platformVersion, capacityProviderStrategy } = service.settings;
  const { networkConfiguration, loadBalancers, serviceRegistries } = service.settings;
  const settings = {
    cluster: service.cluster,
    service: service.name,
    taskDefinition,
    launchType,
    platformVersion,
    capacityProviderStrategy,
    networkConfiguration,
    loadBalancers,
    serviceRegistries,
  };
  return newTaskSet(ecs, service, settings, 'PRIMARY');
}

/** A task set of this service at full scale. */
export function newTaskSet(
  ecs: EcsContext,
  service: ServiceRecord,
  settings: CreateTaskSetRequest,
  status: 'PRIMARY' | 'ACTIVE',
  startedBy?: string,
): TaskSetRecord {
  const id = `ecs-svc/${ecs.ids.deployment()}`;
  const now = ecs.clock.now();
  return {
    id,
    arn: taskSetArn(ecs.place, service.cluster, service.name, id),
    startedBy,
    externalId: settings.externalId,
    clientToken: settings.clientToken,
    status,
    hadTraffic: status === 'PRIMARY',
    settings,
    taskDefinition: settings.taskDefinition!,
    scale: scaleFrom(settings.scale),
    createdAt: now,
    updatedAt: now,
    stabilityStatus: 'STABILIZING',
    stabilityStatusAt: now,
    tags: tagsFrom(settings.tags),
  };
}

/** The service takes over what its primary task set runs. */
export function makePrimary(service: ServiceRecord, taskSet: TaskSetRecord): void {
  for (const other of service.taskSets) if (other.status === 'PRIMARY') other.status = 'ACTIVE';
  taskSet.status = 'PRIMARY';
  taskSet.hadTraffic = true;
  service.settings = { ...service.settings, taskDefinition: taskSet.taskDefinition };
}

function scaleFrom(scale: Scale | undefined): Scale {
  const value = scale?.value ?? 100;
  if (value < 0 || value > 100) throw invalid('Scale value must be between 0 and 100.');
  return { unit: scale?.unit ?? 'PERCENT', value };
}
