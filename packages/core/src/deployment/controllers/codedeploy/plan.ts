import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';
import { shortTaskDefinition } from '../../../ecs/short-names.ts';
import { primaryTaskSet } from '../../../ecs/task-sets.ts';
import { changedSettings } from '../../plan/plan.ts';
import { alreadyLive, type Plan, type Settings } from '../../plan/plan-types.ts';
import { isTaskSetLive } from '../../rules/task-set.ts';
import { standingSentence } from '../../verdict/live-revision.ts';
import type { CodeDeployTarget } from './read/current.ts';
import { busySentence, rollsOut } from './read/read-deployments.ts';
import { reasonOf } from './watch/as-service-deployment.ts';

/** What will be done to a service that CodeDeploy deploys: its settings by UpdateService, its task definition by CodeDeploy. */
export function planByCodeDeploy(
  target: CodeDeployTarget,
  wanted: string | undefined,
  settings: Settings,
): Plan {
  const changes = changedSettings(target, settings);
  const force = settings.forceNewDeployment === true && target.forced?.kind !== 'primary';
  const isUnchanged = Object.keys(changes).length === 0;
  const update = (startsDeployment: boolean): Plan => ({
    kind: 'update',
    startsDeployment,
    warnings: startsDeployment ? warningsFor(target, settings) : [],
    request: { cluster: target.cluster, service: target.name, ...changes },
  });
  const name = shortTaskDefinition(wanted);
  // Also before "nothing to do": what is live now may be about to be replaced.
  const rolling =
    wanted === undefined || (force && target.forced?.kind !== 'in-progress')
      ? undefined
      : underWay(target, wanted);
  if (rolling && isUnchanged)
    return { kind: 'adopt', reason: `deployment ${rolling.deploymentId} is already rolling out ${name}` };
  if (rolling) return update(false);
  const { busy = [] } = target.codeDeploy.current ?? {};
  if (busy.length > 0) return { kind: 'blocked', reason: busySentence(target.codeDeploy.group, busy) };
  const primary = primaryTaskSet(target.service);
  if (wanted === undefined || primary?.taskDefinition !== wanted || force) return update(true);
  const failed = failedMaker(target);
  if (failed) return { kind: 'failed-before', reason: failed };
  if (wasUndone(target, wanted)) return update(true);
  if (!isUnchanged) return update(false);
  if (!isTaskSetLive(primary, target.service))
    return {
      kind: 'adopt',
      reason: `${name} has the traffic, and ${primary.runningCount ?? 0} of ${target.service.desiredCount} tasks are running`,
    };
  return {
    kind: 'unchanged',
    reason: standingSentence(
      target.service,
      wanted,
      target.forced?.kind === 'primary' ? forcedAlready : alreadyLive,
    ),
  };
}

const forcedAlready = (name: string) =>
  `${name} is live: an earlier attempt of this run forced its deployment`;

/**
 * The deployment in progress that rolls this task definition out; of a forced one, that which this run has
 * forced.
 */
export const underWay = (
  { codeDeploy, forced }: CodeDeployTarget,
  taskDefinition: string,
  sha256 = '',
): DeploymentInfo | undefined =>
  codeDeploy.current?.busy.find(
    (one) =>
      one.creator !== 'codeDeployRollback' &&
      rollsOut(one, taskDefinition, sha256) &&
      (forced?.kind !== 'in-progress' || one.deploymentId === forced.id),
  );

/**
 * What has the traffic may have it by a deployment that failed after the shift and was not rolled back: to
 * call that "nothing to do" would make a red step green by running it again.
 */
function failedMaker({ service, codeDeploy }: CodeDeployTarget): string | undefined {
  const maker = codeDeploy.current?.maker;
  if (maker?.status !== 'Failed' && maker?.status !== 'Stopped') return undefined;
  const name = shortTaskDefinition(primaryTaskSet(service)?.taskDefinition);
  return `${name} is serving traffic although its deployment ${maker.deploymentId} failed: ${reasonOf(maker, undefined)}`;
}

/** The newest deployment was one of the very same, forced, and did not become live: a new run tries it again. */
function wasUndone({ codeDeploy }: CodeDeployTarget, wanted: string): boolean {
  const last = codeDeploy.current?.last;
  const hasEnded = last?.status === 'Failed' || last?.status === 'Stopped';
  return hasEnded && rollsOut(last, wanted, '');
}

function warningsFor({ name, service, codeDeploy }: CodeDeployTarget, settings: Settings): string[] {
  const rollback = codeDeploy.info.autoRollbackConfiguration;
  const rollsBack = rollback?.enabled === true && rollback.events?.includes('DEPLOYMENT_FAILURE') === true;
  return [
    ...(rollsBack
      ? []
      : [
          `deployment group ${codeDeploy.group} of ${name} does not roll back when a deployment fails: turn on automatic rollback for DEPLOYMENT_FAILURE`,
        ]),
    ...((settings.desiredCount ?? service.desiredCount) === 0
      ? [`the desired count of ${name} is 0: no task will run, so the new version is not tested`]
      : []),
  ];
}
