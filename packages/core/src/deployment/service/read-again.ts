import type { Service } from '@aws-sdk/client-ecs';
import type { EcsAccess } from '../../ecs/ecs-access.ts';
import { readServices } from '../../ecs/read-services.ts';
import { unlessPassing } from '../../ecs/write-once.ts';
import type { Ecs } from '../../world/aws.ts';
import { betweenReads } from '../rules/standing.ts';
import type { Target } from './read-service-targets.ts';

/** The target as it is later, milliseconds from now: green without a write takes two reads that agree. */
export async function readAgain<T extends Target>(
  { ecs, world }: EcsAccess,
  target: T,
  later: number = betweenReads,
): Promise<T> {
  const signal = world.host.cancellation;
  await world.clock.sleep(later, signal);
  // A mark that an earlier read has shown in the tags must not be lost.
  const { withTags = false } = target;
  const read = await readServices(ecs, target.cluster, [target.name], { signal, withTags });
  const service = read.get(target.name);
  return service === undefined || service === 'missing' ? target : { ...target, service };
}

/** The target as it is now; undefined where ECS does not know the service, or cannot be read for a passing reason. */
export async function tryReadAgain<T extends Target>(
  { ecs, world }: EcsAccess,
  target: T,
): Promise<T | undefined> {
  const place = { cluster: target.cluster, serviceName: target.name };
  const service = await tryRead(place, { ecs, signal: world.host.cancellation });
  return service && { ...target, service };
}

/** The service as it is; undefined where ECS does not know it, or cannot be read for a passing reason. */
export const tryRead = (
  {
    cluster,
    serviceName,
    withTags = false,
  }: { readonly cluster: string; readonly serviceName: string; readonly withTags?: boolean },
  { ecs, signal }: { ecs: Ecs; signal: AbortSignal },
): Promise<Service | undefined> =>
  unlessPassing(async () => {
    const service = (await readServices(ecs, cluster, [serviceName], { signal, withTags })).get(serviceName);
    return service === 'missing' ? undefined : service;
  });
