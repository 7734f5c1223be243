import { primaryTaskSet } from '../code-deploy/task-sets.ts';
import { deployTo } from '../deploy.ts';
import type { FollowOptions } from '../follow.ts';
import { revisionToGoTo } from '../go-back.ts';
import type { Outcome } from '../outcome.ts';
import { type OnStarted, shortTaskDefinition } from '../rollout.ts';
import type { Run } from '../run.ts';
import type { Target } from '../target.ts';
import { pinDigests } from './pin-digests.ts';
import { markRollback } from './rollback-mark.ts';

/**
 * Deploys an earlier version of a service that runs by task sets, under CODE_DEPLOY or EXTERNAL. ECS keeps no service
 * revision of those, so no digest of the past is known.
 * @param from what is to go, where this run is to know its rollback again
 */
export async function deployEarlier(
  run: Run,
  target: Target,
  version: string,
  options: FollowOptions,
  onStarted: OnStarted,
  from?: string,
): Promise<Outcome> {
  const registration = await revisionToGoTo(run, target.name, version);
  const pinned = await pinDigests(run, target.name, registration, undefined);
  if (from !== undefined) await markRollback(run, target, from, pinned.arn);
  const live = shortTaskDefinition(primaryTaskSet(target.service)?.taskDefinition);
  run.world.host.log.info(`${target.name}: rolling back from ${live} to ${shortTaskDefinition(pinned.arn)}`);
  return deployTo(run, { ...target, isRollback: true }, pinned, {}, options, onStarted);
}
