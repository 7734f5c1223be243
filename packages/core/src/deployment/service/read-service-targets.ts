import type { Service, ServiceRevision, Tag, TaskDefinition } from '@aws-sdk/client-ecs';
import { checkAllowedAccount } from '../../account/allowed-account.ts';
import { arnParts, nameInArn } from '../../account/arn.ts';
import { primaryOf, revisionArn } from '../../ecs/deployments.ts';
import type { Newest } from '../../ecs/newest-deployment.ts';
import { readServices } from '../../ecs/read-services.ts';
import { isByLandfall, liveTaskDefinition } from '../../ecs/task-sets.ts';
import { isLandfallError, LandfallError } from '../../errors/landfall-error.ts';
import { serviceMissingRemedy } from '../../errors/service-missing.ts';
import { type Registration, readLatest } from '../../task-definition/register.ts';
import type { Ecs } from '../../world/aws.ts';
import type { World } from '../../world/world.ts';
import { isBlockingEvent } from '../evidence/service-events.ts';
import type { Standing } from '../rules/standing.ts';

/** The service to deploy to, as it is before anything is written. */
export interface Target {
  readonly cluster: string;
  readonly service: Service;
  readonly name: string;
  /** ECS has no such service: it is to be created, and `service` is what it will be as far as that is known. */
  readonly isAbsent?: true;
  /** What ECS shows of the PRIMARY deployment with its revision only, where that was requested. */
  readonly revision?: ServiceRevision | undefined;
  /** Its tags are read with it: an earlier attempt of this run may have left a mark. */
  readonly withTags?: boolean;
  /** What the PRIMARY deployment runs. */
  readonly taskDefinition?:
    | { readonly taskDefinition: TaskDefinition; readonly tags: readonly Tag[] }
    | undefined;
  /** The latest revision of the family that is to be deployed, where that was read. */
  readonly latest?: Target['taskDefinition'] | 'none';
  /** What task sets run that Landfall has begun to deploy, and that have not the traffic yet. */
  readonly begun?: readonly NonNullable<Target['taskDefinition']>[];
}

/** The same, after it was looked for what an earlier attempt of this run has forced. */
export interface ClaimedTarget extends Target {
  readonly forced?: EarlierForce | undefined;
}

/** The deployment that an earlier attempt of this run has forced. */
type EarlierForce =
  | { readonly kind: 'primary' }
  | { readonly kind: 'rolling-back'; readonly deployment: Newest }
  /** By CodeDeploy, and without the traffic yet. */
  | { readonly kind: 'in-progress'; readonly id: string };

/** It has been carried out: it is PRIMARY, or ECS is rolling it back. */
export const isForcedBefore = ({ forced }: ClaimedTarget): boolean =>
  forced !== undefined && forced.kind !== 'in-progress';

/** A service of ECS's own controller, read until it is certain whether there is anything to do. */
export interface StandingTarget extends ClaimedTarget {
  /** Where it is to run what it runs already. */
  readonly standing?:
    | {
        readonly newest: Newest | 'none' | 'unreadable';
        /** How it stood at each read, the oldest first. */
        readonly reads: readonly Standing[];
      }
    | undefined;
}

export const isExpress = (service: Service | undefined) => service?.resourceManagementType === 'ECS';

/** Whether the PRIMARY deployment is of this task definition already. */
export const isSetTo = (target: Target, taskDefinition: string | undefined) =>
  taskDefinition !== undefined && target.taskDefinition?.taskDefinition.taskDefinitionArn === taskDefinition;

/**
 * Reads the services of a run, ten to a call, and refuses what cannot be deployed to, all problems together,
 * before anything is registered.
 * @throws NOT_FOUND, SERVICE_NOT_ACTIVE, ACCOUNT_MISMATCH, INPUT_INVALID
 */
