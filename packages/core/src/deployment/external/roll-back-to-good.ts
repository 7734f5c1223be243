import type { TaskSet } from '@aws-sdk/client-ecs';
import { asAsked } from '../as-asked.ts';
import { primaryTaskSet } from '../code-deploy/task-sets.ts';
import { deployTo } from '../deploy.ts';
import type { FollowOptions } from '../follow.ts';
import { nowhereToGo, revisionToGoTo } from '../go-back.ts';
import type { Outcome } from '../outcome.ts';
import { type Ours, shortTaskDefinition } from '../rollout.ts';
import { isTaskSetLive, scaleOf } from '../rules/task-set.ts';
import type { Run } from '../run.ts';
import type { Target } from '../target.ts';
import { oursOf } from './deploy.ts';
import { revisionBefore, revisionUndone } from './order.ts';
import { timeOf } from './plan.ts';
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
  const back = wanted === undefined ? standing(target, primary) : undefined;
  if (back) {
    const ours = oursOf(target, back);
    await onStarted(ours);
    const newer = (target.service.taskSets ?? []).filter(
      (one) => one.status !== 'DRAINING' && timeOf(one) > timeOf(back),
    );
    log.info(
      `${target.name}: going back to task set ${back.id} of ${shortTaskDefinition(back.taskDefinition)}, which still runs; to go: ${newer.map(nameOf).join(', ')}`,
    );
    const toGo = new Set(newer.flatMap((one) => one.id ?? []));
    const outcome = await watchTaskSet(run, target, ours, options, { part: 'hand-over', toGo });
    return asAsked(
      outcome.verdict === 'SUCCEEDED'
        ? { ...outcome, verdict: 'ROLLED_BACK', status: 'rolled-back', live: ours.taskDefinition }
        : outcome,
    );
  }
  const undone = primary && revisionUndone(primary);
  if (wanted === undefined && undone !== undefined)
    throw nowhereToGo(
      target.name,
      `${target.name} was rolled back already: ${shortTaskDefinition(primary?.taskDefinition)} is live, in place of ${undone}`,
    );
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
  return deployTo(run, { ...target, isRollback: true }, registration, {}, options, onStarted);
}

const nameOf = ({ id, taskDefinition }: TaskSet) => `${id} of ${shortTaskDefinition(taskDefinition)}`;

/** The task set that stays when the newer ones go: the primary one, or the one before it if that still runs. */
function standing({ service }: Target, primary: TaskSet | undefined): TaskSet | undefined {
  if (!primary) return undefined;
  const others = (service.taskSets ?? []).filter((one) => one.id !== primary.id && one.status !== 'DRAINING');
  if (others.some((one) => timeOf(one) > timeOf(primary))) return primary;
  return others
    .filter((one) => scaleOf(one) === 100 && isTaskSetLive(one, service))
    .toSorted((a, b) => timeOf(b) - timeOf(a))[0];
}
