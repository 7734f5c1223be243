import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { digestIn } from '../../../ports/images.ts';
import type { EcsContext } from '../model/ecs-context.ts';
import type { TaskRecord } from '../model/records.ts';
import {
  cannotPull,
  cannotReadFile,
  cannotReadParameter,
  cannotReadSecret,
  noLogGroup,
} from '../task-rules/reasons.ts';

/** What a task needs before its containers can start, and what ECS says when it is not there. */
export type Readiness =
  | {
      readonly kind: 'ready';
      /** Values by `valueFrom`. */
      readonly secrets: ReadonlyMap<string, string>;
      /** Environment files by ARN. */
      readonly files: ReadonlyMap<string, string>;
    }
  | { readonly kind: 'failed'; readonly reason: string };

export function containersOf(ecs: EcsContext, task: TaskRecord): readonly ContainerDefinition[] {
  return ecs.state.taskDefinitions.get(task.taskDefinition)?.content.containerDefinitions ?? [];
}

/** The secrets and parameters, the environment files and the log groups. */
export function readyResources(ecs: EcsContext, task: TaskRecord): Readiness {
  const values = new Map<string, string>();
  const files = new Map<string, string>();
  for (const container of containersOf(ecs, task)) {
    for (const secret of container.secrets ?? []) {
      const found = ecs.secrets.lookup(secret.valueFrom!);
      if (found.kind === 'missing') {
        return {
          kind: 'failed',
          reason:
            found.from === 'asm'
              ? cannotReadSecret(secret.valueFrom!, found.detail)
              : cannotReadParameter(found.detail),
        };
      }
      values.set(secret.valueFrom!, found.value);
    }
    for (const { value = '' } of container.environmentFiles ?? []) {
      const found = ecs.files.read(value);
      if (found.kind === 'missing')
        return { kind: 'failed', reason: cannotReadFile(`${found.code}: ${found.message}`) };
      files.set(value, found.text);
    }
    const options = container.logConfiguration?.options ?? {};
    if (container.logConfiguration?.logDriver !== 'awslogs') continue;
    const group = options['awslogs-group'] ?? '';
    if (ecs.logs.hasGroup(group)) continue;
    if (options['awslogs-create-group'] !== 'true') return { kind: 'failed', reason: noLogGroup(group) };
    ecs.logs.createGroup(group);
  }
  return { kind: 'ready', secrets: values, files };
}

/** The first image that the sandbox's registry should have and has not. */
export function missingImage(ecs: EcsContext, task: TaskRecord): string | undefined {
  for (const container of task.containers) {
    if (container.imageDigest !== undefined) continue;
    const found = ecs.registry.resolve(container.image);
    if (found.kind === 'missing') return cannotPull(container.image, 'not-found');
    const digest = digestIn(found);
    if (digest !== undefined) container.imageDigest = digest;
  }
  return undefined;
}

/** Where the awslogs driver writes a container's lines, or undefined with another driver. */
export function logStream(
  container: ContainerDefinition | undefined,
  task: TaskRecord,
): { readonly group: string; readonly stream: string } | undefined {
  const log = container?.logConfiguration;
  const group = log?.options?.['awslogs-group'];
  if (log?.logDriver !== 'awslogs' || group === undefined) return undefined;
  const prefix = log.options?.['awslogs-stream-prefix'];
  return { group, stream: prefix === undefined ? task.id : `${prefix}/${container?.name}/${task.id}` };
}

export function writeLog(
  ecs: EcsContext,
  task: TaskRecord,
  container: string,
  lines: readonly string[],
): void {
  const definition = containersOf(ecs, task).find((candidate) => candidate.name === container);
  const place = logStream(definition, task);
  if (place === undefined) return;
  // CloudWatch Logs has whole milliseconds; a virtual clock has parts of them.
  const timestamp = Math.floor(ecs.clock.now());
  ecs.logs.put(
    place.group,
    place.stream,
    lines.map((message) => ({ timestamp, message })),
  );
}
