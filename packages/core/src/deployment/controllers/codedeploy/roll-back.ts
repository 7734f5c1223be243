import { readServices } from '../../../ecs/read-services.ts';
import { shortTaskDefinition } from '../../../ecs/short-names.ts';
import { isOfDeployment, liveTaskDefinition, primaryTaskSet } from '../../../ecs/task-sets.ts';
import type { CodeDeploy } from '../../../world/aws.ts';
import type { Run } from '../../follow/run.ts';
import type { Settings } from '../../plan/plan-types.ts';
import type { Outcome } from '../../report/outcome.ts';
import { goalOf } from '../../rollback/goal.ts';
import type { WaitOptions } from '../../rollout/wait-conditions.ts';
import { impossible, readRollbackRevision, sameBefore } from '../../service/rollback-revision.ts';
import { deployOnce } from '../deploy.ts';
import { codeDeploySteps } from './deploy.ts';
import type { CodeDeployTarget } from './read/current.ts';
import { readHistory } from './read/history.ts';
import { readDeployments } from './read/read-deployments.ts';
import { stopToRollBack } from './stop.ts';
import { isOver } from './watch/codedeploy-watch.ts';

/**
 * Takes a service back to what ran before this run: a deployment that is not over is stopped, which makes
 * CodeDeploy roll back; after one that is, the earlier revision is deployed and followed.
 * @returns undefined when there was nothing to follow
 * @throws ROLLBACK_IMPOSSIBLE, and whatever reading fails with
 */
export async function rollBackByCodeDeploy(
  run: Run,
  target: CodeDeployTarget,
  done: Outcome,
  options: WaitOptions,
  settings: Settings = {},
): Promise<Outcome | undefined> {
  const { world } = run;
  const { log } = world.host;
  const deploymentId = done.ours?.deploymentId;
  const codeDeploy = await world.aws.codeDeploy();
  // The run may be cancelled: these calls are still what the user requested.
  const found = deploymentId ? await readDeployments(codeDeploy, [deploymentId], {}) : new Map();
  if (deploymentId && !isOver(found.get(deploymentId)?.status)) {
    await stopToRollBack(run, codeDeploy, deploymentId, null);
    log.warning(`${target.name}: deployment ${deploymentId} is being stopped, and CodeDeploy will roll back`);
    return undefined;
  }
  const before = await ranBefore(run, target, done, codeDeploy);
  if (before === done.ours?.taskDefinition && settings.desiredCount === undefined)
    throw sameBefore(target.name, before);
  const registration = await readRollbackRevision(run, target.name, before);
  const { arn } = registration;
  const service = (await readServices(run.ecs, target.cluster, [target.name], {})).get(target.name);
  const now = service === 'missing' || service === undefined ? target.service : service;
  if (liveTaskDefinition(now) === arn) {
    log.info(`${target.name}: ${shortTaskDefinition(arn)} has the traffic; nothing to roll back`);
    return undefined;
  }
  log.warning(`${target.name}: rolling back to ${shortTaskDefinition(arn)}`);
  const outcome = await deployOnce(
    run,
    codeDeploySteps,
    // Without the hooks of the AppSpec file: they judge the new version.
    { ...target, service: now, codeDeploy: { ...target.codeDeploy, appSpec: undefined } },
    registration,
    settings,
    options,
    async () => undefined,
  );
  if (outcome.error) log.error(`${target.name}: the rollback also failed: ${outcome.error.summary}`);
  return outcome;
}

/** What had the traffic before this run; of a deployment that it adopted with the traffic already, what that replaced. */
async function ranBefore(
  run: Run,
  target: CodeDeployTarget,
  { ours }: Outcome,
  codeDeploy: CodeDeploy,
): Promise<string> {
  const primary = primaryTaskSet(target.service);
  if (!ours || !primary || !isOfDeployment(primary, ours.deploymentId)) {
    const before = target.taskDefinition?.taskDefinition.taskDefinitionArn;
    if (before === undefined) throw impossible(target.name, 'nothing was running before');
    return before;
  }
  if (ours.previous) return ours.previous.taskDefinition;
  const past = await readHistory(codeDeploy, target, run.world.host.cancellation);
  return goalOf(target.name, past, ours.taskDefinition, 'no earlier successful deployment in CodeDeploy')
    .version;
}
