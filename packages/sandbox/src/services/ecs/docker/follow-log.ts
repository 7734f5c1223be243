import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { EcsContext } from '../model/ecs-context.ts';
import type { TaskRecord } from '../model/records.ts';
import { logStream } from '../tasks/resources.ts';
import type { DockerEngine } from './engine.ts';
import { logLines } from './log-lines.ts';

/** Copies a container's lines to its log stream as they come. Resolves when the container has said its last. */
export async function followLog(from: {
  readonly ecs: EcsContext;
  readonly engine: DockerEngine;
  readonly task: TaskRecord;
  readonly definition: ContainerDefinition;
  readonly id: string;
  /** Epoch milliseconds: earlier lines are there already. */
  readonly since: number;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { logs } = from.ecs;
  const place = logStream(from.definition, from.task);
  if (place === undefined) return;
  logs.createStream(place.group, place.stream);
  const query = `follow=1&stdout=1&stderr=1&timestamps=1&since=${from.since / 1_000}`;
  const answer = await from.engine.stream('GET', `/containers/${from.id}/logs?${query}`, {
    signal: from.signal,
  });
  const lines = logLines((line) => logs.put(place.group, place.stream, [line]));
  for await (const chunk of answer) lines.push(chunk as Buffer);
  lines.end();
}
