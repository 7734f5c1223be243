import { shortTaskDefinition } from '../../ecs/short-names.ts';
import { primaryTaskSet } from '../../ecs/task-sets.ts';
import type { Run } from '../follow/run.ts';
import type { Outcome } from '../report/outcome.ts';
import { pinDigests } from '../rollback/pin-digests.ts';
import { markRollback } from '../rollback/rollback-mark.ts';
import type { OnStarted } from '../rollout/rollout.ts';
import type { WaitOptions } from '../rollout/wait-conditions.ts';
import type { Target } from '../service/read-service-targets.ts';
import { readRollbackRevision } from '../service/rollback-revision.ts';
import type { DeploySteps } from './controller.ts';
import { deployOnce } from './deploy.ts';

/**
 * Deploys an earlier version of a service that runs by task sets, under CODE_DEPLOY or EXTERNAL. ECS keeps no service
 * revision of those, so no digest of the past is known.
 * @param from what is to go, where this run is to know its rollback again
 */
export async function deployEarlier(
  run: Run,
  steps: DeploySteps,
  target: Target,
  version: string,
  options: WaitOptions,
  onStarted: OnStarted,
  from?: string,
): Promise<Outcome> {
  const registration = await readRollbackRevision(run, target.name, version);
  const pinned = await pinDigests(run, target.name, registration, undefined);
  if (from !== undefined) await markRollback(run, target, from, pinned.arn);
  const live = shortTaskDefinition(primaryTaskSet(target.service)?.taskDefinition);
  run.world.host.log.info(`${target.name}: rolling back from ${live} to ${shortTaskDefinition(pinned.arn)}`);
  return deployOnce(run, steps, { ...target, isRollback: true }, pinned, {}, options, onStarted);
}
