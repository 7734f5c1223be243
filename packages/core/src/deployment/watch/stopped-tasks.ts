import type { Task } from '@aws-sdk/client-ecs';
import type { EvidenceCalls } from '../../ecs/evidence-calls.ts';
import { readStoppedTasks } from '../../ecs/read-services.ts';
import { isLandfallError } from '../../errors/landfall-error.ts';
import { isDenied } from '../../reading/trouble.ts';
import type { Watch, WatchContext } from './watch.ts';

/**
 * The stopped tasks of our deployment. They are evidence, not truth: where they cannot be read, whatever the reason,
 * the verdict stands with less to say, and the log says once why no cause is shown.
 * @param startedBy the task set that starts the tasks of our deployment, where they do not bear its own id; null
 *   where it is not known yet
 */
export async function stoppedTasksOf(
  watch: Watch,
  { ecs, signal, onNotice }: WatchContext,
  evidence: EvidenceCalls,
  startedBy: string | null = watch.ours.deploymentId,
): Promise<readonly Task[] | undefined> {
  const { ours } = watch;
  if (watch.tasksUnread === 'denied' || startedBy === null) return undefined;
  try {
    const tasks = await readStoppedTasks(ecs, { ...ours, deploymentId: startedBy }, evidence);
    return tasks.map((task) => ({ ...task, startedBy: ours.deploymentId }));
  } catch (error) {
    if (!isLandfallError(error)) throw error;
    if (watch.tasksUnread === undefined && !signal.aborted)
      onNotice({ kind: 'evidence-missing', error, consequence: 'why tasks stopped cannot be shown' });
    watch.tasksUnread = isDenied(error) ? 'denied' : 'failed';
    return undefined;
  }
}
