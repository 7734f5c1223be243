import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { TaskLifecycle } from '../engine/lifecycle.ts';
import { containersOf, logStream, readyResources } from '../engine/resources.ts';
import { OUT_OF_MEMORY } from '../fates/reasons.ts';
import type { TaskRecord } from '../model/records.ts';
import type { EcsWorld } from '../world.ts';
import { containerRequest } from './container-request.ts';
import { type DockerEngine, DockerEngineError } from './engine.ts';
import { followLog } from './follow-log.ts';
import { ensureImage } from './images.ts';
import { type Inspected, publishedPorts } from './inspected.ts';
import { isInitial, startOrder } from './start-order.ts';
import { watchTarget } from './watch-target.ts';

const STOP_TIMEOUT = 30;
const POLL = 500;

interface Running {
  readonly id: string;
  readonly definition: ContainerDefinition;
  /** Resolves with the exit code when the container has ended and its last line is in the log. */
  readonly ended: Promise<number>;
}

/** A service revision fixes the digest of a tag: all its tasks run the same image, wherever the tag moves. */
const pinned = (image: string, digest: string | undefined): string =>
  digest === undefined ? image : `${image.replace(/(@sha256:[0-9a-f]+|:[^:/]+)$/, '')}@${digest}`;

/** One task on the engine, from its pull to the removal of its containers. */
export interface DockerTask {
  run(): Promise<void>;
  /** After a restart: false when its containers do not run any more. */
  adopt(): Promise<boolean>;
  stop(): Promise<void>;
  /** Gives up a start under way; resolves when nothing more is created. */
  quit(): Promise<void>;
}

