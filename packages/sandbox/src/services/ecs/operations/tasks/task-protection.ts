import type {
  Failure,
  GetTaskProtectionRequest,
  GetTaskProtectionResponse,
  ProtectedTask,
  UpdateTaskProtectionRequest,
  UpdateTaskProtectionResponse,
} from '@aws-sdk/client-ecs';
import { handlersOf } from '../../../../api/handlers.ts';
import { nameOf, taskArn } from '../../model/arns.ts';
import { invalid } from '../../model/faults.ts';
import type { ClusterRecord, TaskRecord } from '../../model/records.ts';
import { isProtected } from '../../tasks/protection.ts';
import { optionalMoment } from '../../views/moment.ts';
import { findCluster } from '../lookup.ts';
import type { Operation, Operations } from '../operations.ts';

const MOST_SHOWN = 100;
const MOST_CHANGED = 10;
const MINUTE = 60_000;
const DEFAULT_MINUTES = 120;
const MOST_MINUTES = 2_880;

function view({ ecs }: Operations, task: TaskRecord): ProtectedTask {
  const protectionEnabled = isProtected(task, ecs.clock.now());
  return {
    taskArn: task.arn,
    protectionEnabled,
    ...optionalMoment('expirationDate', protectionEnabled ? task.protectedUntil : undefined),
  };
}

/** The tasks of services among the references, and why the others are none. */
function find({ ecs }: Operations, cluster: ClusterRecord, references: readonly string[]) {
  const tasks: TaskRecord[] = [];
  const failures: Failure[] = [];
  for (const reference of references) {
    const task = ecs.state.tasks.get(nameOf(reference));
    const arn = taskArn(ecs.place, cluster.name, nameOf(reference));
    if (task === undefined || task.cluster !== cluster.name || task.lastStatus === 'STOPPED') {
      failures.push({ arn, reason: 'MISSING' });
    } else if (task.service === undefined) {
      failures.push({
        arn,
        reason: 'TASK_NOT_VALID',
        detail: 'The specified task is not part of an Amazon ECS service.',
      });
    } else tasks.push(task);
  }
  return { tasks, failures };
}

const GetTaskProtection: Operation<GetTaskProtectionRequest, GetTaskProtectionResponse> = (
  operations,
  input,
) => {
  const { ecs } = operations;
  const cluster = findCluster(ecs, input.cluster);
  const references = checkTasks(input.tasks, MOST_SHOWN);
  const { tasks, failures } = find(operations, cluster, references);
  return { protectedTasks: tasks.map((task) => view(operations, task)), failures };
};

const UpdateTaskProtection: Operation<UpdateTaskProtectionRequest, UpdateTaskProtectionResponse> = (
  operations,
  input,
) => {
  const { ecs, scheduler } = operations;
  const cluster = findCluster(ecs, input.cluster);
  const references = checkTasks(input.tasks, MOST_CHANGED);
  if (typeof input.protectionEnabled !== 'boolean') throw invalid('protectionEnabled must be specified.');
  const minutes = input.expiresInMinutes ?? DEFAULT_MINUTES;
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > MOST_MINUTES) {
    throw invalid(`expiresInMinutes must be between 1 and ${MOST_MINUTES}.`);
  }
  const { tasks, failures } = find(operations, cluster, references);
  for (const task of tasks) {
    if (input.protectionEnabled) task.protectedUntil = ecs.clock.now() + minutes * MINUTE;
    else delete task.protectedUntil;
    const service = ecs.state.services.get(task.service!);
    if (service !== undefined) scheduler.wake(service);
  }
  ecs.changed();
  return { protectedTasks: tasks.map((task) => view(operations, task)), failures };
};

/** Scale-in protection. Its failure reasons: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/api_failures_messages.html */
export const taskProtectionOperations = (operations: Operations) =>
  handlersOf(operations, {
    GetTaskProtection,
    UpdateTaskProtection,
  });

function checkTasks(tasks: unknown, most: number): readonly string[] {
  if (!Array.isArray(tasks) || tasks.length === 0) throw invalid('Tasks cannot be empty.');
  if (tasks.length > most) throw invalid(`taskIds can have at most ${most} items.`);
  return tasks.map(String);
}