export async function readTargets(
  wanted: {
    cluster: string;
    services: readonly string[];
    allowedAccountIds?: readonly string[] | undefined;
    desiredCount?: number | undefined;
    serviceManagedEbsVolume?: object | undefined;
    /** With either, a deployment may be forced: an earlier attempt of this run may have left its mark in the tags. */
    forceNewDeployment?: boolean | undefined;
    onOutsideChange?: OnOutsideChange | undefined;
    withTags?: boolean;
    /** With the service revision of what is PRIMARY. */
    withRevision?: boolean;
    /**
     * The family that a service is to run. Its latest revision is read: mostly the service runs it, and of a plan it
     * is the only one that counts.
     */
    family?: (name: string) => string | undefined;
    /** What a service that is missing, or was deleted, is to be created as. */
    absent?: ((name: string) => Service) | undefined;
  },
  ecs: Ecs,
  world: World,
): Promise<readonly Target[]> {
  const { cluster } = wanted;
  for (const asked of wanted.services) refuseOtherCluster(asked, cluster);
  const names = wanted.services.map(nameInArn);
  const signal = world.host.cancellation;
  if (wanted.allowedAccountIds) await checkAllowedAccount(wanted.allowedAccountIds, world);
  const withTags =
    wanted.forceNewDeployment === true || wanted.onOutsideChange === 'deploy' || wanted.withTags === true;
  // A run that was killed may have left a note in the tags that its scaling is suspended.
  const found = await readServices(ecs, cluster, names, { signal, withTags: true }).catch(async (error) => {
    throw isLandfallError(error, 'NOT_FOUND')
      ? await notFound(`cluster ${cluster} was not found`, world, error)
      : error;
  });
  const { absent } = wanted;
  const isGone = (name: string) => {
    const service = found.get(name);
    return service === 'missing' || (service !== undefined && service.status === 'INACTIVE');
  };
  const missing = names.filter((name) => found.get(name) === 'missing');
  if (missing.length > 0 && absent === undefined) {
    const what = missing.length === 1 ? `service ${missing[0]} was` : `services ${missing.join(', ')} were`;
    throw await notFound(`${what} not found in cluster ${cluster}`, world);
  }
  const services = wanted.services.flatMap((asked) => {
    const name = nameInArn(asked);
    const service = found.get(name);
    if (absent !== undefined && isGone(name))
      return { asked, name, service: absent(name), isAbsent: true as const };
    return service === undefined || service === 'missing'
      ? []
      : { asked, name, service: withEventIds(service) };
  });
  for (const { asked, service, isAbsent } of services) {
    if (!isAbsent) {
      refuseOtherPlace(asked, service.serviceArn);
      refuse(cluster, service);
    }
    if (wanted.desiredCount !== undefined) refuseCount(service);
    if (wanted.serviceManagedEbsVolume !== undefined) refuseVolume(service);
  }
  const revisions = new Map<string, Promise<Target['taskDefinition']>>();
  const revisionOf = (running: string) => {
    const known = revisions.get(running) ?? readTaskDefinition(ecs, running, signal);
    revisions.set(running, known);
    return known;
  };
  const latestOf = async (name: string) => {
    const family = wanted.family?.(name);
    if (family === undefined) return {};
    const latest = await readLatest(family, { ecs, signal });
    const arn = latest?.taskDefinition.taskDefinitionArn;
    if (arn !== undefined) revisions.set(arn, Promise.resolve(latest));
    return { latest: latest ?? ('none' as const) };
  };
  return Promise.all(
    services.map(async ({ name, service, isAbsent }): Promise<Target> => {
      const latest = await latestOf(name);
      if (isAbsent) return { cluster, service, name, isAbsent, ...latest };
      const running = primaryOf(service)?.taskDefinition ?? liveTaskDefinition(service);
      const begun = await Promise.all(beginning(service).map(revisionOf));
      const target = {
        cluster,
        service,
        name,
        withTags,
        ...latest,
        begun: begun.filter((one) => one !== undefined),
        ...(wanted.withRevision && { revision: await readRevision(ecs, service, world) }),
      };
      return running === undefined ? target : { ...target, taskDefinition: await revisionOf(running) };
    }),
  );
}

const beginning = ({ taskSets = [] }: Service): readonly string[] =>
  taskSets
    .filter((one) => one.status === 'ACTIVE' && isByLandfall(one))
    .flatMap(({ taskDefinition }) => taskDefinition ?? []);

/** Of the hundred events of each service the ids are kept, to know the new ones by, and what may hold on. */
const withEventIds = (service: Service): Service =>
  service.events
    ? {
        ...service,
        events: service.events.map((event) =>
          isBlockingEvent(event.message ?? '') ? event : { id: event.id },
        ),
      }
    : service;

