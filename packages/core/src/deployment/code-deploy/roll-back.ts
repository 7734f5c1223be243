import { LandfallError } from '../../errors/landfall-error.ts';
import type { FollowOptions } from '../follow.ts';
import type { Outcome } from '../outcome.ts';
import type { Settings } from '../plan-terms.ts';
import { readServices } from '../reader.ts';
import { shortTaskDefinition } from '../rollout.ts';
import type { Run } from '../run.ts';
import type { Target } from '../target.ts';
import { deployByCodeDeploy } from './deploy.ts';
import { readDeployments } from './read.ts';
import { stopToRollBack } from './stop.ts';
import { liveTaskDefinition } from './task-sets.ts';
import { isOver } from './watch.ts';

/**
 * Takes a service back to what ran before this run: a deployment that is not over is stopped, which makes
 * CodeDeploy roll back; after one that is, the earlier revision is deployed and followed.
 * @returns undefined when there was nothing to follow
 * @throws ROLLBACK_IMPOSSIBLE, and whatever reading fails with
 */
export async function rollBackByCodeDeploy(
  run: Run,
  target: Target,
  done: Outcome,
  options: FollowOptions,
  settings: Settings = {},
): Promise<Outcome | undefined> {
  const { world } = run;
  const { log } = world.host;
  const deploymentId = done.ours?.deploymentId;
  const codeDeploy = await world.aws.codeDeploy();
  // The run may be cancelled: these calls are what the user asked for all the same.
  const found = deploymentId ? await readDeployments(codeDeploy, [deploymentId], {}) : new Map();
  if (deploymentId && !isOver(found.get(deploymentId)?.status)) {
    await stopToRollBack(run, codeDeploy, deploymentId, null);
    log.warning(`${target.name}: deployment ${deploymentId} is being stopped, and CodeDeploy rolls back`);
    return undefined;
  }
  const previous = target.taskDefinition?.taskDefinition;
  const arn = previous?.taskDefinitionArn;
  if (!previous || !arn || previous.status === 'INACTIVE') {
    throw new LandfallError('ROLLBACK_IMPOSSIBLE', {
      summary: `${target.name} is not rolled back: ${arn ? `${shortTaskDefinition(arn)} is deregistered (INACTIVE)` : 'nothing ran before'}`,
      facts: { service: target.name },
    });
  }
  const service = (await readServices(run.ecs, target.cluster, [target.name], {})).get(target.name);
  const now = service === 'missing' || service === undefined ? target.service : service;
  if (liveTaskDefinition(now) === arn) {
    log.info(`${target.name}: ${shortTaskDefinition(arn)} has the traffic; nothing is to be rolled back`);
    return undefined;
  }
  log.warning(`${target.name}: rolling back to ${shortTaskDefinition(arn)}`);
  const outcome = await deployByCodeDeploy(
    run,
    // Without the hooks of the AppSpec file: they judge the new version.
    { ...target, service: now, codeDeploy: { ...target.codeDeploy!, appSpec: undefined } },
    { arn, taskDefinition: previous, how: 'reused' },
    settings,
    options,
    async () => undefined,
  );
  if (outcome.error) log.error(`${target.name}: the rollback failed too: ${outcome.error.summary}`);
  return outcome;
}
