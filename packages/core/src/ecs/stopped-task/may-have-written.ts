import type { Task } from '@aws-sdk/client-ecs';

const notYet = new Set([undefined, 'PROVISIONING', 'PENDING']);

/** A container that never got further than pulling its image has no log, and asking would only say so. */
export function mayHaveWritten(task: Task, name: string | undefined): boolean {
  const container = task.containers?.find((one) => one.name === name);
  if (container?.exitCode !== undefined || container?.lastStatus === 'RUNNING') return true;
  return task.stopCode !== 'TaskFailedToStart' && !notYet.has(task.lastStatus);
}
