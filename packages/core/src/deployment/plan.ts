import type { Service, UpdateServiceRequest } from '@aws-sdk/client-ecs';
import { planByCodeDeploy } from './code-deploy/plan.ts';
import { downSentence, isDown } from './down.ts';
import { isExternal, planByTaskSets } from './external/plan.ts';
import type { Plan, Settings } from './plan-terms.ts';
import { primaryOf, shortTaskDefinition } from './rollout.ts';
import type { Target } from './target.ts';

/**
 * Compares what is wanted with what runs. A task definition that is not yet registered (`undefined`) is by
 * definition another one. Which fields start a deployment: ECS API reference, UpdateService.
 */
export function planUpdate(target: Target, wanted: string | undefined, settings: Settings): Plan {
  if (target.codeDeploy) return planByCodeDeploy(target, wanted, settings, changedSettings(target, settings));
  if (isExternal(target)) return planByTaskSets(target, wanted, settings, changedSettings(target, settings));
  const { service } = target;
  const primary = primaryOf(service);
  const force = settings.forceNewDeployment === true && !target.isForced;
  const same = wanted !== undefined && primary?.taskDefinition === wanted;
  const changes = changedSettings(target, settings);
  if (same && !force && Object.keys(changes).length === 0) {
    const name = shortTaskDefinition(wanted);
    if (target.isForced)
      return {
        kind: 'adopt',
        reason: `an earlier attempt of this run has forced deployment ${primary?.id} of ${name}`,
      };
    return asItStands(service);
  }
  return {
    kind: 'update',
    startsDeployment: !same || force,
    warnings: warningsFor(target, !same || force, settings),
    request: {
      cluster: target.cluster,
      service: target.name,
      ...(same ? {} : { taskDefinition: wanted }),
      ...changes,
      ...(force ? { forceNewDeployment: true } : {}),
    },
  };
}

/** Nothing is to be changed: what the PRIMARY deployment is about to come to decides. */
export function asItStands(service: Service): Exclude<Plan, { kind: 'update' }> {
  const primary = primaryOf(service);
  const name = shortTaskDefinition(primary?.taskDefinition);
  if (primary?.rolloutState === 'IN_PROGRESS')
    return { kind: 'adopt', reason: `deployment ${primary.id} is already rolling ${name} out` };
  if (primary?.rolloutState === 'FAILED')
    return {
      kind: 'failed-before',
      reason: `deployment ${primary.id} of ${name} has failed: ${primary.rolloutStateReason ?? 'ECS gave no reason'}`,
    };
  if (primary && isDown(service, primary))
    return {
      kind: 'adopt',
      reason: downSentence(service, {
        deploymentId: primary.id ?? '',
        taskDefinition: primary.taskDefinition ?? '',
      }),
    };
  return { kind: 'unchanged', reason: `${name} is already live and nothing else was asked for` };
}

/** Only what differs from the service as it is: an equal value is not sent, so that nothing is reset by saying it. */
function changedSettings({ service }: Target, settings: Settings): Partial<UpdateServiceRequest> {
  const { desiredCount, enableEcsManagedTags, propagateTags, enableExecuteCommand } = settings;
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
  };
}

function warningsFor({ service, name }: Target, deploys: boolean, settings: Settings): string[] {
  const warnings: string[] = [];
  const breaker = service.deploymentConfiguration?.deploymentCircuitBreaker;
  const rolling = (service.deploymentConfiguration?.strategy ?? 'ROLLING') === 'ROLLING';
  if (deploys && rolling && !breaker?.enable) {
    warnings.push(
      `the deployment circuit breaker of ${name} is off: ECS will never give a bad deployment up, only the time limits here will`,
    );
  }
  if (deploys && (settings.desiredCount ?? service.desiredCount) === 0) {
    warnings.push(`the desired count of ${name} is 0: no task will run, so the new version is not exercised`);
  }
  const count = settings.desiredCount;
  if (!deploys && service.runningCount !== 0 && count !== undefined && count > (service.desiredCount ?? 0)) {
    warnings.push(
      `the desired count of ${name} goes from ${service.desiredCount} to ${count} without a deployment: the new tasks are not waited for, scale-service would`,
    );
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
