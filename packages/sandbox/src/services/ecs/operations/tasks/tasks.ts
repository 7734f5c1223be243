import type {
  DescribeTasksRequest,
  DescribeTasksResponse,
  Failure,
  ListTasksRequest,
  ListTasksResponse,
  RunTaskRequest,
  RunTaskResponse,
  StartTaskRequest,
  StartTaskResponse,
  StopTaskRequest,
  StopTaskResponse,
  Task,
} from '@aws-sdk/client-ecs';
import { handlersOf } from '../../../../api/handlers.ts';
import { containerInstanceArn, nameOf, taskArn } from '../../model/arns.ts';
import type { EcsContext } from '../../model/ecs-context.ts';
import { invalid, serviceNotFound } from '../../model/faults.ts';
import { page } from '../../model/paging.ts';
import type { TaskRecord } from '../../model/records.ts';
import { newTask, nextOutcome, type TaskOrder } from '../../tasks/new-task.ts';
import { tagsFrom } from '../../views/tags.ts';
import { taskView } from '../../views/task.ts';
import { findCluster, isForeign, lookService, usableTaskDefinition } from '../lookup.ts';
import type { Operation, Operations } from '../operations.ts';
import { checkLaunchType, checkNetwork, checkVolumes } from '../services/check-service.ts';
import { madeBefore, rememberToken } from '../tokens.ts';
import { checkOverrides } from './check-overrides.ts';

const MOST_TASKS = 10;
const MOST_DESCRIBED = 100;
const MOST_CHARACTERS = 128;

const isForgotten = ({ ecs }: Operations, task: TaskRecord): boolean =>
  task.stoppedAt !== undefined && task.stoppedAt + ecs.timing.stoppedTasksKept < ecs.clock.now();

const RunTask: Operation<RunTaskRequest, RunTaskResponse> = ({ ecs, lifecycle }, input) => {
  const cluster = findCluster(ecs, input.cluster);
  const count = checkCount(input);
  const scope = `RunTask/${cluster.name}`;
  const before = madeBefore(ecs, scope, input.clientToken, input);
  if (before !== undefined) {
    const tasks = before.flatMap((id) => ecs.state.tasks.get(id) ?? []);
    return { tasks: tasks.map((task) => taskView(ecs, task, true)), failures: [] };
  }
  const order = orderOf(ecs, cluster.name, input);
  const made: TaskRecord[] = [];
  const failures: Failure[] = [];
  for (let index = 0; index < count; index += 1) {
    const outcome = nextOutcome(ecs, order);
    if (outcome?.kind === 'placement') {
      failures.push(placementFailure(ecs, order, outcome.reason));
      continue;
    }
    const task = newTask(ecs, order);
    lifecycle.begin(task, outcome);
    made.push(task);
  }
  const ids = made.map((task) => task.id);
  if (made.length > 0) rememberToken(ecs, scope, input.clientToken, input, ids);
  return { tasks: made.map((task) => taskView(ecs, task, true)), failures };
};

function checkCount({ count = 1, startedBy = '' }: RunTaskRequest): number {
  if (!Number.isInteger(count) || count < 1) throw invalid('Count must be greater than 0.');
  if (count > MOST_TASKS) throw invalid(`Count cannot be greater than ${MOST_TASKS}.`);
  if (startedBy.length > MOST_CHARACTERS) {
    throw invalid(`startedBy can have at most ${MOST_CHARACTERS} characters.`);
  }
  return count;
}

function orderOf(ecs: EcsContext, cluster: string, input: RunTaskRequest): TaskOrder {
  const definition = usableTaskDefinition(ecs, input.taskDefinition);
  checkNetwork(definition, input.networkConfiguration);
  checkLaunchType(definition, input.launchType);
  checkVolumes(definition, input.volumeConfigurations);
  checkOverrides(definition, input.overrides);
  return {
    cluster,
    definition,
    group: input.group ?? `family:${definition.family}`,
    startedBy: input.startedBy,
    launchType: input.capacityProviderStrategy === undefined ? (input.launchType ?? 'EC2') : undefined,
    capacityProviderName: input.capacityProviderStrategy?.[0]?.capacityProvider,
    platformVersion: input.platformVersion,
    enableExecuteCommand: input.enableExecuteCommand,
    overrides: input.overrides,
    networkConfiguration: input.networkConfiguration,
    propagateTags: input.propagateTags,
    tags: tagsFrom(input.tags),
  };
}

