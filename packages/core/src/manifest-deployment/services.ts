import type { Controlled } from '../deployment/controllers/controller.ts';
import { withControllers } from '../deployment/controllers/controllers.ts';
import type { ControllerValues } from '../deployment/inputs/codedeploy-inputs.ts';
import { asService, checkDefinition, needsRevision } from '../deployment/inputs/service-definition-inputs.ts';
import type { Settings } from '../deployment/plan/plan-types.ts';
import { ownedBy, ownerOf, refuseOtherOwner } from '../deployment/service/owner-tag.ts';
import {
  isExpress,
  type OnOutsideChange,
  readTargets,
  type Target,
} from '../deployment/service/read-service-targets.ts';
import { stoppedCount } from '../deployment/service/stopped-tag.ts';
import { LandfallError } from '../errors/landfall-error.ts';
import { type ServiceDefinition, toServiceDefinition } from '../service-definition/service-definition.ts';
import type { Ecs } from '../world/aws.ts';
import type { World } from '../world/world.ts';
import type { WantedService, WantedWave } from './selection.ts';

/** A service of the manifest, as it is in ECS. */
export interface ManifestService extends Controlled, Pick<WantedService, 'source'> {
  readonly wanted: WantedService;
  readonly definition: ServiceDefinition;
  readonly settings: Settings;
  /** What is to be reported of it. */
  readonly notices: readonly string[];
}

/** How services are to be deployed, as far as that decides what is read. */
export interface DeployValues extends Pick<ControllerValues, 'waitUntil' | 'waitForServiceStability'> {
  readonly onOutsideChange: OnOutsideChange;
  readonly onFailure: 'stop' | 'rollback';
  readonly adopt: boolean;
  readonly waitTimeout?: number | undefined;
  /** The latest revision of each family is read, too: for a plan, which registers nothing in between. */
  readonly withLatest?: boolean;
}

/** Where what is wanted comes from. */
interface ManifestSource {
  /** For messages. */
  readonly file: string;
  /** Whom the services belong to. */
  readonly owner?: string | undefined;
}

/**
 * Every service of the waves, read and checked before any effect. One that is missing is to be created.
 * @throws CONFLICT, SERVICEDEF_INVALID, SERVICE_NEEDS_RECREATION, SERVICE_NOT_ACTIVE, MANIFEST_INVALID …
 */
export async function readManifestServices(
  waves: readonly WantedWave[],
  { file, owner }: ManifestSource,
  given: DeployValues,
  ecs: Ecs,
  world: World,
): Promise<readonly ManifestService[]> {
  const { onOutsideChange } = given;
  const all = waves.flatMap(({ services }) =>
    services.map((wanted) => ({ wanted, ...definitionOf(wanted, file) })),
  );
  const found: Omit<ManifestService, 'controller'>[] = [];
  for (const [cluster, services] of Map.groupBy(all, ({ wanted }) => wanted.cluster)) {
    const byName = new Map(services.map((one) => [one.wanted.serviceName, one]));
    const targets = await readTargets(
      {
        cluster,
        services: [...byName.keys()],
        onOutsideChange,
        withTags: true,
        withRevision: services.some(({ definition }) => needsRevision(definition)),
        ...(given.withLatest && { family: (name) => familyOf(byName.get(name)?.wanted) }),
        absent: (name) => asService(name, byName.get(name)?.definition),
      },
      ecs,
      world,
    );
    for (const target of targets) {
      const one = byName.get(target.name);
      if (!one) continue;
      const { count, notices } = countOf(target, one.wanted);
      const definition = withOwner(one.definition, target, owner, given);
      const stopBefore = one.wanted.stopBeforeDeploy ? { within: given.waitTimeout } : undefined;
      const settings = { onOutsideChange, definition, desiredCount: count, stopBefore };
      found.push({
        ...one,
        definition,
        target,
        source: one.wanted.source,
        settings,
        notices: [...one.notices, ...notices],
      });
    }
  }
  refuseOtherOwner(
    found.map(({ target }) => target),
    owner,
  );
  refuseWithoutCount(found);
  refuseStop(found);
  if (found.some(({ target }) => isExpress(target.service))) {
    const { refuseWithoutMain } = await import('../deployment/express/as-a-service.ts');
    refuseWithoutMain(found);
  }
  for (const { target, definition, settings } of found) checkDefinition(target, definition, settings);
  const controlled: ManifestService[] = [];
  // Names are unique in a cluster only.
  for (const services of Map.groupBy(found, ({ target }) => target.cluster).values())
    controlled.push(...(await withControllers(services, controllerValues(given), world)));
  return controlled;
}

