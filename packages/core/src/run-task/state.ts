import type { DescribeTasksResponse, Task } from '@aws-sdk/client-ecs';

export type StartedTask = Task & { readonly taskArn: string };

/** A task as it was last seen. */
export interface Watched {
  readonly arn: string;
  readonly task: Task;
  /** `elapsed()` since when ECS says it does not know the task. */
  readonly missingSince?: number | undefined;
}

/** So long may DescribeTasks not know a task that RunTask has just started, or lose sight of one. */
export const grace = 30_000;

/** The tasks as an answer shows them. Pure. */
export function observeTasks(
  watched: readonly Watched[],
  answer: Pick<DescribeTasksResponse, 'tasks' | 'failures'>,
  now: number,
): readonly Watched[] {
  const seen = new Map((answer.tasks ?? []).map((task) => [task.taskArn, task]));
  return watched.map((one): Watched => {
    const task = seen.get(one.arn);
    if (isOver(one)) return one;
    if (task === undefined) return { ...one, missingSince: one.missingSince ?? now };
    // Reads are eventually consistent: an answer older than what was seen takes nothing back.
    if (rank(task.lastStatus) < rank(one.task.lastStatus)) return { ...one, missingSince: undefined };
    return { arn: one.arn, task };
  });
}

/** Task lifecycle, ECS developer guide. A status we do not know ranks last, so that it is shown. */
const order = [
  'PROVISIONING',
  'PENDING',
  'ACTIVATING',
  'RUNNING',
  'DEACTIVATING',
  'STOPPING',
  'DEPROVISIONING',
  'STOPPED',
  'DELETED',
];
const rank = (status: string | undefined) => {
  if (status === undefined) return -1;
  const at = order.indexOf(status);
  return at < 0 ? order.indexOf('STOPPING') : at;
};

/**
 * Stopped; or on the way there with nothing left that could change the verdict: ECS says what stopped the task, and
 * every container has stopped and has its exit code. Fargate then takes its network interface away, which can last half a minute.
 */
export function isOver({ task }: Watched): boolean {
  if (task.lastStatus === 'STOPPED' || task.lastStatus === 'DELETED') return true;
  const containers = task.containers ?? [];
  return (
    task.lastStatus === 'DEPROVISIONING' &&
    task.stopCode !== undefined &&
    containers.length > 0 &&
    containers.every(({ lastStatus, exitCode }) => lastStatus === 'STOPPED' && exitCode !== undefined)
  );
}

export const isLost = ({ missingSince }: Watched, now: number): boolean =>
  missingSince !== undefined && now - missingSince >= grace;
