import type { Service } from '@aws-sdk/client-ecs';
import { deregisterPermissions, deregisterScaling } from '../auto-scaling/scalable-target.ts';
import { isExpress } from '../deployment/service/read-service-targets.ts';
import { deleteToEnd } from '../ecs/delete-service.ts';
import { readServices } from '../ecs/read-services.ts';
import { asLandfallError } from '../errors/as-landfall-error.ts';
import { LandfallError } from '../errors/landfall-error.ts';
import type { ResolvedEnvironment } from '../manifest/resolve-environment.ts';
import type { Permission } from '../operation/operation.ts';
import type { Ecs } from '../world/aws.ts';
import type { World } from '../world/world.ts';
import {
  clustersOf,
  type FoundService,
  onOwned,
  ownedServicePermissions,
  placeKey,
  readOwnedServices,
} from './owned-services.ts';

const whenPruned = 'when `prune` is `true`';

/** To see what would be pruned. */
export const findUnwantedPermissions = ownedServicePermissions(whenPruned);

export const prunePermissions: readonly Permission[] = [
  ...findUnwantedPermissions,
  onOwned('ecs:DeleteService', whenPruned),
  ...deregisterPermissions(whenPruned),
];

/**
 * The services that the environment owns and no longer describes, whichever services are selected.
 * @throws ENVIRONMENT_PROTECTED, SERVICE_IN_USE
 */
export async function findUnwanted(
  environment: ResolvedEnvironment,
  ecs: Ecs,
  { host }: World,
): Promise<readonly FoundService[]> {
  const { name, owner, protect, waves } = environment;
  if (owner === undefined) return [];
  const wanted = new Set(
    waves.flatMap(({ services }) => services.map((one) => placeKey(one.cluster, one.serviceName))),
  );
  const signal = host.cancellation;
  const owned = await readOwnedServices(clustersOf(environment), owner, ecs, { signal });
  const unwanted = owned.filter(({ place }) => !wanted.has(placeKey(place.cluster, place.name)));
  if (protect && unwanted.length > 0)
    throw protectedFrom(
      name,
      unwanted.map(({ place }) => place.name),
    );
  refuseUsed(unwanted);
  return unwanted;
}

export const protectedFrom = (environment: string, names: readonly string[]) =>
  new LandfallError('ENVIRONMENT_PROTECTED', {
    summary: `${environment} is protected, so ${names.join(', ')} cannot be pruned`,
    facts: { environment },
  });

/** @throws SERVICE_IN_USE */
function refuseUsed(services: readonly FoundService[]): void {
  const details = services.flatMap(({ place, service }) => {
    const use = useOf(service);
    return use === undefined ? [] : [`${place.name} is not pruned: ${use}`];
  });
  if (details.length === 0) return;
  const isOne = details.length === 1;
  throw new LandfallError('SERVICE_IN_USE', {
    summary: isOne ? details.join() : `${details.length} services are not pruned because they are in use`,
    details: isOne ? [] : details,
    facts: { services: services.map(({ place }) => place.name) },
  });
}

function useOf(service: Service): string | undefined {
  if (isExpress(service)) return 'it is a service of Express Mode, which has more to delete than the service';
  const { desiredCount = 0, runningCount = 0, pendingCount = 0 } = service;
  return desiredCount + runningCount + pendingCount === 0
    ? undefined
    : `its desired count is ${desiredCount}, and ${runningCount + pendingCount} tasks run or start`;
}

/** What became of the services that were to be pruned. */
interface Pruned {
  readonly names: readonly string[];
  readonly error?: LandfallError;
}

/** Deletes them one after the other, each as it is then, to the end. Never rejects. */
export async function prune(
  unwanted: readonly FoundService[],
  ecs: Ecs,
  world: World,
  timeout = 15 * 60_000,
): Promise<Pruned> {
  const names: string[] = [];
  const until = world.clock.elapsed() + timeout;
  try {
    for (const { place, service } of unwanted) {
      const options = { signal: world.host.cancellation };
      const now = (await readServices(ecs, place.cluster, [place.name], options)).get(place.name);
      if (now !== undefined && now !== 'missing') refuseUsed([{ place, service: now }]);
      await deregisterScaling(place, world);
      await deleteToEnd(ecs, place, service, world, { force: false, until });
      names.push(place.name);
      world.host.log.info(`✓ ${place.name} is pruned: it is INACTIVE, and no task of it runs`);
    }
    return { names };
  } catch (thrown) {
    const error = asLandfallError(thrown);
    const left = unwanted.map(({ place }) => place.name).filter((name) => !names.includes(name));
    const { code, summary, remedy, facts, applied, details } = error;
    return {
      names,
      error: new LandfallError(code, {
        summary: `every service is live, but not everything was pruned: ${summary}`,
        remedy,
        details: [...details, `not pruned: ${left.join(', ')}`],
        facts,
        applied,
        cause: error,
      }),
    };
  }
}
