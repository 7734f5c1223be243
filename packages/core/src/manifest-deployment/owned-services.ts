import type { Service } from '@aws-sdk/client-ecs';
import { nameInArn } from '../account/arn.ts';
import { ownerOf } from '../deployment/service/owner-tag.ts';
import type { Place } from '../ecs/delete-service.ts';
import { inCluster } from '../ecs/permissions.ts';
import { listServiceNames, readServices } from '../ecs/read-services.ts';
import type { ResolvedEnvironment } from '../manifest/resolve-environment.ts';
import type { Permission } from '../operation/operation.ts';
import type { CallOptions, Ecs } from '../world/aws.ts';

/** A service as it was read. */
export interface FoundService {
  readonly place: Place;
  readonly service: Service;
}

/** The clusters that an environment describes; one may be named in two ways. */
export const clustersOf = ({ waves, tasks }: ResolvedEnvironment): readonly string[] => {
  const all = [...waves.flatMap(({ services }) => services), ...tasks].map(({ cluster }) => cluster);
  return [...new Map(all.map((cluster) => [nameInArn(cluster), cluster])).values()].sort();
};

/** A service is the same however its cluster is named. */
export const placeKey = (cluster: string, name: string) => `${nameInArn(cluster)}/${name}`;

/** The services of these clusters that belong to an owner, those that are INACTIVE excluded. */
export async function readOwnedServices(
  clusters: readonly string[],
  owner: string,
  ecs: Ecs,
  options: CallOptions,
): Promise<readonly FoundService[]> {
  const found: FoundService[] = [];
  for (const cluster of clusters) {
    const names = await listServiceNames(ecs, cluster, options);
    const services = await readServices(ecs, cluster, names, { ...options, withTags: true });
    for (const [name, service] of services)
      if (service !== 'missing' && service.status !== 'INACTIVE' && ownerOf(service) === owner)
        found.push({ place: { cluster, name }, service });
  }
  return found;
}

const anyService = 'arn:${Partition}:ecs:${Region}:${Account}:service/${cluster}/*';

/** To find the services that an environment owns, and to delete them. */
export const ownedServicePermissions = (when?: string): readonly Permission[] =>
  [
    { action: 'ecs:ListServices', resource: '*', condition: inCluster },
    { action: 'ecs:DescribeServices', resource: anyService },
  ].map((permission) => ({ ...permission, ...(when !== undefined && { when }) }));

/** To follow the tasks of a service until they have stopped. */
export const stoppedTaskPermissions = (when?: string): readonly Permission[] =>
  [
    { action: 'ecs:ListTasks', resource: '*', condition: inCluster },
    { action: 'ecs:DescribeTasks', resource: 'arn:${Partition}:ecs:${Region}:${Account}:task/${cluster}/*' },
  ].map((permission) => ({ ...permission, ...(when !== undefined && { when }) }));

/** Only what carries the tag of an owner. */
export const onOwned = (action: string, when?: string): Permission => ({
  action,
  resource: anyService,
  condition: { Null: { 'aws:ResourceTag/landfall:manifest': 'false' } },
  ...(when !== undefined && { when }),
});
