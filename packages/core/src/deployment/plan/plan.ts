import type {
  CreateServiceRequest,
  Service,
  TaskDefinition,
  UpdateServiceRequest,
} from '@aws-sdk/client-ecs';
import { primaryOf } from '../../ecs/deployments.ts';
import type { Newest } from '../../ecs/newest-deployment.ts';
import { isStopped, isUnderWay } from '../../ecs/newest-first.ts';
import { shortTaskDefinition } from '../../ecs/short-names.ts';
import { isAlive, taskCounts } from '../rules/alive.ts';
import { judgeStanding } from '../rules/standing.ts';
import type { ClaimedTarget, StandingTarget, Target } from '../service/read-service-targets.ts';
import { standingOf } from '../service/read-standing.ts';
import { countBeforeStop } from '../service/stopped-tag.ts';
import { standingSentence } from '../verdict/live-revision.ts';
import { noRunningTasksSentence } from '../verdict/no-running-tasks.ts';
import { alreadyLive, type Plan, type Settings } from './plan-types.ts';
import { changesOf, isUnshown, type ServiceChange } from './service-changes.ts';

/**
 * Compares what is wanted with what runs. A task definition that is not yet registered (`undefined`) is by
 * definition another one. Which fields start a deployment: setting-effects.ts.
 */
export function planUpdate(target: StandingTarget, wanted: string | undefined, settings: Settings): Plan {
  if (target.isAbsent) return planCreation(target, wanted, settings);
  const { service } = target;
  const primary = primaryOf(service);
  const same = wanted !== undefined && primary?.taskDefinition === wanted;
  const changes = changedSettings(target, settings);
  const isAsItWas = same && Object.keys(changes).length === 0;
  const { forced } = target;
  if (forced?.kind === 'rolling-back' || (forced?.kind === 'primary' && isAsItWas))
    return { kind: 'adopt', reason: forcedReason(target) };
  const asked = settings.forceNewDeployment === true && forced?.kind !== 'primary';
  const stands = isAsItWas && !asked ? asItStands(target) : undefined;
  if (stands && stands.kind !== 'redeploy') return stands;
  const force = asked || stands !== undefined;
  const deploys =
    !same || force || settingChanges(target, settings).some(({ effect }) => effect === 'deployment');
  const count = settings.desiredCount ?? countBeforeStop(service);
  const stopsFirst = deploys && settings.stopBefore !== undefined && count > 0;
  return {
    kind: 'update',
    startsDeployment: deploys,
    ...(stands && { isRedeployment: true }),
    ...(stopsFirst && { stopsFirst }),
    warnings: [...(stands ? [stands.reason] : []), ...warningsFor(target, deploys, settings)],
    request: {
      cluster: target.cluster,
      service: target.name,
      // Sent even where it is the same: the read may be behind someone else's deployment of another one.
      taskDefinition: wanted,
      ...changes,
      ...(stopsFirst && { desiredCount: count }),
      ...(force ? { forceNewDeployment: true } : {}),
    },
  };
}

/** Why what an earlier attempt has forced is followed. */
export function forcedReason({ service, forced }: ClaimedTarget): string {
  const undone = forced?.kind === 'rolling-back' ? forced.deployment : undefined;
  const { id, taskDefinition } = undone ?? primaryOf(service) ?? {};
  const how = undone ? `, which is ${undone.status}` : '';
  return `an earlier attempt of this run forced deployment ${id} of ${shortTaskDefinition(taskDefinition)}${how}`;
}

/** Nothing is to be changed: the state of the service decides. `redeploy`: that is deployed again, by force. */
export function asItStands(
  target: Pick<StandingTarget, 'service' | 'standing'>,
):
  | Exclude<Plan, { kind: 'update' | 'blocked' | 'create' }>
  | { readonly kind: 'redeploy'; readonly reason: string } {
  const { service, standing } = target;
  const primary = primaryOf(service);
  const name = shortTaskDefinition(primary?.taskDefinition);
  const newest = standing?.newest;
  const last = typeof newest === 'object' ? newest : undefined;
  // Stopped a moment ago: what ECS is doing about it is followed.
  const isBeingUndone = last?.id === primary?.id && isStopped(last?.status) && isUnderWay(last?.status);
  if (primary?.rolloutState === 'FAILED' && !isBeingUndone)
    return {
      kind: 'failed-before',
      reason: `deployment ${primary.id} of ${name} has failed: ${primary.rolloutStateReason ?? 'ECS gave no reason'}`,
    };
  const reads = standing?.reads ?? [standingOf(target, newest, primary?.taskDefinition, 0)];
  switch (judgeStanding(reads)) {
    case 'noop':
    case 'read-again':
      return {
        kind: 'unchanged',
        reason: standingSentence(service, primary?.taskDefinition, alreadyLive),
      };
    case 'redeploy':
      return {
        kind: 'redeploy',
        reason: `the last deployment of ${name} (${last?.id}) is ${last?.status}: redeploying it`,
      };
    default:
      return { kind: 'adopt', reason: openReason(service, last) };
  }
}

