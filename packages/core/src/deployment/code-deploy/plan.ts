import type { UpdateServiceRequest } from '@aws-sdk/client-ecs';
import type { Plan, Settings } from '../plan-terms.ts';
import { shortTaskDefinition } from '../rollout.ts';
import type { Target } from '../target.ts';
import { liveTaskDefinition } from './task-sets.ts';

/** What will be done to a service that CodeDeploy deploys: its settings by UpdateService, its task definition by CodeDeploy. */
export function planByCodeDeploy(
  target: Target,
  wanted: string | undefined,
  settings: Settings,
  changes: Partial<UpdateServiceRequest>,
): Plan {
  const force = settings.forceNewDeployment === true && !target.isForced;
  const same = wanted !== undefined && liveTaskDefinition(target.service) === wanted;
  if (same && !force && Object.keys(changes).length === 0) {
    const name = shortTaskDefinition(wanted);
    return {
      kind: 'unchanged',
      reason: target.isForced
        ? `${name} is live: an earlier attempt of this run has forced its deployment`
        : `${name} is already live and nothing else was asked for`,
    };
  }
  const startsDeployment = !same || force;
  return {
    kind: 'update',
    startsDeployment,
    warnings: startsDeployment ? warningsFor(target, settings) : [],
    request: { cluster: target.cluster, service: target.name, ...changes },
  };
}

function warningsFor({ name, service, codeDeploy }: Target, settings: Settings): string[] {
  const rollback = codeDeploy?.info.autoRollbackConfiguration;
  const rollsBack = rollback?.enabled === true && rollback.events?.includes('DEPLOYMENT_FAILURE') === true;
  return [
    ...(rollsBack
      ? []
      : [
          `deployment group ${codeDeploy?.group} of ${name} does not roll back when a deployment fails: turn on automatic rollback for DEPLOYMENT_FAILURE`,
        ]),
    ...((settings.desiredCount ?? service.desiredCount) === 0
      ? [`the desired count of ${name} is 0: no task will run, so the new version is not exercised`]
      : []),
  ];
}
