import type { TaskLimits } from './percent.ts';

export interface Live {
  readonly healthy: boolean;
  readonly lastStatus: string;
}

/**
 * One step of a rolling deployment: which tasks to stop now and how many to start, from the tasks that are meant to
 * run. It never asks for more tasks than `maximum`, and never stops a healthy task of an older deployment that
 * would leave fewer than `minimum` healthy ones. An older task that runs and has not shown yet that it is healthy
 * counts as well: `minimum` is of the tasks "that must remain in the RUNNING state during a deployment"
 * (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html).
 */
export function rollingStep<Task extends Live>(input: {
  readonly desired: number;
  readonly limits: TaskLimits;
  readonly primary: readonly Task[];
  readonly older: readonly Task[];
  /** A deployment that failed, or waits in its back-off, launches nothing. */
  readonly launches: boolean;
  /** A deployment that failed leaves the older tasks as they are. */
  readonly replaces: boolean;
  /** Whether the task must not be stopped. Default: none is spared. */
  readonly spares?: (task: Task) => boolean;
}): { readonly start: number; readonly stop: readonly Task[] } {
  const stop: Task[] = [];
  const mayStop = (task: Task): boolean => !(input.spares?.(task) ?? false);
  let healthy = 0;
  for (const task of input.primary) if (task.healthy) healthy += 1;
  for (const task of input.older) if (task.healthy) healthy += 1;

  let surplus = input.primary.length - input.desired;
  for (const wanted of [false, true]) {
    for (const task of input.primary) {
      if (surplus > 0 && task.healthy === wanted && mayStop(task)) {
        stop.push(task);
        surplus -= 1;
        if (wanted) healthy -= 1;
      }
    }
  }
  if (input.replaces) {
    const unproven = input.older.filter((task) => !task.healthy);
    let running = healthy + unproven.filter(isRunning).length;
    for (const task of unproven) {
      if (!mayStop(task) || (isRunning(task) && running <= input.limits.minimum)) continue;
      stop.push(task);
      if (isRunning(task)) running -= 1;
    }
    for (const task of input.older) {
      if (task.healthy && healthy > input.limits.minimum && mayStop(task)) {
        stop.push(task);
        healthy -= 1;
      }
    }
  }
  const live = input.primary.length + input.older.length - stop.length;
  const missing = input.desired - input.primary.length;
  const start = input.launches ? Math.max(0, Math.min(missing, input.limits.maximum - live)) : 0;
  return { start, stop };
}

const isRunning = ({ lastStatus }: Live): boolean => lastStatus === 'RUNNING';
