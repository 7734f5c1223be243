import type { TaskSet } from '@aws-sdk/client-ecs';
import { isRevision, shortTaskDefinition } from '../../../ecs/short-names.ts';
import { isByLandfall, primaryTaskSet } from '../../../ecs/task-sets.ts';
import type { Run } from '../../follow/run.ts';
import { type Outcome, outcomeOf } from '../../report/outcome.ts';
import { asRequestedRollback } from '../../report/requested-rollback.ts';
import { rollbackOptions } from '../../rollback/goal.ts';
import {
  deployedSince,
  findRollbackMark,
  isAsMarked,
  markRollback,
  type RollbackMark,
  rolledBackByAnother,
} from '../../rollback/rollback-mark.ts';
import type { OnStarted } from '../../rollout/rollout.ts';
import type { WaitOptions } from '../../rollout/wait-conditions.ts';
import { isTaskSetLive, scaleOf } from '../../rules/task-set.ts';
import { readAgain } from '../../service/read-again.ts';
import { asRunning, type Target } from '../../service/read-service-targets.ts';
import { noRollbackTarget } from '../../service/rollback-revision.ts';
import { standingSentence } from '../../verdict/live-revision.ts';
import { deployEarlier } from '../by-task-sets.ts';
import { isReplaced, revisionBefore, revisionUndone } from './create-task-set-request.ts';
import { externalRollbackSteps, oursOf } from './deploy.ts';
import { timeOf } from './plan.ts';
import { notedAsReplaced } from './replaced.ts';
import { noteUndoneIfNeeded, undoneFor } from './undone.ts';
import { watchTaskSet } from './wait.ts';

/**
 * Rolls back a service of the EXTERNAL controller. A task set in progress next to the primary one is
 * deleted; if it has just become primary and the previous one still runs, that one gets the traffic again; or else
 * a task set of the revision that was live before is made and taken to its end.
 * @throws ROLLBACK_IMPOSSIBLE
 */
export async function rollBackToPreviousByTaskSets(
  run: Run,
  target: Target,
  wanted: string | undefined,
  followed: WaitOptions,
  onStarted: OnStarted,
): Promise<Outcome> {
  const options = rollbackOptions(followed, run.world, target.name);
  if (wanted !== undefined) {
    const live = primaryTaskSet(target.service);
    const isLeft = standingSets(target).some((one) => timeOf(one) > timeOf(live));
    // It is there already: what is in progress next to it is deleted.
    return live && isLeft && isRevision(live.taskDefinition, wanted)
      ? handOver(run, target, live, options, onStarted)
      : deployEarlier(run, externalRollbackSteps, target, wanted, options, onStarted);
  }
  const marked = findRollbackMark(run, target.service);
  const again = marked?.isOwn && (await resume(run, target, marked.mark, options, onStarted));
  if (again) return again;
  const primary = primaryTaskSet(target.service);
  const begun = standingSets(target).find((one) => one !== primary && revisionUndone(one) !== undefined);
  if (begun && marked && !marked.isOwn && isAsMarked(begun.taskDefinition, marked.mark))
    throw rolledBackByAnother(target.name, {
      id: begun.id ?? '',
      taskDefinition: begun.taskDefinition ?? '',
    });
  if (begun)
    return deployEarlier(run, externalRollbackSteps, target, begun.taskDefinition ?? '', options, onStarted);
  const back = earlierSet(target, primary);
  const undone = primary && (revisionUndone(primary) ?? undoneFor(target.service, primary));
  // One in progress goes; one from before the primary one only where that is not itself what was rolled back
  // to.
  if (back && (back === primary || undone === undefined))
    return handOver(run, target, back, options, onStarted);
  const live = shortTaskDefinition(primary?.taskDefinition);
  if (undone !== undefined)
    throw noRollbackTarget(
      target.name,
      `${target.name} was already rolled back: ${live} is live, and it replaced ${undone}`,
    );
  const goal = primary && revisionBefore(primary);
  if (goal === undefined)
    throw noRollbackTarget(
      target.name,
      `${target.name} has no task set in progress, and no record of which revision was live before: ECS keeps no history of task sets`,
    );
  return deployEarlier(run, externalRollbackSteps, target, goal, options, onStarted, primary?.id);
}

