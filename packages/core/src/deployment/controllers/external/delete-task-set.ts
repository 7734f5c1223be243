import type { TaskSet } from '@aws-sdk/client-ecs';
import { unlessPassing } from '../../../ecs/write-once.ts';
import { asLandfallError } from '../../../errors/as-landfall-error.ts';
import { describe } from '../../../errors/describe.ts';
import { isLandfallError } from '../../../errors/landfall-error.ts';
import type { CallOptions, Ecs } from '../../../world/aws.ts';
import type { World } from '../../../world/world.ts';
import type { Verdict } from '../../verdict/verdict.ts';
import type { WatchContext } from '../../watch/watch.ts';
import { type ExternalWatch, supersededBy } from './next-step.ts';
import { timeOf } from './plan.ts';
import { noteUndoneIfNeeded } from './undone.ts';

/**
 * Takes our task set away: what was live before is live again, or still. This is the only rollback there is,
 * for the EXTERNAL controller has none. A primary task set without one to roll back to stays: nothing else
 * would be left. Where another one has superseded ours, that is not touched.
 */
export async function giveUp(
  watch: ExternalWatch,
  verdict: Verdict,
  following: WatchContext,
): Promise<Verdict> {
  const { ecs } = following;
  const { cluster, service, deploymentId: taskSet } = watch.ours;
  const sets = await readAgain(watch, ecs);
  const ours = sets.find((one) => one.id === taskSet);
  const older = sets.filter((one) => one.id !== taskSet && timeOf(one) <= timeOf(ours));
  const back = older.find((one) => one.id === watch.ours.previous?.deploymentId && one.status !== 'DRAINING');
  const primary = sets.find((one) => one.status === 'PRIMARY');
  const isPrimary = primary?.id === taskSet || watch.mayBePrimary;
  const isReplaced = verdict.kind === 'SUPERSEDED';
  if (ours && primary && !isReplaced && timeOf(primary) > timeOf(ours))
    return giveUp(watch, supersededBy(primary), following);
  if (!ours || (isReplaced ? primary?.id === taskSet : isPrimary && !back)) return verdict;
  const place = { cluster, service };
  try {
    // Without the signal of the run: a deadline that comes with a cancel must not leave this half done.
    if (back && !isReplaced)
      await noteUndoneIfNeeded(
        ecs,
        { serviceArn: watch.ours.serviceArn, live: back, undone: ours },
        (error, consequence) => following.onNotice({ kind: 'permission-missing', error, consequence }),
      );
    if (back && isPrimary && !isReplaced)
      await ecs.updateServicePrimaryTaskSet({ ...place, primaryTaskSet: back.id });
    await deleteTaskSet(ecs, place, ours);
  } catch (thrown) {
    return {
      ...(isReplaced ? verdict : { kind: 'FAILED' }),
      reason: `${verdict.reason}; and task set ${taskSet} could not be deleted: ${asLandfallError(thrown).summary}`,
      remedy: `Delete task set ${taskSet} manually; it is running alongside the live one.`,
    };
  }
  const reason = `${verdict.reason}; task set ${taskSet} is deleted`;
  if (isReplaced) return { ...verdict, reason };
  return back
    ? {
        kind: 'ROLLED_BACK',
        reason,
        ...(back.taskDefinition !== undefined && { live: back.taskDefinition }),
      }
    : { kind: 'FAILED', reason: `${reason}, and nothing was running before it` };
}

/** Others may have written since the last read. Where they can no longer be read, what was read last must do. */
async function readAgain({ ours, seen }: ExternalWatch, ecs: Ecs): Promise<readonly TaskSet[]> {
  const { cluster, service } = ours;
  const read = await unlessPassing(() => ecs.describeTaskSets({ cluster, service }));
  return read?.taskSets ?? seen.sets;
}

const budget = 2000;

/** On a cancel that is to stop it: DeleteTaskSet, and a note of it, within two seconds. Says in a sentence what came of it. */
export async function deleteOurs(watch: ExternalWatch, world: World, ecs: Ecs): Promise<string> {
  const { cluster, service, serviceArn, deploymentId: taskSet } = watch.ours;
  const { seen, mayBePrimary } = watch;
  const ours = seen.sets.find((one) => one.id === taskSet);
  if (ours?.status === 'PRIMARY' || mayBePrimary)
    return `cancelled; task set ${taskSet} is already the primary one and stays`;
  const limit = new AbortController();
  try {
    const undone = { id: taskSet, ...ours };
    const live = seen.sets.find((one) => one.status === 'PRIMARY');
    const deleting = Promise.all([
      deleteTaskSet(ecs, { cluster, service }, undone, { signal: limit.signal }),
      noteUndoneIfNeeded(
        ecs,
        { serviceArn, live, undone: { ...undone, taskDefinition: watch.ours.taskDefinition } },
        (error, consequence) => world.host.log.notice(`${service}: ${error.summary}: ${consequence}`),
        { signal: limit.signal },
      ),
    ]);
    const late = world.clock.sleep(budget, limit.signal).then(() => 'late' as const);
    return (await Promise.race([deleting, late])) === 'late'
      ? `cancelled; deletion of task set ${taskSet} was requested, but ECS did not respond in time`
      : `cancelled; task set ${taskSet} was deleted, and what was live stays live`;
  } catch (error) {
    return `cancelled; task set ${taskSet} could not be deleted (${describe(error)}): it stays`;
  } finally {
    limit.abort();
  }
}

/**
 * Deletes a task set whatever it still runs. One that is not there is deleted: where the answer to a first call was
 * lost, the second one finds nothing.
 */
export async function deleteTaskSet(
  ecs: Ecs,
  place: { readonly cluster: string; readonly service: string },
  { id, taskSetArn = id }: TaskSet,
  options?: CallOptions,
): Promise<void> {
  try {
    await ecs.deleteTaskSet({ ...place, taskSet: taskSetArn, force: true }, options);
  } catch (error) {
    if (!isLandfallError(error, 'NOT_FOUND')) throw error;
  }
}
