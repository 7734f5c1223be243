import type { UpdateServiceRequest } from '@aws-sdk/client-ecs';
import type { EcsAccess } from '../../ecs/ecs-access.ts';
import { settleTime } from '../../ecs/eventual-consistency.ts';
import { shortTaskDefinition } from '../../ecs/short-names.ts';
import { primaryTaskSet } from '../../ecs/task-sets.ts';
import { isLandfallError } from '../../errors/landfall-error.ts';
import type { Run } from '../follow/run.ts';
import type { Plan } from '../plan/plan-types.ts';
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
 * What is to be done to a service that deploys by task sets. That there is nothing to do takes two reads that
 * agree; where they do not, one of them is behind, and reads continue until two agree, or whatever was
 * written before shows. Two that show an older task set than one before them may both be behind.
 */
export async function planSurely<T extends Target>(
  run: EcsAccess,
  given: T,
  plan: (target: T) => Plan,
  readAgain: (run: EcsAccess, target: T) => Promise<T>,
): Promise<{ readonly target: T; readonly plan: Plan }> {
  const { clock } = run.world;
  const until = clock.elapsed() + settleTime;
  let target = given;
  let planned = plan(target);
  if (planned.kind !== 'unchanged') return { target, plan: planned };
  let newest = createdAt(target);
  for (;;) {
    const before = { kind: planned.kind, primary: primaryTaskSet(target.service)?.id };
    target = await readAgain(run, target);
    planned = plan(target);
    newest = Math.max(newest, createdAt(target));
    const agrees =
      planned.kind === before.kind &&
      primaryTaskSet(target.service)?.id === before.primary &&
      createdAt(target) >= newest;
    if (agrees || planned.kind === 'adopt' || clock.elapsed() >= until) return { target, plan: planned };
  }
}

const createdAt = ({ service }: Target): number => primaryTaskSet(service)?.createdAt?.getTime() ?? 0;

/** The desired count and the tags of a service that deploys by task sets. The same values sent twice are the same. */
export async function updateSettings(
  { ecs, world }: EcsAccess,
  request: UpdateServiceRequest,
): Promise<void> {
  const { cluster: _cluster, service: _service, ...changes } = request;
  if (Object.keys(changes).length === 0) return;
  const options = { signal: world.host.cancellation };
  await ecs.updateService(request, options).catch(async (error) => {
    if (!isLandfallError(error) || error.applied !== 'unknown') throw error;
    await ecs.updateService(request, options);
  });
}

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
  return deployOnce(run, steps, target, pinned, {}, options, onStarted);
}
