import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { EcsContext } from '../ecs-context.ts';
import type { TaskRecord } from '../model/records.ts';
import type { TaskLifecycle } from '../tasks/lifecycle.ts';
import { containersOf, logStream, readyResources } from '../tasks/resources.ts';
import { containerRequest } from './container-request.ts';
import { type DockerEngine, DockerEngineError } from './engine.ts';
import { ensureImage } from './images.ts';
import { publishedPorts } from './inspected.ts';
import { isInitial, startOrder } from './start-order.ts';
import { taskContainers } from './task-containers.ts';
import { watchHealth } from './watch-health.ts';
import { watchTarget } from './watch-target.ts';

const POLL = 500;

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
  ecs: EcsContext,
  lifecycle: TaskLifecycle,
  engine: DockerEngine,
  sandboxId: string,
  task: TaskRecord,
  /** The sandbox goes away: nothing is followed or told any more. */
  closing: AbortSignal,
): DockerTask {
  const definitions = containersOf(ecs, task);
  const containers = taskContainers({ ecs, lifecycle, engine, sandboxId, task, closing });
  const { inspect } = containers;
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
    const readiness = readyResources(ecs, task);
    if (readiness.kind === 'failed') return failToStart(readiness.reason);
    const images = new Map<string, string>();
    for (const definition of definitions) {
      const record = task.containers.find((candidate) => candidate.name === definition.name)!;
      const reference = pinned(definition.image!, record.imageDigest);
      const image = await ensureImage(ecs, engine, reference, startup.signal);
      if (!isWanted()) return;
      if (image.kind === 'absent') return failToStart(image.reason, definition.name);
      images.set(definition.name!, image.reference);
      if (image.digest !== undefined) record.imageDigest = image.digest;
    }
    task.pullStoppedAt = ecs.clock.now();
    if (task.targetGroups.length > 0) lifecycle.activating(task);

    const shared = ecs.state.taskDefinitions.get(task.taskDefinition)!.content.networkMode === 'awsvpc';
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
        taskDefinition: ecs.state.taskDefinitions.get(task.taskDefinition)!,
        definition,
        image: images.get(definition.name!)!,
        secrets: readiness.secrets,
        files: readiness.files,
        joins,
        publishes,
        region: ecs.place.region,
      });
      const failure = await containers.launch(definition, body);
      if (failure !== undefined) return failToStart(failure, definition.name);
      if (sharing.includes(definition) && owner === undefined) owner = containers.get(definition.name!)!.id;
      if (!isWanted()) return;
    }
    for (const { id, definition } of containers.all()) {
      const record = task.containers.find((candidate) => candidate.name === definition.name)!;
      record.networkBindings = publishedPorts(definition, await inspect(owner ?? id));
    }
    if (!isWanted()) return;
    lifecycle.running(task);
    watchHealth(lifecycle, task, containers);
    watchTarget(ecs, lifecycle, task);
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
          await ecs.clock.sleep(POLL, startup.signal);
        }
      }
    }
    return undefined;
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
        const last = place === undefined ? undefined : ecs.logs.read(place.group, place.stream).at(-1);
        containers.attach(definition, record.runtimeId, last === undefined ? 0 : last.timestamp + 1);
      }
      watchHealth(lifecycle, task, containers);
      watchTarget(ecs, lifecycle, task);
      return true;
    },
    async stop() {
      startup.abort();
      // The start may wait for the end of a container, so containers are stopped before and after it has given up.
      await containers.stop();
      await starting;
      await containers.stop();
      await containers.remove();
      lifecycle.ended(task);
    },
  };
}