const familyOf = (wanted: WantedService | undefined): string | undefined =>
  wanted?.source.kind === 'file' ? wanted.source.request.family : undefined;

function definitionOf(
  { key, service }: WantedService,
  file: string,
): Pick<ManifestService, 'definition' | 'notices'> {
  const path = `services.${key}.service of ${file}`;
  const { definition, notes } = toServiceDefinition(service, path);
  return { definition, notices: notes.map((note) => `${path}: ${note}`) };
}

/** A service that is created, or adopted, belongs to the environment from then on. */
function withOwner(
  definition: ServiceDefinition,
  { isAbsent, service }: Target,
  owner: string | undefined,
  { adopt }: Pick<DeployValues, 'adopt'>,
): ServiceDefinition {
  if (owner === undefined || !(isAbsent || (adopt && ownerOf(service) === undefined))) return definition;
  return { ...definition, tags: ownedBy(owner, definition.tags ?? service.tags) };
}

/** What cannot be scaled to zero, or has two versions at once by design. */
function refuseStop(services: readonly Pick<ManifestService, 'wanted' | 'target' | 'definition'>[]): void {
  refuseTogether(
    services.flatMap(({ wanted: { key, stopBeforeDeploy }, target: { name, service }, definition }) => {
      const { settings } = definition;
      const strategy =
        settings.deploymentConfiguration?.strategy ?? service.deploymentConfiguration?.strategy;
      const controller = service.deploymentController?.type ?? 'ECS';
      const scheduling = settings.schedulingStrategy ?? service.schedulingStrategy;
      const obstacle = isExpress(service)
        ? 'Express Mode'
        : controller !== 'ECS'
          ? `the ${controller} controller`
          : scheduling === 'DAEMON'
            ? 'the scheduling strategy DAEMON'
            : (strategy ?? 'ROLLING') !== 'ROLLING' && `the deployment strategy ${strategy}`;
      return stopBeforeDeploy && obstacle
        ? [`services.${key}.stopBeforeDeploy is for rolling deployments: ${name} has ${obstacle}`]
        : [];
    }),
    (count) => `${count} services cannot be stopped before they are deployed`,
  );
}

function refuseTogether(details: readonly string[], summaryOf: (count: number) => string): void {
  if (details.length === 0) return;
  const isOne = details.length === 1;
  throw new LandfallError('MANIFEST_INVALID', {
    summary: isOne ? details.join() : summaryOf(details.length),
    details: isOne ? [] : details,
  });
}

function refuseWithoutCount(services: readonly Pick<ManifestService, 'wanted' | 'target'>[]): void {
  const details = services
    .filter(
      ({ target, wanted: { desiredCount, service } }) =>
        target.isAbsent && desiredCount.kind === 'kept' && service.schedulingStrategy !== 'DAEMON',
    )
    .map(
      ({ target: { name, cluster }, wanted: { key } }) =>
        `services.${key} needs desiredCount, such as { initial: 1 }, to be created: ${name} does not exist in cluster ${cluster}`,
    );
  refuseTogether(details, (count) => `${count} services cannot be created`);
}

/** Names of CodeDeploy follow from those of the service. */
const controllerValues = ({ waitUntil, waitForServiceStability }: DeployValues): ControllerValues => ({
  waitUntil,
  ...(waitForServiceStability !== undefined && { waitForServiceStability }),
  codedeployApplication: undefined,
  codedeployDeploymentGroup: undefined,
});

/** A count for the start is set at creation only, and a service that was scaled to zero stays at zero. */
function countOf(
  { name, isAbsent, service }: Target,
  { desiredCount }: WantedService,
): { readonly count: number | undefined; readonly notices: readonly string[] } {
  const stopped = service.desiredCount === 0 ? stoppedCount(service) : undefined;
  if (stopped !== undefined)
    return { count: desiredCount.kind === 'wanted' ? desiredCount.count : stopped, notices: [] };
  if (desiredCount.kind === 'kept' || (desiredCount.kind === 'initial' && !isAbsent))
    return { count: undefined, notices: [] };
  const { count } = desiredCount;
  if (isAbsent || service.desiredCount !== 0 || count === 0) return { count, notices: [] };
  const notice = `${name} stays at zero tasks: it was scaled to zero, and the manifest wants ${count}; scale-service starts it again`;
  return { count: undefined, notices: [notice] };
}
