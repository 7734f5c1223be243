import type { Controlled } from '../deployment/controllers/controller.ts';
import { withControllers } from '../deployment/controllers/controllers.ts';
import type { ControllerValues } from '../deployment/inputs/codedeploy-inputs.ts';
import type { Settings } from '../deployment/plan/plan-types.ts';
import { type OnOutsideChange, readTargets } from '../deployment/service/read-service-targets.ts';
import type { Ecs } from '../world/aws.ts';
import type { World } from '../world/world.ts';
import type { WantedService, WantedWave } from './selection.ts';

/** A service of the manifest, as it is in ECS. */
export interface ManifestService extends Controlled, Pick<WantedService, 'source'> {
  readonly wanted: WantedService;
  readonly settings: Settings;
}

/** How services are to be deployed, as far as that decides what is read. */
export interface DeployValues extends Pick<ControllerValues, 'waitUntil' | 'waitForServiceStability'> {
  readonly onOutsideChange: OnOutsideChange;
  readonly onFailure: 'stop' | 'rollback';
}

/** Every service of the waves, read and checked before any effect. @throws NOT_FOUND, SERVICE_NOT_ACTIVE … */
export async function readManifestServices(
  waves: readonly WantedWave[],
  given: DeployValues,
  ecs: Ecs,
  world: World,
): Promise<readonly ManifestService[]> {
  const found: ManifestService[] = [];
  const all = waves.flatMap(({ services }) => services);
  for (const [cluster, services] of Map.groupBy(all, (one) => one.cluster)) {
    const { onOutsideChange } = given;
    const targets = await readTargets(
      {
        cluster,
        services: services.map(({ serviceName }) => serviceName),
        onOutsideChange,
        withTags: given.onFailure === 'rollback',
      },
      ecs,
      world,
    );
    const read = services.flatMap((wanted, index) => {
      const target = targets[index];
      return target ? [{ target, source: wanted.source, wanted }] : [];
    });
    for (const one of await withControllers(read, controllerValues(given), world))
      found.push({ ...one, settings: { onOutsideChange, ...countOf(one, world) } });
  }
  return found;
}

/** Names of CodeDeploy follow from those of the service. */
const controllerValues = ({ waitUntil, waitForServiceStability }: DeployValues): ControllerValues => ({
  waitUntil,
  ...(waitForServiceStability !== undefined && { waitForServiceStability }),
  codedeployApplication: undefined,
  codedeployDeploymentGroup: undefined,
});

/** A count that is set once is not touched, and a service that was scaled to zero stays at zero. */
function countOf(
  { target, wanted: { desiredCount } }: Pick<ManifestService, 'target' | 'wanted'>,
  world: World,
): Pick<Settings, 'desiredCount'> {
  if (desiredCount.kind !== 'wanted') return {};
  if (target.service.desiredCount !== 0 || desiredCount.count === 0)
    return { desiredCount: desiredCount.count };
  world.host.log.notice(
    `${target.name} stays at zero tasks: it was scaled to zero, and the manifest wants ${desiredCount.count}; scale-service starts it again`,
  );
  return {};
}
