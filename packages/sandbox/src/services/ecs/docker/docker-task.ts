import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { ContainerRecord } from '../model/records.ts';
import { containersOf, logStream, type Readiness, readyResources } from '../tasks/resources.ts';
import { containerRequest } from './container-request.ts';
import { DockerEngineError } from './engine.ts';
import { ensureImage } from './images.ts';
import { publishedPorts } from './inspected.ts';
import { isInitial, startOrder } from './start-order.ts';
import { type TaskContainers, type TaskParts, taskContainers } from './task-containers.ts';
import { watchHealth } from './watch-health.ts';
import { watchTarget } from './watch-target.ts';

const POLL = 500;

/** A service revision fixes the digest of a tag: all its tasks run the same image, wherever the tag moves. */
const pinned = (image: string, digest: string | undefined): string =>
  digest === undefined ? image : `${image.replace(/(@sha256:[0-9a-f]+|:[^:/]+)$/, '')}@${digest}`;

/** One task on the engine, from its pull to the removal of its containers. */
export class DockerTask {
  readonly #parts: TaskParts;
  readonly #definitions: readonly ContainerDefinition[];
  readonly #containers: TaskContainers;
  readonly #startup = new AbortController();
  #starting: Promise<void> = Promise.resolve();

  constructor(parts: TaskParts) {
    this.#parts = parts;
    this.#definitions = containersOf(parts.ecs, parts.task);
    this.#containers = taskContainers(parts);
  }

