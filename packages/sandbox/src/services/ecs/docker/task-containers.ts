import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { EcsContext } from '../model/ecs-context.ts';
import type { TaskRecord } from '../model/records.ts';
import { OUT_OF_MEMORY } from '../task-rules/reasons.ts';
import type { TaskLifecycle } from '../tasks/lifecycle.ts';
import { type DockerEngine, DockerEngineError } from './engine.ts';
import { followLog } from './follow-log.ts';
import type { Inspected } from './inspected.ts';

const STOP_TIMEOUT = 30;

export interface Running {
  readonly id: string;
  readonly definition: ContainerDefinition;
  /** Resolves with the exit code when the container has ended and its last line is in the log. */
  readonly ended: Promise<number>;
}

/** The containers of one task on the engine. Their ends are reported to the task's lifecycle. */
export interface TaskContainers {
  get(name: string): Running | undefined;
  all(): Iterable<Running>;
  inspect(id: string): Promise<Inspected>;
  /** Creates and starts one. Resolves with the reason when the engine refuses it. */
  launch(definition: ContainerDefinition, body: Record<string, unknown>): Promise<string | undefined>;
  /** Follows one that runs already, its log from a time on. */
  attach(definition: ContainerDefinition, id: string, since: number): void;
  /** Resolves when all have ended. */
  stop(): Promise<void>;
  /** Removes all that were ever created. */
  remove(): Promise<void>;
}

/** What a task on the engine is made of. */
export interface TaskParts {
  readonly ecs: EcsContext;
  readonly lifecycle: TaskLifecycle;
  readonly engine: DockerEngine;
  readonly sandboxId: string;
  readonly task: TaskRecord;
  /** The sandbox shuts down: nothing is followed or reported after that. */
  readonly closing: AbortSignal;
}

export function taskContainers(parts: TaskParts): TaskContainers {
  const { ecs, lifecycle, engine, sandboxId, task, closing } = parts;
  const containers = new Map<string, Running>();

  const inspect = (id: string): Promise<Inspected> => engine.call<Inspected>('GET', `/containers/${id}/json`);

  const attach = (definition: ContainerDefinition, id: string, since: number): void => {
    const log = followLog({ ecs, engine, task, definition, id, since, signal: closing });
    // Its failure is reported by `ended`, which waits for it last.
    log.catch(() => undefined);
    const ended = (async () => {
      const { StatusCode } = await engine.call<{ StatusCode: number }>('POST', `/containers/${id}/wait`, {
        signal: closing,
      });
      const { State } = await inspect(id);
      await log;
      lifecycle.containerExited(task, definition.name!, {
        code: StatusCode,
        ...(State.OOMKilled ? { reason: OUT_OF_MEMORY } : {}),
      });
      return StatusCode;
    })();
    ended.catch((error: unknown) => {
      if (closing.aborted) return;
      lifecycle.containerExited(task, definition.name!, {
        reason: `CannotInspectContainerError: ${error instanceof Error ? error.message : String(error)}`,
      });
    });
    containers.set(definition.name!, { id, definition, ended });
  };

  const remove = async (id: string): Promise<void> => {
    try {
      await engine.call('DELETE', `/containers/${id}?force=1&v=1`);
    } catch (error) {
      const isGone = error instanceof DockerEngineError && (error.status === 404 || error.status === 409);
      if (!isGone) throw error;
    }
  };

  return {
    get: (name) => containers.get(name),
    all: () => containers.values(),
    inspect,
    attach,
    async launch(definition, body) {
      const name = `landfall-${sandboxId}-${task.id.slice(0, 12)}-${definition.name}`;
      try {
        const { Id } = await engine.call<{ Id: string }>('POST', `/containers/create?name=${name}`, { body });
        const record = task.containers.find((candidate) => candidate.name === definition.name)!;
        record.runtimeId = Id;
        await engine.call('POST', `/containers/${Id}/start`);
        record.lastStatus = 'RUNNING';
        attach(definition, Id, 0);
        return undefined;
      } catch (error) {
        if (!(error instanceof DockerEngineError)) throw error;
        return `CannotStartContainerError: Error response from daemon: ${error.message}`;
      }
    },
    async stop() {
      const stops = [...containers.values()].map(async ({ id, definition, ended }) => {
        try {
          await engine.call('POST', `/containers/${id}/stop?t=${definition.stopTimeout ?? STOP_TIMEOUT}`);
        } catch (error) {
          if (!(error instanceof DockerEngineError)) throw error;
        }
        await ended.catch(() => undefined);
      });
      await Promise.all(stops);
    },
    async remove() {
      const created = task.containers.flatMap((container) => container.runtimeId ?? []);
      await Promise.all(created.map(remove));
    },
  };
}
