import type { ContainerDefinition, Task } from '@aws-sdk/client-ecs';
import { isOver, type Watched } from './state.ts';
import { hasEndedAlone, verdictOf } from './verdict.ts';

const notStarted: ReadonlySet<string | undefined> = new Set(['PROVISIONING', 'PENDING', 'ACTIVATING']);
export const hasNotStarted = ({ lastStatus }: Task) => notStarted.has(lastStatus);

/** A task that the run leaves as it is, in a sentence. */
export const leftAlone = ({ arn, task }: Watched) =>
  hasNotStarted(task)
    ? `task ${arn} is ${task.lastStatus}: it has not started yet, but still may`
    : `task ${arn} still runs`;

/** Whether nothing more can change how a task is judged. */
export const decidedBy =
  (containers: readonly ContainerDefinition[], decisive: string | undefined) =>
  (watched: Watched): boolean =>
    isOver(watched) || hasEndedAlone(watched.task, containers, decisive);

/** Of several tasks some may have ended before the run did: how, one sentence each. */
export const endedBefore = (
  watched: readonly Watched[],
  containers: readonly ContainerDefinition[],
  decisive: string | undefined,
): readonly string[] =>
  watched.filter(decidedBy(containers, decisive)).map((one) => {
    const who = isOver(one) ? `task ${one.arn}` : `container "${decisive}" of task ${one.arn}`;
    return `${who} has ended: ${verdictOf(one.task, containers, decisive).sentence}`;
  });