  run(): Promise<void> {
    this.#starting = this.#start().catch((error: unknown) => {
      if (this.#parts.closing.aborted) return;
      this.#failToStart(`TaskFailedToStart: ${error instanceof Error ? error.message : String(error)}`);
    });
    return this.#starting;
  }

  /** Abandons a start in progress; resolves when nothing more is created. */
  async quit(): Promise<void> {
    this.#startup.abort();
    await this.#starting;
  }

  /** After a restart: false when its containers no longer run. */
  async adopt(): Promise<boolean> {
    for (const record of this.#parts.task.containers) {
      const definition = this.#definitions.find((candidate) => candidate.name === record.name);
      if (record.runtimeId === undefined || definition === undefined) return false;
      if (record.lastStatus === 'STOPPED') continue;
      try {
        if (!(await this.#containers.inspect(record.runtimeId)).State.Running) return false;
      } catch (error) {
        if (error instanceof DockerEngineError && error.status === 404) return false;
        throw error;
      }
      const place = logStream(definition, this.#parts.task);
      const last =
        place === undefined ? undefined : this.#parts.ecs.logs.read(place.group, place.stream).at(-1);
      this.#containers.attach(definition, record.runtimeId, last === undefined ? 0 : last.timestamp + 1);
    }
    watchHealth(this.#parts.lifecycle, this.#parts.task, this.#containers);
    watchTarget(this.#parts.ecs, this.#parts.lifecycle, this.#parts.task);
    return true;
  }

  async stop(): Promise<void> {
    this.#startup.abort();
    // The start may wait for the end of a container, so containers are stopped before and after it has given up.
    await this.#containers.stop();
    await this.#starting;
    await this.#containers.stop();
    await this.#containers.remove();
    this.#parts.lifecycle.ended(this.#parts.task);
  }

  #isWanted(): boolean {
    return this.#parts.task.desiredStatus === 'RUNNING' && !this.#parts.closing.aborted;
  }

  #failToStart(reason: string, container?: string): void {
    const record = this.#parts.task.containers.find((candidate) => candidate.name === container);
    if (record !== undefined) record.reason = reason.slice(0, 1_024);
    this.#parts.lifecycle.stop(this.#parts.task, { code: 'TaskFailedToStart', reason, blame: 'task' });
  }

  async #start(): Promise<void> {
    const { ecs, lifecycle, task } = this.#parts;
    lifecycle.pending(task);
    const readiness = readyResources(ecs, task);
    if (readiness.kind === 'failed') return this.#failToStart(readiness.reason);
    const images = await this.#pull();
    if (images === undefined) return;
    task.pullStoppedAt = ecs.clock.now();
    if (task.targetGroups.length > 0) lifecycle.activating(task);
    if (!(await this.#launch(images, readiness)) || !this.#isWanted()) return;
    lifecycle.running(task);
    watchHealth(lifecycle, task, this.#containers);
    watchTarget(ecs, lifecycle, task);
  }

  /** The references of the images by container; undefined when the task has stopped, or fails for want of one. */
  async #pull(): Promise<ReadonlyMap<string, string> | undefined> {
    const { ecs, engine } = this.#parts;
    const images = new Map<string, string>();
    for (const definition of this.#definitions) {
      const record = this.#recordOf(definition.name);
      const reference = pinned(definition.image!, record.imageDigest);
      const image = await ensureImage(ecs, engine, reference, this.#startup.signal);
      if (!this.#isWanted()) return undefined;
      if (image.kind === 'absent') {
        this.#failToStart(image.reason, definition.name);
        return undefined;
      }
      images.set(definition.name!, image.reference);
      if (image.digest !== undefined) record.imageDigest = image.digest;
    }
    return images;
  }

  /** Creates the containers in the order of their dependencies. False when the task has stopped, or fails. */
  async #launch(
    images: ReadonlyMap<string, string>,
    { secrets, files }: Readiness & { kind: 'ready' },
  ): Promise<boolean> {
    const { ecs, sandboxId, task } = this.#parts;
    const taskDefinition = ecs.state.taskDefinitions.get(task.taskDefinition)!;
    const definitions = this.#definitions;
    const sharing =
      taskDefinition.content.networkMode === 'awsvpc'
        ? definitions.filter((definition) => !isInitial(definition, definitions))
        : [];
    let owner: string | undefined;
    for (const definition of startOrder(definitions)) {
      const unmet = await this.#dependencies(definition);
      if (!this.#isWanted()) return false;
      const shares = sharing.includes(definition);
      const joins = shares ? owner : undefined;
      const publishes = shares ? (joins === undefined ? sharing : []) : [definition];
      const image = images.get(definition.name!)!;
      const region = ecs.place.region;
      const failure =
        unmet ??
        (await this.#containers.launch(
          definition,
          containerRequest({
            sandboxId,
            task,
            taskDefinition,
            definition,
            image,
            secrets,
            files,
            joins,
            publishes,
            region,
          }),
        ));
      if (failure !== undefined) {
        this.#failToStart(failure, definition.name);
        return false;
      }
      if (shares && owner === undefined) owner = this.#containers.get(definition.name!)!.id;
      if (!this.#isWanted()) return false;
    }
    for (const { id, definition } of this.#containers.all()) {
      const inspected = await this.#containers.inspect(owner ?? id);
      this.#recordOf(definition.name).networkBindings = publishedPorts(definition, inspected);
    }
    return true;
  }

  #recordOf(name: string | undefined): ContainerRecord {
    return this.#parts.task.containers.find((candidate) => candidate.name === name)!;
  }

  /** Undefined when all that the container waits for has happened. */
  async #dependencies(definition: ContainerDefinition): Promise<string | undefined> {
    for (const { containerName, condition } of definition.dependsOn ?? []) {
      const other = this.#containers.get(containerName!);
      if (other === undefined) continue;
      if (condition === 'COMPLETE' || condition === 'SUCCESS') {
        const code = await other.ended;
        if (condition === 'SUCCESS' && code !== 0) {
          return `dependency graph: container ordering dependency [${containerName}] for container ${definition.name} did not exit successfully.`;
        }
      } else if (condition === 'HEALTHY') {
        for (;;) {
          const { State } = await this.#containers.inspect(other.id);
          if (!this.#isWanted() || State.Health?.Status === 'healthy') break;
          if (!State.Running || State.Health === undefined || State.Health.Status === 'unhealthy') {
            return `dependency graph: container ordering dependency [${containerName}] for container ${definition.name} did not become healthy.`;
          }
          await this.#parts.ecs.clock.sleep(POLL, this.#startup.signal);
        }
      }
    }
    return undefined;
  }
}
