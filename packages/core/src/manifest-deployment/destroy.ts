import type { Service } from '@aws-sdk/client-ecs';
import { deregisterScaling } from '../auto-scaling/scalable-target.ts';
import { type Job, schedule } from '../deployment/run-in-order.ts';
import { ownerOf } from '../deployment/service/owner-tag.ts';
import { isExpress } from '../deployment/service/read-service-targets.ts';
import { deleteToEnd } from '../ecs/delete-service.ts';
import { readServices } from '../ecs/read-services.ts';
import { asLandfallError } from '../errors/as-landfall-error.ts';
import { LandfallError } from '../errors/landfall-error.ts';
import type { ResolvedEnvironment } from '../manifest/resolve-environment.ts';
import type { CallOptions, Ecs } from '../world/aws.ts';
import type { World } from '../world/world.ts';
import { clustersOf, type FoundService, placeKey, readOwnedServices } from './owned-services.ts';

/** An environment that is to be destroyed, as it is. */
interface ToDestroy {
  readonly owner: string;
  readonly clusters: readonly string[];
  /** What it owns, in the order in which it is deleted: each group only when the one before it is gone. */
  readonly groups: readonly (readonly FoundService[])[];
  /** What the manifest describes and the environment does not own, with a reason each. */
  readonly left: readonly { readonly name: string; readonly why: string }[];
}

/** What is to be deleted, in the reverse order of the waves; what no wave describes goes first. @throws INPUT_INVALID */
export async function findToDestroy(
  environment: ResolvedEnvironment,
  owner: string,
  ecs: Ecs,
  { host }: World,
): Promise<ToDestroy> {
  const options = { signal: host.cancellation };
  const clusters = clustersOf(environment);
  const described = await readDescribed(environment, ecs, options);
  const isOwned = ({ service }: FoundService) => ownerOf(service) === owner;
  const groups = described.map((wave) => wave.filter(isOwned)).reverse();
  const known = new Set(described.flat().map(({ place }) => placeKey(place.cluster, place.name)));
  const others = (await readOwnedServices(clusters, owner, ecs, options)).filter(
    ({ place }) => !known.has(placeKey(place.cluster, place.name)),
  );
  const all = [others, ...groups].filter((group) => group.length > 0);
  refuseExpress(all.flat());
  return {
    owner,
    clusters,
    groups: all,
    left: described.flat().flatMap((one) => {
      if (isOwned(one)) return [];
      const other = ownerOf(one.service);
      return [{ name: one.place.name, why: other ? `it belongs to ${other}` : 'it belongs to no manifest' }];
    }),
  };
}

/** The services of each wave that are there, or are being deleted: ECS does not list those. */
async function readDescribed(
  { waves }: ResolvedEnvironment,
  ecs: Ecs,
  options: CallOptions,
): Promise<readonly (readonly FoundService[])[]> {
  const found = new Map<string, Service>();
  const all = waves.flatMap(({ services }) => services);
  for (const [cluster, services] of Map.groupBy(all, (one) => one.cluster)) {
    const names = services.map(({ serviceName }) => serviceName);
    for (const [name, service] of await readServices(ecs, cluster, names, { ...options, withTags: true }))
      if (service !== 'missing' && service.status !== 'INACTIVE') found.set(placeKey(cluster, name), service);
  }
  return waves.map(({ services }) =>
    services.flatMap(({ cluster, serviceName: name }) => {
      const service = found.get(placeKey(cluster, name));
      return service ? [{ place: { cluster, name }, service }] : [];
    }),
  );
}

function refuseExpress(services: readonly FoundService[]): void {
  const names = services.filter(({ service }) => isExpress(service)).map(({ place }) => place.name);
  if (names.length === 0) return;
  throw new LandfallError('INPUT_INVALID', {
    summary: `${names.join(', ')} ${names.length === 1 ? 'is a service' : 'are services'} of Express Mode, which have more to delete than the service`,
    remedy: 'Delete them with `aws ecs delete-express-gateway-service`, and run the step again.',
    facts: { services: names },
  });
}

