import { arnParts, nameInArn } from '../account/arn.ts';
import { settingsOf } from '../deployment/plan/service-changes.ts';
import { isExpress, readTargets, type Target } from '../deployment/service/read-service-targets.ts';
import { limited } from '../ecs/rate-limiter.ts';
import { listServiceNames } from '../ecs/read-services.ts';
import { escaped, withTexts } from '../manifest/interpolate.ts';
import type { Draft } from '../manifest/manifest-draft.ts';
import type { Problem } from '../manifest/problem.ts';
import { toRegisterRequest } from '../task-definition/parse/parse.ts';
import type { World } from '../world/world.ts';

interface Options {
  /** Of the manifest. */
  readonly name: string;
  readonly environment: string;
  /** The folder of the task definitions, from that of the manifest. */
  readonly folder: string;
}

/**
 * Services as they run, as a manifest: a plan of it changes nothing. Counts are set at creation only, because something
 * may scale a service.
 * @param names by default, all services of the cluster
 * @throws NOT_FOUND, SERVICE_NOT_ACTIVE, INPUT_INVALID
 */
export async function convertServices(
  cluster: string,
  names: readonly string[] | undefined,
  { name, environment, folder }: Options,
  world: World,
): Promise<Draft> {
  const ecs = limited(await world.aws.ecs(), world.clock);
  const signal = world.host.cancellation;
  const services = names ?? (await listServiceNames(ecs, cluster, { signal }));
  const targets = await readTargets({ cluster, services, withRevision: true }, ecs, world);
  const problems: Problem[] = [];
  const converted = targets.flatMap((target) => {
    const omitted = (problem: string) => {
      problems.push({ path: target.name, level: 'warning', problem: `is omitted: ${problem}` });
      return [];
    };
    if (isExpress(target.service))
      return omitted('it is a service of Express Mode, which deploy-express-service deploys');
    if (!target.taskDefinition) return omitted('it has no task definition yet');
    const own = keyOf(target.name, environment);
    const isShared = targets.some((one) => one !== target && keyOf(one.name, environment) === own);
    const key = isShared ? target.name : own;
    const { request } = toRegisterRequest(target.taskDefinition);
    return [{ key, path: `${folder}${key}.json`, target, request }];
  });
  const { account } = arnParts(targets[0]?.service.serviceArn ?? '') ?? {};
  return {
    manifest: {
      landfall: 1,
      name,
      defaults: { cluster: nameInArn(cluster) },
      services: Object.fromEntries(
        converted.map(({ key, path, target }) => [key, serviceOf(target, key, environment, path)]),
      ),
      environments: { [environment]: { region: world.aws.region, ...(account && { account }) } },
    },
    documents: converted.map(({ path, request }) => ({ path, document: withTexts(request, escaped) })),
    missing: [],
    problems,
  };
}

/** `production-web` is `web` of `production`, unless that is the name of another service. */
function keyOf(name: string, environment: string): string {
  const prefix = `${environment}-`;
  const own = name.startsWith(prefix) ? name.slice(prefix.length) : name;
  return own.replace(/^[^A-Za-z0-9]+/, '') || name;
}

function serviceOf(target: Target, key: string, environment: string, path: string) {
  const { service, name } = target;
  const { desiredCount: _, role, launchType, ...settings } = settingsOf(target);
  const isDaemon = service.schedulingStrategy === 'DAEMON';
  // The role that ECS has anyway is not to be named.
  const ownRole = String(role ?? '').includes('/aws-service-role/') ? undefined : role;
  const all = {
    ...(launchType !== undefined && settings.capacityProviderStrategy === undefined && { launchType }),
    ...settings,
    ...(ownRole !== undefined && { role: ownRole }),
  };
  return {
    ...(name !== `${environment}-${key}` && { serviceName: name }),
    taskDefinition: path,
    ...(!isDaemon && { desiredCount: { initial: service.desiredCount ?? 0 } }),
    ...(Object.keys(all).length > 0 && { service: withTexts(all, escaped) }),
  };
}
