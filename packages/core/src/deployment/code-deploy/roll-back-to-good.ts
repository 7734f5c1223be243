import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';
import { asAsked } from '../as-asked.ts';
import { deployTo } from '../deploy.ts';
import type { FollowOptions } from '../follow.ts';
import { nowhereToGo, revisionToGoTo } from '../go-back.ts';
import type { Outcome } from '../outcome.ts';
import type { Ours } from '../rollout.ts';
import { shortTaskDefinition } from '../rollout.ts';
import type { Run } from '../run.ts';
import type { Target } from '../target.ts';
import { asExisting, readCurrent, taskDefinitionOf } from './existing.ts';
import { pagesOfDeployments, readDeployments } from './read.ts';
import { liveTaskDefinition } from './task-sets.ts';
import { followExisting } from './wait.ts';

/**
 * Takes a service back that CodeDeploy deploys: a deployment under way is stopped, which makes CodeDeploy roll it
 * back; or else the last revision that CodeDeploy has made live before the present one is deployed by it again.
 * ECS refuses an UpdateService of the task definition.
 * @throws ROLLBACK_IMPOSSIBLE
 */
export async function rollBackToGood(
  run: Run,
  target: Target,
  wanted: string | undefined,
  options: FollowOptions,
  onStarted: (ours: Ours) => Promise<void>,
): Promise<Outcome> {
  const { world } = run;
  const { log, cancellation: signal } = world.host;
  const codeDeploy = await world.aws.codeDeploy();
  const by = target.codeDeploy!;
  if (wanted === undefined) {
    const { active, isUndone } = await readCurrent(codeDeploy, target, signal);
    if (active) {
      const found = await asExisting(run, target, active);
      const { deploymentId, taskDefinition } = found.ours;
      const what = `deployment ${deploymentId} of ${shortTaskDefinition(taskDefinition)}`;
      if (!isUndone) await codeDeploy.stopDeployment({ deploymentId, autoRollbackEnabled: true }, { signal });
      log.info(
        isUndone
          ? `${target.name}: CodeDeploy is rolling ${what} back already; following that`
          : `${target.name}: stopping ${what}; CodeDeploy rolls back`,
      );
      await onStarted(found.ours);
      return asAsked(await followExisting(run, target, found, options, codeDeploy));
    }
  }
  const goal = wanted ?? (await lastGood());
  const registration = await revisionToGoTo(run, target.name, goal);
  log.info(
    `${target.name}: rolling back from ${shortTaskDefinition(liveTaskDefinition(target.service))} to ${shortTaskDefinition(registration.arn)}`,
  );
  return deployTo(run, target, registration, {}, options, onStarted);

  async function lastGood(): Promise<string> {
    const live = shortTaskDefinition(liveTaskDefinition(target.service));
    for await (const ids of pagesOfDeployments(codeDeploy, by, { statuses: ['Succeeded'] }, { signal })) {
      const all = [...(await readDeployments(codeDeploy, ids, { signal })).values()].sort(newestFirst);
      for (const info of all) {
        const reference = info.creator === 'codeDeployRollback' ? undefined : taskDefinitionOf(info);
        if (reference !== undefined && shortTaskDefinition(reference) !== live) return reference;
      }
    }
    throw nowhereToGo(
      target.name,
      `CodeDeploy shows no earlier deployment of ${target.name} that succeeded with another revision`,
    );
  }
}

const newestFirst = (a: DeploymentInfo, b: DeploymentInfo) =>
  (b.createTime?.getTime() ?? 0) - (a.createTime?.getTime() ?? 0);
