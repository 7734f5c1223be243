import type { EcsContext } from '../model/ecs-context.ts';
import type { ServiceRecord, TaskRecord } from '../model/records.ts';
import { liveTasks } from '../model/state.ts';

export interface Counts {
  readonly running: number;
  readonly pending: number;
  readonly live: number;
}

/** RUNNING and starting tasks among those that are meant to run. */
export function countTasks(tasks: Iterable<TaskRecord>): Counts {
  let running = 0;
  let pending = 0;
  let live = 0;
  for (const task of tasks) {
    if (task.desiredStatus === 'RUNNING') {
      live += 1;
      if (task.lastStatus === 'RUNNING') running += 1;
      else pending += 1;
    }
  }
  return { running, pending, live };
}

export function countsByDeployment(ecs: EcsContext, service: ServiceRecord): Map<string | undefined, Counts> {
  const groups = new Map<string | undefined, TaskRecord[]>();
  for (const task of liveTasks(ecs.state, service)) {
    const group = groups.get(task.deploymentId);
    if (group === undefined) groups.set(task.deploymentId, [task]);
    else group.push(task);
  }
  return new Map([...groups].map(([id, tasks]) => [id, countTasks(tasks)]));
}

export const NO_COUNTS: Counts = { running: 0, pending: 0, live: 0 };
