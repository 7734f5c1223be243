import type { Service, TaskDefinition, UpdateServiceRequest } from '@aws-sdk/client-ecs';
import { canonicalJson } from '../../documents/canonical.ts';
import { primaryOf } from '../../ecs/deployments.ts';
import type { Newest } from '../../ecs/newest-deployment.ts';
import { isStopped, isUnderWay } from '../../ecs/newest-first.ts';
import { shortTaskDefinition } from '../../ecs/short-names.ts';
import { isAlive, taskCounts } from '../rules/alive.ts';
import { judgeStanding } from '../rules/standing.ts';
import type { Target } from '../service/read-service-targets.ts';
import { standingOf } from '../service/read-standing.ts';
import { standingSentence } from '../verdict/live-revision.ts';
import { noRunningTasksSentence } from '../verdict/no-running-tasks.ts';
import { alreadyLive, type Plan, type Settings } from './plan-types.ts';

/**
 * Compares what is wanted with what runs. A task definition that is not yet registered (`undefined`) is by
 * definition another one. Which fields start a deployment: ECS API reference, UpdateService.
 */
export function planUpdate(target: Target, wanted: string | undefined, settings: Settings): Plan {
  const { service } = target;
  const primary = primaryOf(service);
  const same = wanted !== undefined && primary?.taskDefinition === wanted;
  const changes = changedSettings(target, settings);
  const isAsItWas = same && Object.keys(changes).length === 0;
  if ((target.isForced && isAsItWas) || forcedUndone(target))
    return { kind: 'adopt', reason: forcedReason(target) };
  const asked = settings.forceNewDeployment === true && !target.isForced;
  const stands = isAsItWas && !asked ? asItStands(target) : undefined;
  if (stands && stands.kind !== 'again') return stands;
  const force = asked || stands !== undefined;
  const deploys = !same || force || changes.volumeConfigurations !== undefined;
  return {
    kind: 'update',
    startsDeployment: deploys,
    ...(stands && { isAgain: true }),
    warnings: [...(stands ? [stands.reason] : []), ...warningsFor(target, deploys, settings)],
    request: {
      cluster: target.cluster,
      service: target.name,
      // Sent even where it is the same: the read may be behind someone else's deployment of another one.
      taskDefinition: wanted,
      ...changes,
      ...(force ? { forceNewDeployment: true } : {}),
    },
  };
}

/** What an earlier attempt has forced, where ECS is rolling it back: PRIMARY still, or no longer. */
export const forcedUndone = ({ isForced, newest }: Target): Newest | undefined =>
  isForced && typeof newest === 'object' && isStopped(newest.status) ? newest : undefined;

/** Why what an earlier attempt has forced is followed. */
export function forcedReason(target: Target): string {
  const undone = forcedUndone(target);
  const { id, taskDefinition } = undone ?? primaryOf(target.service) ?? {};
  const how = undone ? `, which is ${undone.status}` : '';
  return `an earlier attempt of this run forced deployment ${id} of ${shortTaskDefinition(taskDefinition)}${how}`;
}

/** Nothing is to be changed: the state of the service decides. `again`: the same is to be deployed again. */
export function asItStands(
  target: Pick<Target, 'service' | 'newest' | 'reads'>,
): Exclude<Plan, { kind: 'update' | 'blocked' }> | { readonly kind: 'again'; readonly reason: string } {
  const { service, newest } = target;
  const primary = primaryOf(service);
  const name = shortTaskDefinition(primary?.taskDefinition);
  const last = typeof newest === 'object' ? newest : undefined;
  // Stopped a moment ago: what ECS is doing about it is followed.
  const isBeingUndone = last?.id === primary?.id && isStopped(last?.status) && isUnderWay(last?.status);
  if (primary?.rolloutState === 'FAILED' && !isBeingUndone)
    return {
      kind: 'failed-before',
      reason: `deployment ${primary.id} of ${name} has failed: ${primary.rolloutStateReason ?? 'ECS gave no reason'}`,
    };
  const reads = target.reads ?? [standingOf(target, newest, primary?.taskDefinition, 0)];
  switch (judgeStanding(reads)) {
    case 'noop':
    case 'again':
      return {
        kind: 'unchanged',
        reason: standingSentence(service, primary?.taskDefinition, alreadyLive),
      };
    case 'deploy':
      return {
        kind: 'again',
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
  primaryOf(service)?.volumeConfigurations?.length &&
  !volumes.some(({ configuredAtLaunch }) => configuredAtLaunch)
    ? { ...settings, serviceManagedEbsVolume: [] }
    : settings;

const volumesOf = ({ serviceManagedEbsVolumeName: name, serviceManagedEbsVolume: volumes }: Settings) =>
  volumes?.map((managedEBSVolume) => ({ name, managedEBSVolume }));

/** Only what differs from the service as it is: an equal value is not sent, so that nothing is reset by saying it. */
export function changedSettings({ service }: Target, settings: Settings): Partial<UpdateServiceRequest> {
  const { desiredCount, enableEcsManagedTags, propagateTags, enableExecuteCommand } = settings;
  const volumes = volumesOf(settings);
  return {
    ...(desiredCount !== undefined && desiredCount !== service.desiredCount && { desiredCount }),
    ...(enableEcsManagedTags !== undefined &&
      enableEcsManagedTags !== (service.enableECSManagedTags ?? false) && {
        enableECSManagedTags: enableEcsManagedTags,
      }),
    ...(propagateTags !== undefined &&
      propagateTags !== (service.propagateTags ?? 'NONE') && { propagateTags }),
    ...(enableExecuteCommand !== undefined &&
      enableExecuteCommand !== (service.enableExecuteCommand ?? false) && { enableExecuteCommand }),
    ...(volumes !== undefined &&
      canonicalJson(volumes) !== canonicalJson(primaryOf(service)?.volumeConfigurations ?? []) && {
        volumeConfigurations: volumes,
      }),
  };
}

function warningsFor({ service, name }: Target, deploys: boolean, settings: Settings): string[] {
  const warnings: string[] = [];
  const breaker = service.deploymentConfiguration?.deploymentCircuitBreaker;
  const rolling = (service.deploymentConfiguration?.strategy ?? 'ROLLING') === 'ROLLING';
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
  plan.kind !== 'update'
    ? plan.reason
    : plan.startsDeployment
      ? 'the update would start a new deployment'
      : 'the update would not start a deployment';