function openReason(service: Service, newest: Newest | undefined): string {
  const primary = primaryOf(service);
  const name = shortTaskDefinition(primary?.taskDefinition);
  if (newest && newest.id !== primary?.id && isUnderWay(newest.status))
    return `deployment ${newest.id} of ${shortTaskDefinition(newest.taskDefinition)} is ${newest.status}`;
  if (primary?.rolloutState === 'IN_PROGRESS')
    return `deployment ${primary.id} is already rolling out ${name}`;
  const ours = { deploymentId: primary?.id ?? '', taskDefinition: primary?.taskDefinition ?? '' };
  return isAlive(taskCounts(service, primary?.runningCount))
    ? `whether deployment ${ours.deploymentId} of ${name} is complete is not known yet`
    : noRunningTasksSentence(service, ours);
}

/**
 * A task definition that configures no volume at launch leaves none to attach: what the service has for the one
 * before goes with it.
 */
export const withoutLostVolumes = <S extends Settings>(
  settings: S,
  { service }: Pick<Target, 'service'>,
  { volumes = [] }: TaskDefinition,
): S =>
  settings.serviceManagedEbsVolume === undefined &&
  settings.definition?.settings.volumeConfigurations === undefined &&
  primaryOf(service)?.volumeConfigurations?.length &&
  !volumes.some(({ configuredAtLaunch }) => configuredAtLaunch)
    ? { ...settings, serviceManagedEbsVolume: [] }
    : settings;

const volumesOf = ({ serviceManagedEbsVolumeName: name, serviceManagedEbsVolume: volumes }: Settings) =>
  volumes?.map((managedEBSVolume) => ({ name, managedEBSVolume }));

/** All that is requested of the service itself. */
const wantedOf = (settings: Settings): Readonly<Record<string, unknown>> => {
  const given = {
    desiredCount: settings.desiredCount,
    enableECSManagedTags: settings.enableEcsManagedTags,
    propagateTags: settings.propagateTags,
    enableExecuteCommand: settings.enableExecuteCommand,
    volumeConfigurations: volumesOf(settings),
  };
  return {
    ...settings.definition?.settings,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  };
};

/** What differs from the service as it is. What ECS has not shown is not compared. */
export const settingChanges = (
  { service, revision }: Pick<Target, 'service' | 'revision'>,
  settings: Settings,
): readonly ServiceChange[] =>
  changesOf(wantedOf(settings), { service, revision }).filter(
    ({ field }) => revision !== undefined || !isUnshown(field),
  );

/** What UpdateService is to set: only what differs, and what cannot be compared where something does. */
export function changedSettings(target: Target, settings: Settings): Partial<UpdateServiceRequest> {
  const changes = settingChanges(target, settings);
  if (changes.length === 0) return {};
  const uncompared = Object.entries(settings.definition?.settings ?? {}).filter(
    ([field]) => target.revision === undefined && isUnshown(field),
  );
  return {
    ...settings.definition?.unknown,
    ...Object.fromEntries(uncompared),
    ...Object.fromEntries(changes.map(({ field, to }) => [field, to])),
  };
}

function planCreation(target: Target, wanted: string | undefined, settings: Settings): Plan {
  const { definition } = settings;
  const tags = definition?.tags;
  const request: CreateServiceRequest = {
    ...definition?.unknown,
    ...wantedOf(settings),
    cluster: target.cluster,
    serviceName: target.name,
    taskDefinition: wanted,
    ...(tags && { tags: [...tags] }),
  };
  return { kind: 'create', request, warnings: warningsFor(target, true, settings) };
}

function warningsFor({ service, name }: Target, deploys: boolean, settings: Settings): string[] {
  const warnings: string[] = [];
  const configuration = {
    ...service.deploymentConfiguration,
    ...settings.definition?.settings.deploymentConfiguration,
  };
  const breaker = configuration.deploymentCircuitBreaker;
  const rolling = (configuration.strategy ?? 'ROLLING') === 'ROLLING';
  if (deploys && rolling && !breaker?.enable) {
    warnings.push(
      `the deployment circuit breaker of ${name} is off: ECS will keep retrying a failing deployment; only the time limits of this step will end the wait`,
    );
  }
  if (deploys && (settings.desiredCount ?? service.desiredCount) === 0) {
    warnings.push(`the desired count of ${name} is 0: no task will run, so the new version is not tested`);
  }
  return warnings;
}

/** What the plan comes to, for a dry run. */
export const planSentence = (plan: Plan): string =>
  plan.kind === 'create'
    ? 'the service would be created, with its first deployment'
    : plan.kind !== 'update'
      ? plan.reason
      : plan.startsDeployment
        ? `${plan.stopsFirst ? 'its tasks would be stopped, and ' : ''}the update would start a new deployment`
        : 'the update would not start a deployment';