/** What became of an environment. */
interface Destroyed {
  readonly deleted: readonly string[];
  readonly remaining: readonly string[];
  readonly error?: LandfallError;
}

interface Deleted {
  readonly name: string;
  readonly error?: LandfallError;
}

const mostAtOnce = 10;

/** Deletes group by group, each service until it is INACTIVE and none of its tasks runs. Never rejects. */
export async function destroy(
  { owner, clusters, groups }: ToDestroy,
  ecs: Ecs,
  world: World,
  timeout: number,
): Promise<Destroyed> {
  const { clock, host } = world;
  const until = clock.elapsed() + timeout;
  const jobs: Job<Deleted>[] = [];
  let after: readonly string[] = [];
  for (const group of groups) {
    for (const one of group)
      jobs.push({
        name: placeKey(one.place.cluster, one.place.name),
        after,
        run: async () => {
          const value = await deleteOne(one, ecs, world, until);
          return { ok: value.error === undefined, value };
        },
      });
    after = group.map(({ place }) => placeKey(place.cluster, place.name));
  }
  const ends = await schedule(jobs, {
    maxParallel: mostAtOnce,
    onFailure: 'stop',
    stopped: () => (host.cancellation.aborted ? 'the run was cancelled' : undefined),
  });
  const values = ends.flatMap((end) => ('value' in end ? [end.value] : []));
  const deleted = values.filter(({ error }) => !error).map(({ name }) => name);
  const remaining = groups
    .flat()
    .map(({ place }) => place.name)
    .filter((name) => !deleted.includes(name));
  const errors = values.flatMap(({ error }) => error ?? []);
  if (remaining.length > 0) return { deleted, remaining, error: errorOf(owner, deleted, remaining, errors) };
  const created = await readOwnedServices(clusters, owner, ecs, { signal: host.cancellation }).catch(
    asLandfallError,
  );
  if (created instanceof LandfallError) return { deleted, remaining, error: created };
  const names = created.map(({ place }) => place.name);
  if (names.length === 0) return { deleted, remaining };
  const error = new LandfallError('SUPERSEDED', {
    summary: `everything that ${owner} owned is deleted, and someone else has created ${names.join(', ')} since`,
    remedy: 'Run the step again, once no other run deploys the environment.',
    facts: { owner, services: names },
  });
  return { deleted, remaining: names, error };
}

async function deleteOne(
  { place, service }: FoundService,
  ecs: Ecs,
  world: World,
  until: number,
): Promise<Deleted> {
  const { log } = world.host;
  const { name } = place;
  try {
    // ECS deletes a service with task sets only by force, and they with it.
    const force = (service.taskSets ?? []).length > 0;
    await deregisterScaling(place, world);
    await deleteToEnd(ecs, place, service, world, { force, until });
    log.info(`✓ ${name} is deleted, and no task of it runs`);
    return { name };
  } catch (thrown) {
    const error = asLandfallError(thrown);
    log.error(`✗ ${name}: ${error.summary}`);
    return { name, error };
  }
}

function errorOf(
  owner: string,
  deleted: readonly string[],
  remaining: readonly string[],
  [first, ...others]: readonly LandfallError[],
): LandfallError {
  const count = `${deleted.length} of ${deleted.length + remaining.length} services of ${owner} are deleted`;
  const what = first?.summary ?? 'the run was cancelled';
  return new LandfallError(first?.code ?? 'CANCELLED', {
    summary: `${count}: ${what}`,
    remedy: first?.remedy,
    details: [
      ...(first?.details ?? []),
      ...others.map(({ summary }) => summary),
      `not deleted: ${remaining.join(', ')}`,
    ],
    facts: { ...first?.facts, owner, deleted, remaining },
    applied: first?.applied,
    cause: first,
  });
}
