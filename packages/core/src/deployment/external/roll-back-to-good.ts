import type { TaskSet } from '@aws-sdk/client-ecs';
import { asAsked } from '../as-asked.ts';
import { primaryTaskSet } from '../code-deploy/task-sets.ts';
import { deployTo } from '../deploy.ts';
import type { FollowOptions } from '../follow.ts';
import { nowhereToGo, revisionToGoTo } from '../go-back.ts';
import type { Outcome } from '../outcome.ts';
import { type Ours, shortTaskDefinition } from '../rollout.ts';
import type { Run } from '../run.ts';
import type { Target } from '../target.ts';
import { oursOf } from './deploy.ts';
import { revisionBefore } from './order.ts';
import { isSteady, timeOf } from './plan.ts';
import { watchTaskSet } from './wait.ts';

/**
 * Takes a service of the EXTERNAL controller back. A task set in flight beside the primary one is deleted; one that
 * has just become primary, while the one before still stands steady, hands over to it again; or else a task set of
 * the revision that was live before is made and taken to its end.
 * @throws ROLLBACK_IMPOSSIBLE
 */
export async function rollBackToGood(
  run: Run,
  target: Target,
  wanted: string | undefined,
  options: FollowOptions,
  onStarted: (ours: Ours) => Promise<void>,
): Promise<Outcome> {
  const { log } = run.world.host;
  const primary = primaryTaskSet(target.service);
  const back = wanted === undefined ? standing(target.service.taskSets ?? [], primary) : undefined;
  if (back) {
    const ours = oursOf(target, back);
    await onStarted(ours);
    await handOver(run, target, back, primary);
    const outcome = await watchTaskSet(run, target, ours, options);
    return asAsked(
      outcome.verdict === 'SUCCEEDED'
        ? { ...outcome, verdict: 'ROLLED_BACK', status: 'rolled-back', live: ours.taskDefinition }
        : outcome,
    );
  }
  const goal = wanted ?? (primary && revisionBefore(primary));
  if (goal === undefined)
    throw nowhereToGo(
      target.name,
      `${target.name} has no task set in flight, and which revision was live before is not noted: ECS keeps no history of task sets`,
    );
  const registration = await revisionToGoTo(run, target.name, goal);
  log.info(
    `${target.name}: rolling back from ${shortTaskDefinition(primary?.taskDefinition)} to ${shortTaskDefinition(registration.arn)}`,
  );
  return deployTo(run, target, registration, {}, options, onStarted);
}

/** The task set that stays when the newer ones go: the primary one, or the one before it if that still runs. */
function standing(sets: readonly TaskSet[], primary: TaskSet | undefined): TaskSet | undefined {
  if (!primary) return undefined;
  const others = sets.filter((one) => one.id !== primary.id && one.status !== 'DRAINING');
  if (others.some((one) => timeOf(one) > timeOf(primary))) return primary;
  return others.filter(isSteady).toSorted((a, b) => timeOf(b) - timeOf(a))[0];
}

/** Both calls may be sent twice and are the same: a run that is killed here is taken up by running it again. */
async function handOver(
  run: Run,
  target: Target,
  back: TaskSet,
  primary: TaskSet | undefined,
): Promise<void> {
  const { ecs, world } = run;
  const place = { cluster: target.cluster, service: target.name };
  const signal = world.host.cancellation;
  if (back.id !== primary?.id) {
    await ecs.updateServicePrimaryTaskSet({ ...place, primaryTaskSet: back.id }, { signal });
    world.host.log.info(
      `${target.name}: task set ${back.id} of ${shortTaskDefinition(back.taskDefinition)} is primary again`,
    );
  }
  const newer = (target.service.taskSets ?? []).filter(
    (one) => one.status !== 'DRAINING' && timeOf(one) > timeOf(back),
  );
  for (const { id, taskSetArn = id, taskDefinition } of newer) {
    await ecs.deleteTaskSet({ ...place, taskSet: taskSetArn, force: true }, { signal });
    world.host.log.info(`${target.name}: deleted task set ${id} of ${shortTaskDefinition(taskDefinition)}`);
  }
}
