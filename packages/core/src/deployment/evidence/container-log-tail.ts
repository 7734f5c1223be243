import type { Task, TaskDefinition } from '@aws-sdk/client-ecs';
import { lastLogLines } from '../../container-log/last-log-lines.ts';
import type { EvidenceCalls } from '../../ecs/evidence-calls.ts';
import { shortTask } from '../../ecs/short-names.ts';
import { mayHaveWritten } from '../../ecs/stopped-task/may-have-written.ts';
import { classifyStop } from '../../ecs/stopped-task/stopped-reason.ts';
import type { Aws } from '../../world/aws.ts';

/** The last lines of the container that ended a task. Best effort: a note instead where they cannot be had. */
export async function containerLogTail(
  task: Task,
  taskDefinition: TaskDefinition | undefined,
  logs: Aws['logs'],
  evidence: EvidenceCalls,
): Promise<
  | { readonly title: string; readonly lines: readonly string[]; readonly note?: string | undefined }
  | undefined
> {
  const blamed =
    classifyStop(task).container ?? task.containers?.find((one) => (one.exitCode ?? 0) !== 0)?.name;
  const definition =
    taskDefinition?.containerDefinitions?.find((one) => one.name === blamed) ??
    taskDefinition?.containerDefinitions?.find((one) => one.essential !== false);
  if (!definition?.name || !task.taskArn || !mayHaveWritten(task, definition.name)) return undefined;
  const container = task.containers?.find((one) => one.name === definition.name);
  const { lines, note } = await lastLogLines({
    logs,
    containerDefinition: { ...definition, name: definition.name },
    taskArn: task.taskArn,
    limit: 15,
    runtimeId: container?.runtimeId,
    calls: evidence,
  });
  return {
    title: `last lines of container ${definition.name}, task ${shortTask(task.taskArn)}`,
    lines,
    note,
  };
}
