import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { nameInArn } from '../account/arn.ts';
import { type LastLogLines, lastLogLines } from '../container-log/last-log-lines.ts';
import { classifyStop } from '../ecs/stopped-task/stopped-reason.ts';
import { LandfallError } from '../errors/landfall-error.ts';
import type { TaskRecord } from '../record/run-results.ts';
import type { SummaryBlock } from '../record/summary-block.ts';
import type { World } from '../world/world.ts';
import type { TaskLogs } from './logs.ts';
import type { Watched } from './state.ts';
import type { TaskVerdict } from './verdict.ts';

export interface Judged {
  readonly watched: Watched;
  /** An earlier attempt of the run has started it. */
  readonly isAdopted: boolean;
  readonly verdict: TaskVerdict;
}

const tailLines = 20;

export const factOf = ({ watched: { arn, task }, isAdopted, verdict }: Judged): TaskRecord => ({
  taskArn: arn,
  ...(isAdopted && { adopted: true }),
  ok: verdict.ok,
  container: verdict.container,
  exitCode: verdict.exitCode,
  stopCode: task.stopCode,
  stoppedReason: task.stoppedReason,
  sentence: verdict.sentence,
  warnings: verdict.warnings,
});

export const summaryTable = (title: string, judged: readonly Judged[]): SummaryBlock[] => [
  { kind: 'heading', text: title },
  {
    kind: 'table',
    head: ['Task', 'Result', 'Container', 'Exit code', 'What happened'],
    rows: judged.map(({ watched, isAdopted, verdict }) => [
      nameInArn(watched.arn),
      `${verdict.ok ? 'succeeded' : 'failed'}${isAdopted ? ' (started by an earlier attempt)' : ''}`,
      verdict.container ?? '',
      verdict.exitCode === undefined ? '' : String(verdict.exitCode),
      verdict.sentence,
    ]),
  },
];

/** The red end of a run: what failed, why, and the last lines of its log. */
export async function taskFailed(
  failed: readonly Judged[],
  containers: readonly ContainerDefinition[],
  logs: TaskLogs | undefined,
  { aws, host }: World,
): Promise<LandfallError> {
  const [first] = failed as [Judged];
  const { watched } = first;
  const { lines, note } = await containerLogTail(first, containers, logs, { aws, host });
  const verdict = inTheLightOf(lines, first);
  const details = [{ ...first, verdict }, ...failed.slice(1)].map(
    (one) => `task ${nameInArn(one.watched.arn)}: ${one.verdict.sentence}`,
  );
  const reason = watched.task.stoppedReason;
  if (reason && !verdict.sentence.includes(reason)) details.push(`reported by ECS: ${reason}`);
  if (lines.length > 0)
    details.push(`last lines of container "${verdict.container}":`, ...lines.map((line) => `  ${line}`));
  if (note !== undefined) details.push(note);
  return new LandfallError('TASK_FAILED', {
    summary: `task ${nameInArn(watched.arn)} failed: ${verdict.sentence}`,
    remedy: verdict.remedy,
    details,
    facts: { tasks: failed.map(factOf) },
  });
}

/** What was followed is at hand; else it is read now. */
async function containerLogTail(
  { watched: { arn, task }, verdict }: Judged,
  containers: readonly ContainerDefinition[],
  logs: TaskLogs | undefined,
  { aws, host }: Pick<World, 'aws' | 'host'>,
): Promise<LastLogLines> {
  const definition = containers.find(({ name }) => name === verdict.container);
  if (definition === undefined || verdict.exitCode === undefined) return { lines: [] };
  if (logs) return { lines: logs.tail(arn, definition.name ?? '') };
  return lastLogLines({
    logs: aws.logs,
    containerDefinition: definition,
    taskArn: arn,
    limit: tailLines,
    runtimeId: task.containers?.find(({ name }) => name === definition.name)?.runtimeId,
    calls: () => ({ signal: host.cancellation }),
  });
}

/** ECS tells an image for another processor by its exit code alone; the log has the words. */
function inTheLightOf(lines: readonly string[], { watched, verdict }: Judged): TaskVerdict {
  const containers = watched.task.containers?.filter(({ name }) => name === verdict.container) ?? [];
  const cause = classifyStop({ ...watched.task, containers }, lines);
  return cause.class === 'start' ? { ...verdict, sentence: cause.sentence, remedy: cause.remedy } : verdict;
}
