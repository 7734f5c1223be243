import { asLandfallError } from '../../errors/as-landfall-error.ts';
import { describe } from '../../errors/describe.ts';
import type { Ecs } from '../../world/aws.ts';
import type { World } from '../../world/world.ts';
import type { Following } from '../following.ts';
import type { Verdict } from '../verdict.ts';
import type { Watch } from '../watch.ts';
import { timeOf } from './plan.ts';
import type { ExternalWatch } from './watch.ts';

/**
 * Takes our task set away: what was live before is live again, or still. This is the only rollback there is, for
 * the EXTERNAL controller has none. A primary task set without one to go back to stays: nothing else would be left.
 */
export async function giveUp(watch: ExternalWatch, verdict: Verdict, { ecs }: Following): Promise<Verdict> {
  const { cluster, service, deploymentId: taskSet } = watch.ours;
  const ours = watch.sets.find((one) => one.id === taskSet);
  const older = watch.sets.filter((one) => one.id !== taskSet && timeOf(one) <= timeOf(ours));
  const back = older.find((one) => one.id === watch.ours.previous?.deploymentId && one.status !== 'DRAINING');
  const isPrimary = ours?.status === 'PRIMARY' || watch.mayBePrimary;
  if (!ours || (isPrimary && !back)) return verdict;
  try {
    // Without the signal of the run: a deadline that comes with a cancel must not leave this half done.
    if (back && isPrimary)
      await ecs.updateServicePrimaryTaskSet({ cluster, service, primaryTaskSet: back.id });
    await ecs.deleteTaskSet({ cluster, service, taskSet: ours.taskSetArn ?? taskSet, force: true });
  } catch (thrown) {
    return {
      kind: 'FAILED',
      reason: `${verdict.reason}; and task set ${taskSet} could not be deleted: ${asLandfallError(thrown).summary}`,
      remedy: `Delete task set ${taskSet} by hand; it runs beside the live one.`,
    };
  }
  const reason = `${verdict.reason}; task set ${taskSet} is deleted`;
  return back
    ? {
        kind: 'ROLLED_BACK',
        reason,
        ...(back.taskDefinition !== undefined && { live: back.taskDefinition }),
      }
    : { kind: 'FAILED', reason: `${reason}, and nothing ran before it` };
}

const budget = 2000;

/** On a cancel that is to stop it: one DeleteTaskSet within two seconds. Says in a sentence what came of it. */
export async function deleteOurs(watch: Watch, world: World, ecs: Ecs): Promise<string> {
  const { cluster, service, deploymentId: taskSet } = watch.ours;
  const { sets, mayBePrimary } = watch as ExternalWatch;
  const ours = sets.find((one) => one.id === taskSet);
  if (ours?.status === 'PRIMARY' || mayBePrimary)
    return `cancelled; task set ${taskSet} is already the primary one and stays`;
  const limit = new AbortController();
  try {
    const deleting = ecs.deleteTaskSet(
      { cluster, service, taskSet: ours?.taskSetArn ?? taskSet, force: true },
      { signal: limit.signal },
    );
    const late = world.clock.sleep(budget, limit.signal).then(() => 'late' as const);
    return (await Promise.race([deleting, late])) === 'late'
      ? `cancelled; deleting task set ${taskSet} was asked for, but ECS did not answer in time`
      : `cancelled; task set ${taskSet} is deleted, and what was live stays live`;
  } catch (error) {
    return `cancelled; task set ${taskSet} could not be deleted (${describe(error)}): it stays`;
  } finally {
    limit.abort();
  }
}
