import type { ServiceRecord, TaskRecord } from '../model/records.ts';
import { liveTasks, type State } from '../model/state.ts';

/**
 * Whether a scale-in or a deployment must leave the task alone. Failed health checks, StopTask and the deletion of
 * the service are no reason to spare it:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection.html
 */
export const isProtected = (task: TaskRecord, now: number): boolean => (task.protectedUntil ?? 0) > now;

/** When the next protection of a task of this service ends. */
export function protectionEnds(state: State, service: ServiceRecord, now: number): number | undefined {
  let next: number | undefined;
  for (const { protectedUntil = 0 } of liveTasks(state, service)) {
    if (protectedUntil > now) next = Math.min(next ?? protectedUntil, protectedUntil);
  }
  return next;
}
