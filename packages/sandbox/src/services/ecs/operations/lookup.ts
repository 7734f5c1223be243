import { nameOf, serviceArn } from '../model/arns.ts';
import type { EcsContext } from '../model/ecs-context.ts';
import { client, clusterNotFound, invalid, serviceNotActive, serviceNotFound } from '../model/faults.ts';
import type { ClusterRecord, ServiceRecord, TaskDefinitionRecord } from '../model/records.ts';

const NAME = /^[A-Za-z0-9_-]{1,255}$/;

export const isName = (value: unknown): value is string => typeof value === 'string' && NAME.test(value);

/** An ARN of another account or region names nothing here. */
export function isForeign(ecs: EcsContext, reference: string): boolean {
  if (!reference.startsWith('arn:')) return false;
  const [, , , region, account] = reference.split(':');
  return region !== ecs.place.region || account !== ecs.place.accountId;
}

/** Without a name it is the cluster `default`. */
export function findCluster(ecs: EcsContext, reference: string | undefined): ClusterRecord {
  const name = nameOf(reference ?? 'default');
  const cluster = ecs.state.clusters.get(name);
  if (cluster === undefined || cluster.status !== 'ACTIVE' || isForeign(ecs, reference ?? '')) {
    throw clusterNotFound();
  }
  return cluster;
}

export function lookService(
  ecs: EcsContext,
  cluster: ClusterRecord,
  reference: string,
): ServiceRecord | undefined {
  if (isForeign(ecs, reference)) return undefined;
  const parts = reference.split(':service/').at(-1)!.split('/');
  if (parts.length === 2 && parts[0] !== cluster.name) return undefined;
  return ecs.state.services.get(serviceArn(ecs.place, cluster.name, nameOf(reference)));
}

export function findService(ecs: EcsContext, cluster: ClusterRecord, reference: unknown): ServiceRecord {
  if (typeof reference !== 'string' || reference === '') throw invalid('Service cannot be empty.');
  const service = lookService(ecs, cluster, reference);
  if (service === undefined || service.status === 'INACTIVE') throw serviceNotFound();
  return service;
}

export function findActiveService(
  ecs: EcsContext,
  cluster: ClusterRecord,
  reference: unknown,
): ServiceRecord {
  const service = findService(ecs, cluster, reference);
  if (service.status !== 'ACTIVE') throw serviceNotActive();
  return service;
}

/** `family`, `family:revision` or an ARN of either. A family alone is its newest ACTIVE revision. */
export function lookTaskDefinition(ecs: EcsContext, reference: string): TaskDefinitionRecord | undefined {
  if (isForeign(ecs, reference)) return undefined;
  const [family, revision] = nameOf(reference).split(':');
  const known = ecs.state.families.get(family!);
  if (revision !== undefined) {
    if (!/^\d+$/.test(revision)) throw client(`Invalid revision number. Number: ${revision}`);
    return known?.revisions.get(Number(revision));
  }
  return [...(known?.revisions.values() ?? [])].findLast((record) => record.status === 'ACTIVE');
}

/** For a service or a task: it must be there and ACTIVE. */
export function usableTaskDefinition(ecs: EcsContext, reference: unknown): TaskDefinitionRecord {
  if (typeof reference !== 'string' || reference === '')
    throw client('TaskDefinition cannot be null or blank.');
  const record = lookTaskDefinition(ecs, reference);
  if (record === undefined) throw client('TaskDefinition not found.');
  if (record.status !== 'ACTIVE') throw client('TaskDefinition is inactive');
  return record;
}