export function dockerTask(
  world: EcsWorld,
  lifecycle: TaskLifecycle,
  engine: DockerEngine,
  sandboxId: string,
  task: TaskRecord,
  /** The sandbox goes away: nothing is followed or told any more. */
  closing: AbortSignal,
): DockerTask {
  const definitions = containersOf(world, task);
  const containers = new Map<string, Running>();
  const startup = new AbortController();
  let starting: Promise<void> = Promise.resolve();

  const isWanted = (): boolean => task.desiredStatus === 'RUNNING' && !closing.aborted;
  const failToStart = (reason: string, container?: string): void => {
    const record = task.containers.find((candidate) => candidate.name === container);
    if (record !== undefined) record.reason = reason.slice(0, 1_024);
    lifecycle.stop(task, { code: 'TaskFailedToStart', reason, blame: 'task' });
  };

  const start = async (): Promise<void> => {
    lifecycle.pending(task);
    const readiness = readyResources(world, task);
    if (readiness.kind === 'failed') return failToStart(readiness.reason);
    const images = new Map<string, string>();
    for (const definition of definitions) {
      const record = task.containers.find((candidate) => candidate.name === definition.name)!;
      const reference = pinned(definition.image!, record.imageDigest);
      const image = await ensureImage(world, engine, reference, startup.signal);
      if (!isWanted()) return;
      if (image.kind === 'absent') return failToStart(image.reason, definition.name);
      images.set(definition.name!, image.reference);
      if (image.digest !== undefined) record.imageDigest = image.digest;
    }
    task.pullStoppedAt = world.clock.now();
    if (task.targetGroups.length > 0) lifecycle.activating(task);

    const shared = world.state.taskDefinitions.get(task.taskDefinition)!.content.networkMode === 'awsvpc';
    const sharing = shared ? definitions.filter((definition) => !isInitial(definition, definitions)) : [];
    let owner: string | undefined;
    for (const definition of startOrder(definitions)) {
      const unmet = await dependencies(definition);
      if (!isWanted()) return;
      if (unmet !== undefined) return failToStart(unmet, definition.name);
      const joins = sharing.includes(definition) ? owner : undefined;
      const publishes = sharing.includes(definition) ? (joins === undefined ? sharing : []) : [definition];
      const body = containerRequest({
        sandboxId,
        task,
        taskDefinition: world.state.taskDefinitions.get(task.taskDefinition)!,
        definition,
        image: images.get(definition.name!)!,
        secrets: readiness.secrets,
        joins,
        publishes,
        region: world.place.region,
      });
      const failure = await launch(definition, body);
      if (failure !== undefined) return failToStart(failure, definition.name);
      if (sharing.includes(definition) && owner === undefined) owner = containers.get(definition.name!)!.id;
      if (!isWanted()) return;
    }
    for (const { id, definition } of containers.values()) {
      const record = task.containers.find((candidate) => candidate.name === definition.name)!;
      record.networkBindings = publishedPorts(definition, await inspect(owner ?? id));
    }
    if (!isWanted()) return;
    lifecycle.running(task);
    watchHealth();
    watchTarget(world, lifecycle, task);
  };

  /** Undefined when all that the container waits for has happened. */
  const dependencies = async (definition: ContainerDefinition): Promise<string | undefined> => {
    for (const { containerName, condition } of definition.dependsOn ?? []) {
      const other = containers.get(containerName!);
      if (other === undefined) continue;
      if (condition === 'COMPLETE' || condition === 'SUCCESS') {
        const code = await other.ended;
        if (condition === 'SUCCESS' && code !== 0) {
          return `dependency graph: container ordering dependency [${containerName}] for container ${definition.name} did not exit successfully.`;
        }
      } else if (condition === 'HEALTHY') {
        for (;;) {
          const { State } = await inspect(other.id);
          if (!isWanted() || State.Health?.Status === 'healthy') break;
          if (!State.Running || State.Health === undefined || State.Health.Status === 'unhealthy') {
            return `dependency graph: container ordering dependency [${containerName}] for container ${definition.name} did not become healthy.`;
          }
          await world.clock.sleep(POLL, startup.signal);
        }
      }
    }
    return undefined;
  };

  const inspect = (id: string): Promise<Inspected> => engine.call<Inspected>('GET', `/containers/${id}/json`);

  const launch = async (
    definition: ContainerDefinition,
    body: Record<string, unknown>,
  ): Promise<string | undefined> => {
    const name = `landfall-${sandboxId}-${task.id.slice(0, 12)}-${definition.name}`;
    try {
      const { Id } = await engine.call<{ Id: string }>('POST', `/containers/create?name=${name}`, { body });
      const record = task.containers.find((candidate) => candidate.name === definition.name)!;
      record.runtimeId = Id;
      await engine.call('POST', `/containers/${Id}/start`);
      record.lastStatus = 'RUNNING';
      attach(definition, Id);
      return undefined;
    } catch (error) {
      if (!(error instanceof DockerEngineError)) throw error;
      return `CannotStartContainerError: Error response from daemon: ${error.message}`;
    }
  };

  /** Follows a container's log and waits for its end. */
  const attach = (definition: ContainerDefinition, id: string, since = 0): void => {
    const log = followLog({ world, engine, task, definition, id, since, signal: closing });
    // Its failure is told by `ended`, which waits for it last.
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

  const watchHealth = (): void => {
    for (const { id, definition } of containers.values()) {
      if (definition.healthCheck === undefined) continue;
      const look = (): void => {
        inspect(id).then(
          ({ State }) => {
            const status = State.Health?.Status;
            if (status === 'healthy') lifecycle.containerHealth(task, definition.name!, 'HEALTHY');
            if (status === 'unhealthy') lifecycle.containerHealth(task, definition.name!, 'UNHEALTHY');
            lifecycle.later(task, POLL, look);
          },
          // The container's end is told by `ended`; until then a missed look is made up by the next.
          () => lifecycle.later(task, POLL, look),
        );
      };
      look();
    }
  };

  const remove = async (id: string): Promise<void> => {
    try {
      await engine.call('DELETE', `/containers/${id}?force=1&v=1`);
    } catch (error) {
      const isGone = error instanceof DockerEngineError && (error.status === 404 || error.status === 409);
      if (!isGone) throw error;
    }
  };

  const stopContainers = async (): Promise<void> => {
    const stops = [...containers.values()].map(async ({ id, definition, ended }) => {
      try {
        await engine.call('POST', `/containers/${id}/stop?t=${definition.stopTimeout ?? STOP_TIMEOUT}`);
      } catch (error) {
        if (!(error instanceof DockerEngineError)) throw error;
      }
      await ended.catch(() => undefined);
    });
    await Promise.all(stops);
  };

  return {
    run() {
      starting = start().catch((error: unknown) => {
        if (closing.aborted) return;
        failToStart(`TaskFailedToStart: ${error instanceof Error ? error.message : String(error)}`);
      });
      return starting;
    },
    async quit() {
      startup.abort();
      await starting;
    },
    async adopt() {
      for (const record of task.containers) {
        const definition = definitions.find((candidate) => candidate.name === record.name);
        if (record.runtimeId === undefined || definition === undefined) return false;
        if (record.lastStatus === 'STOPPED') continue;
        try {
          if (!(await inspect(record.runtimeId)).State.Running) return false;
        } catch (error) {
          if (error instanceof DockerEngineError && error.status === 404) return false;
          throw error;
        }
        const place = logStream(definition, task);
        const last = place === undefined ? undefined : world.logs.read(place.group, place.stream).at(-1);
        attach(definition, record.runtimeId, last === undefined ? 0 : last.timestamp + 1);
      }
      watchHealth();
      watchTarget(world, lifecycle, task);
      return true;
    },
    async stop() {
      startup.abort();
      // The start may wait for the end of a container, so containers are stopped before and after it has given up.
      await stopContainers();
      await starting;
      await stopContainers();
      const created = task.containers.flatMap((container) => container.runtimeId ?? []);
      await Promise.all(created.map(remove));
      lifecycle.ended(task);
    },
  };
}