function refuse(cluster: string, service: Service): void {
  const name = service.serviceName ?? '';
  if (service.status !== 'ACTIVE') {
    throw new LandfallError('SERVICE_NOT_ACTIVE', {
      summary: `service ${name} in cluster ${cluster} is ${service.status ?? 'in an unknown state'}, so nothing can be deployed to it`,
      facts: { cluster, service: name, status: service.status },
    });
  }
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html, desiredCount */
function refuseCount({ serviceName: name, schedulingStrategy }: Service): void {
  if (schedulingStrategy !== 'DAEMON') return;
  throw new LandfallError('INPUT_INVALID', {
    summary: `desired-count cannot be set for ${name}: DAEMON services run one task per container instance`,
    facts: { service: name, schedulingStrategy },
  });
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html, volumeConfigurations */
function refuseVolume({ serviceName: name, deploymentController }: Service): void {
  const controller = deploymentController?.type ?? 'ECS';
  if (controller === 'ECS') return;
  throw new LandfallError('INPUT_INVALID', {
    summary: `service-managed-ebs-volume cannot be set for ${name}: ECS attaches EBS volumes only to services with the ECS deployment controller, not ${controller}`,
    facts: { service: name, controller },
  });
}

/** The revision of what is PRIMARY; undefined where this job may not read it. */
async function readRevision(ecs: Ecs, service: Service, world: World): Promise<ServiceRevision | undefined> {
  const id = primaryOf(service)?.id;
  if (id === undefined) return undefined;
  const serviceRevisionArns = [revisionArn(service, id)];
  try {
    const signal = world.host.cancellation;
    const { serviceRevisions } = await ecs.describeServiceRevisions({ serviceRevisionArns }, { signal });
    return serviceRevisions?.[0];
  } catch (error) {
    if (!isLandfallError(error)) throw error;
    world.host.log.warning(
      `gatewayConnectors and monitoring of ${service.serviceName} are not compared: ${error.summary}`,
    );
    return undefined;
  }
}

async function readTaskDefinition(
  ecs: Ecs,
  name: string,
  signal: AbortSignal,
): Promise<Target['taskDefinition']> {
  const { taskDefinition, tags = [] } = await ecs.describeTaskDefinition(
    { taskDefinition: name, include: ['TAGS'] },
    { signal },
  );
  return taskDefinition && { taskDefinition, tags };
}

async function notFound(what: string, world: World, cause?: unknown): Promise<LandfallError> {
  const account = await accountOrUnknown(world);
  return new LandfallError('NOT_FOUND', {
    summary: `${what} (region ${world.aws.region}, account ${account})`,
    remedy: serviceMissingRemedy,
    facts: { region: world.aws.region, account },
    cause,
  });
}

/** Only to say more in an error: a caller who may not ask gets the error without it. */
async function accountOrUnknown(world: World): Promise<string> {
  try {
    const sts = await world.aws.sts();
    return (await sts.getCallerIdentity({}, { signal: world.host.cancellation })).Account ?? 'unknown';
  } catch (error) {
    world.host.log.debug(
      `the account could not be determined: ${isLandfallError(error) ? error.summary : 'unexpected error'}`,
    );
    return 'unknown';
  }
}

/** What is done about a change outside the task definition. */
export type OnOutsideChange = 'deploy' | 'warn';

/** What the service runs, in the form of a registration: nothing was registered. */
export const asRunning = (target: Target): Registration => ({
  arn: target.taskDefinition?.taskDefinition.taskDefinitionArn ?? '',
  taskDefinition: target.taskDefinition?.taskDefinition ?? {},
  how: 'reused',
});

/** `arn:…:service/main/web` → `main`. Undefined for a name, and for an ARN of the old form, `arn:…:service/web`. */
const clusterInArn = (asked: string) =>
  /^service\/([^/]+)\/[^/]+$/.exec(arnParts(asked)?.resource ?? '')?.[1];

/**
 * A service is read by its name. Its ARN says in which cluster it is, too: there may be one of this name in another.
 * @throws INPUT_INVALID
 */
function refuseOtherCluster(asked: string, cluster: string): void {
  const own = clusterInArn(asked);
  if (own === undefined || own === nameInArn(cluster)) return;
  throw new LandfallError('INPUT_INVALID', {
    summary: `service ${asked} is in cluster ${own}, not in ${nameInArn(cluster)}`,
    remedy: `Set \`cluster\` to ${own}, or give only the name of the service.`,
    facts: { asked, cluster },
  });
}

/**
 * An ARN names its region and its account, too. What was found by the name must be what the ARN names.
 * @throws INPUT_INVALID
 */
function refuseOtherPlace(asked: string, found: string | undefined): void {
  const wanted = arnParts(asked);
  const actual = arnParts(found ?? '');
  if (!wanted || !actual) return;
  if (wanted.region === actual.region && wanted.account === actual.account) return;
  throw new LandfallError('INPUT_INVALID', {
    summary: `${asked} is in region ${wanted.region} and account ${wanted.account}; this run uses region ${actual.region} and account ${actual.account}`,
    remedy: 'Set `region`, and use credentials of that account; or give only the name.',
    facts: { asked, found },
  });
}
