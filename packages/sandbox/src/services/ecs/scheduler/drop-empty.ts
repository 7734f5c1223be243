import { primaryOf } from '../deployments/deployments.ts';
import type { ServiceRecord } from '../model/records.ts';
import { liveTasks, type State } from '../model/state.ts';

/** An older deployment goes when its tasks have gone; one that failed stays in sight until its successor stands. */
export function dropEmpty(state: State, service: ServiceRecord): void {
  if (service.deployments.length === 1) return;
  const standing = primaryOf(service)?.rolloutState === 'COMPLETED';
  const occupied = new Set<string | undefined>();
  for (const task of liveTasks(state, service)) occupied.add(task.deploymentId);
  service.deployments = service.deployments.filter(
    (entry) =>
      entry.status === 'PRIMARY' || occupied.has(entry.id) || (entry.rolloutState === 'FAILED' && !standing),
  );
}