function placementFailure(ecs: EcsContext, { cluster, launchType }: TaskOrder, reason?: string): Failure {
  if (launchType === 'EC2') {
    const arn = containerInstanceArn(ecs.place, cluster, ecs.ids.task());
    return { arn, reason: reason ?? 'RESOURCE:MEMORY' };
  }
  return {
    reason:
      reason ??
      'Capacity is unavailable at this time. Please try again later or in a different availability zone',
  };
}

/**
 * There are no container instances, so that each one requested is missing, as ECS says of one it does not
 * know.
 */
const StartTask: Operation<StartTaskRequest, StartTaskResponse> = ({ ecs }, input) => {
  const cluster = findCluster(ecs, input.cluster);
  const instances = input.containerInstances ?? [];
  if (instances.length === 0) throw invalid('Container instances cannot be empty.');
  if (instances.length > MOST_TASKS) {
    throw invalid(`Container instances can have at most ${MOST_TASKS} items.`);
  }
  checkOverrides(usableTaskDefinition(ecs, input.taskDefinition), input.overrides);
  return {
    tasks: [],
    failures: instances.map((instance) => ({
      arn: containerInstanceArn(ecs.place, cluster.name, nameOf(instance)),
      reason: 'MISSING',
    })),
  };
};

const StopTask: Operation<StopTaskRequest, StopTaskResponse> = (operations, input) => {
  const { ecs, lifecycle } = operations;
  const cluster = findCluster(ecs, input.cluster);
  if (input.task === undefined || input.task === '') throw invalid('Task cannot be empty.');
  const task = ecs.state.tasks.get(nameOf(input.task));
  if (task === undefined || task.cluster !== cluster.name || isForgotten(operations, task)) {
    throw invalid('The referenced task was not found.');
  }
  lifecycle.stop(task, {
    code: 'UserInitiated',
    reason: input.reason ?? 'Task stopped by user',
    blame: 'user',
  });
  return { task: taskView(ecs, task, false) };
};

const ListTasks: Operation<ListTasksRequest, ListTasksResponse> = (operations, input) => {
  const { ecs } = operations;
  const cluster = findCluster(ecs, input.cluster);
  const service = input.serviceName === undefined ? undefined : lookService(ecs, cluster, input.serviceName);
  if (input.serviceName !== undefined && service === undefined) {
    throw serviceNotFound();
  }
  const desired = input.desiredStatus ?? 'RUNNING';
  if (desired === 'PENDING') return { taskArns: [] };
  const matching: TaskRecord[] = [];
  for (const task of ecs.state.tasks.values()) {
    if (task.cluster !== cluster.name || task.desiredStatus !== desired || isForgotten(operations, task))
      continue;
    if (service !== undefined && task.service !== service.arn) continue;
    if (input.family !== undefined && nameOf(task.taskDefinition).split(':')[0] !== input.family) continue;
    if (input.startedBy !== undefined && task.startedBy !== input.startedBy) continue;
    if (input.launchType !== undefined && task.launchType !== input.launchType) continue;
    if (input.containerInstance !== undefined) continue;
    matching.push(task);
  }
  const { items, ...rest } = page(matching, input, { default: 100, most: 100 });
  return { taskArns: items.map((task) => task.arn), ...rest };
};

const DescribeTasks: Operation<DescribeTasksRequest, DescribeTasksResponse> = (operations, input) => {
  const { ecs } = operations;
  const cluster = findCluster(ecs, input.cluster);
  const references = input.tasks ?? [];
  if (references.length === 0) throw invalid('Tasks cannot be empty.');
  if (references.length > MOST_DESCRIBED) throw invalid(`taskIds can have at most ${MOST_DESCRIBED} items.`);
  const tasks: Task[] = [];
  const failures: Failure[] = [];
  for (const reference of references) {
    const task = isForeign(ecs, reference) ? undefined : ecs.state.tasks.get(nameOf(reference));
    if (task === undefined || task.cluster !== cluster.name || isForgotten(operations, task)) {
      failures.push({ arn: taskArn(ecs.place, cluster.name, nameOf(reference)), reason: 'MISSING' });
    } else {
      tasks.push(taskView(ecs, task, input.include?.includes('TAGS') ?? false));
    }
  }
  return { tasks, failures };
};

export const taskOperations = (operations: Operations) =>
  handlersOf(operations, {
    RunTask,
    StartTask,
    StopTask,
    ListTasks,
    DescribeTasks,
  });