async function handOver(
  run: Run,
  target: Target,
  back: TaskSet,
  options: WaitOptions,
  onStarted: OnStarted,
  isMarked = false,
): Promise<Outcome> {
  const ours = oursOf(target, back);
  const newer = standingSets(target).filter((one) => timeOf(one) > timeOf(back));
  run.world.host.log.info(
    `${target.name}: rolling back to task set ${nameOf(back)}, which is still running; to be deleted: ${newer.map(nameOf).join(', ')}`,
  );
  const primary = primaryTaskSet(target.service);
  const undone = primary?.id === back.id ? newer[0] : primary;
  if (!isMarked && undone?.id !== undefined) {
    const { serviceArn } = target.service;
    await noteUndoneIfNeeded(run.ecs, { serviceArn, live: back, undone }, (error, consequence) =>
      run.world.host.log.notice(`${target.name}: ${error.summary}: ${consequence}`),
    );
    await markRollback(run, target, undone.id, back.taskDefinition);
  }
  await onStarted(ours);
  const toGo = new Set(newer.flatMap((one) => one.id ?? []));
  const outcome = await watchTaskSet(run, target, ours, options, { part: 'hand-over', toGo });
  // ROLLED_BACK from the watch means the opposite: someone has made the version to go primary again.
  if (outcome.verdict !== 'SUCCEEDED') return outcome;
  return asRequestedRollback({
    ...outcome,
    verdict: 'ROLLED_BACK',
    status: 'rolled-back',
    live: ours.taskDefinition,
  });
}

const nameOf = ({ id, taskDefinition }: TaskSet) => `${id} of ${shortTaskDefinition(taskDefinition)}`;

const standingSets = ({ service }: Target): readonly TaskSet[] =>
  (service.taskSets ?? []).filter((one) => one.status !== 'DRAINING');

/**
 * The task set that stays when the newer ones go: the primary one, or the one before it if that still runs.
 * What a primary one by Landfall has replaced is known; another one next to it may never have had the
 * traffic.
 */
function earlierSet(target: Target, primary: TaskSet | undefined): TaskSet | undefined {
  if (!primary) return undefined;
  const others = standingSets(target).filter((one) => one.id !== primary.id);
  if (others.some((one) => timeOf(one) > timeOf(primary))) return primary;
  const noted = notedAsReplaced(target.service, primary.id);
  return others
    .filter((one) => !isByLandfall(primary) || isReplaced(one, primary) || noted?.has(one.id ?? ''))
    .filter((one) => scaleOf(one) === 100 && isTaskSetLive(one, target.service))
    .toSorted((a, b) => timeOf(b) - timeOf(a))[0];
}

/**
 * What an earlier attempt of this run started is resumed; what it completed leaves nothing to do.
 * @returns undefined when nothing of it shows
 * @throws ROLLBACK_IMPOSSIBLE when someone has deployed since
 */
async function resume(
  run: Run,
  target: Target,
  mark: RollbackMark,
  options: WaitOptions,
  onStarted: OnStarted,
): Promise<Outcome | undefined> {
  const sets = standingSets(target);
  const primary = primaryTaskSet(target.service);
  if (!primary || !isAsMarked(primary.taskDefinition, mark)) {
    if (primary?.id === mark.from || sets.some((one) => isAsMarked(one.taskDefinition, mark)))
      return undefined;
    throw deployedSince(target.name, primary?.taskDefinition);
  }
  const newer = sets.find((one) => timeOf(one) > timeOf(primary));
  if (newer && newer.id !== mark.from) throw deployedSince(target.name, newer.taskDefinition);
  const isLive = (found: Target) => {
    const now = primaryTaskSet(found.service);
    const isAlone = !standingSets(found).some((one) => one.id === mark.from);
    return now !== undefined && now.id === primary.id && isAlone && isTaskSetLive(now, found.service);
  };
  const again = await readAgain(run, target);
  if (!isLive(target) || !isLive(again)) {
    if (revisionUndone(primary) !== undefined)
      return deployEarlier(
        run,
        externalRollbackSteps,
        again,
        primary.taskDefinition ?? '',
        options,
        onStarted,
      );
    // The one to go still exists: the switch of traffic continues.
    return standingSets(again).some((one) => timeOf(one) > timeOf(primary))
      ? handOver(run, again, primary, options, onStarted, true)
      : watchTaskSet(run, again, oursOf(again, primary), options);
  }
  const ours = oursOf(again, primary);
  await onStarted(ours);
  const live = ours.taskDefinition;
  const reason = `this run has already rolled it back: ${standingSentence(again.service, live)}`;
  return outcomeOf({ kind: 'NOOP', reason, live }, { ours, registration: asRunning(again), milliseconds: 0 });
}
