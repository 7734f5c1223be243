import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { lastLogLines } from '../container-log/last-log-lines.ts';
import { taskIdOf } from '../container-log/log-destination.ts';
import { LandfallError } from '../errors/landfall-error.ts';
import type { SummaryBlock } from '../world/summary.ts';
import type { World } from '../world/world.ts';
import type { TaskLogs } from './task-logs.ts';
import type { Watched } from './task-state.ts';
import type { TaskVerdict } from './verdict.ts';

export interface Judged {
  readonly watched: Watched;
  readonly verdict: TaskVerdict;
}

const tailLines = 20;

export const shortName = (arn: string) => arn.slice(arn.lastIndexOf('/') + 1);

/** Plain data for `--output json`. */
export const factOf = ({ watched: { arn, task }, verdict }: Judged) => ({
  taskArn: arn,
  ok: verdict.ok,
  container: verdict.container,
  exitCode: verdict.exitCode,
  stopCode: task.stopCode,
  stoppedReason: task.stoppedReason,
  sentence: verdict.sentence,
});

export const summaryTable = (title: string, judged: readonly Judged[]): SummaryBlock[] => [
  { kind: 'heading', text: title },
  {
    kind: 'table',
    head: ['Task', 'Result', 'Container', 'Exit code', 'What happened'],
    rows: judged.map(({ watched, verdict }) => [
      taskIdOf(watched.arn),
      verdict.ok ? 'succeeded' : 'failed',
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
  const [{ watched, verdict }] = failed as [Judged];
  const details = failed.map((one) => `task ${taskIdOf(one.watched.arn)}: ${one.verdict.sentence}`);
  const reason = watched.task.stoppedReason;
  if (reason && !verdict.sentence.includes(reason)) details.push(`ECS says: ${reason}`);
  const definition = containers.find(({ name }) => name === verdict.container);
  if (definition && watched.task.stopCode !== 'TaskFailedToStart') {
    const told = logs?.tail(watched.arn, definition.name ?? '') ?? [];
    const { lines, note } =
      told.length > 0
        ? { lines: told, note: undefined }
        : await lastLogLines({
            logs: aws.logs,
            containerDefinition: definition,
            taskArn: watched.arn,
            limit: tailLines,
            runtimeId: watched.task.containers?.find(({ name }) => name === definition.name)?.runtimeId,
            signal: host.cancellation,
          });
    if (lines.length > 0)
      details.push(`last lines of container "${definition.name}":`, ...lines.map((line) => `  ${line}`));
    if (note !== undefined) details.push(note);
  }
  return new LandfallError('TASK_FAILED', {
    summary: `task ${taskIdOf(watched.arn)} failed: ${verdict.sentence}`,
    remedy: verdict.remedy,
    details,
    facts: { tasks: failed.map(factOf) },
  });
}
