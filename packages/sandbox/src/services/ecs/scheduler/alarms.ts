import { isFinal, latestOf } from '../deployments/deployments.ts';
import type { ServiceDeploymentRecord, ServiceRecord } from '../model/records.ts';
import type { State } from '../model/state.ts';

/**
 * Notes an alarm's state, and says which deployments it ends: those in progress that watch it. One that was
 * in alarm already when a deployment began does not count.
 */
export function alarmed(
  state: State,
  name: string,
  on: boolean,
): readonly { readonly service: ServiceRecord; readonly record: ServiceDeploymentRecord }[] {
  const wasOn = state.alarms.has(name);
  if (on) state.alarms.add(name);
  else state.alarms.delete(name);
  if (!on || wasOn) return [];
  return [...state.services.values()].flatMap((service) => {
    const record = latestOf(service);
    if (record?.alarms?.status !== 'MONITORING' || isFinal(record)) return [];
    if (!record.configuration.alarms?.alarmNames?.includes(name)) return [];
    record.alarms.triggered.push(name);
    return [{ service, record }];
  });
}
