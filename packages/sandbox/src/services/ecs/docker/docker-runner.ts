import { randomUUID } from 'node:crypto';
import type { DockerOptions } from '../../shared/service-module.ts';
import type { EcsContext } from '../model/ecs-context.ts';
import type { TaskRecord } from '../model/records.ts';
import type { TaskLifecycle, TaskRunner } from '../tasks/lifecycle.ts';
import { volumePrefix } from './container-request.ts';
import { DockerTask } from './docker-task.ts';
import { type DockerEngine, DockerEngineError, dockerEngine } from './engine.ts';

export interface DockerRunner extends TaskRunner {
  readonly sandboxId: () => string;
  readonly useId: (id: string) => void;
  /** Removes what an earlier run left behind, but for the containers of these tasks. */
  sweep(keep: ReadonlySet<string>): Promise<void>;
}

/** Runs tasks as containers; a task with an outcome is simulated instead. */
export function createDockerRunner(
  ecs: EcsContext,
  lifecycle: () => TaskLifecycle,
  scripted: TaskRunner,
  options: Partial<DockerOptions> = {},
): DockerRunner {
  const engine = dockerEngine(options.host ?? 'unix:///var/run/docker.sock');
  let sandboxId = options.sandboxId ?? randomUUID().slice(0, 8);
  const tasks = new Map<string, DockerTask>();
  const closing = new AbortController();

  const own = (task: TaskRecord): DockerTask => {
    const made = new DockerTask({
      ecs,
      lifecycle: lifecycle(),
      engine,
      sandboxId,
      task,
      closing: closing.signal,
    });
    tasks.set(task.id, made);
    return made;
  };

  return {
    sandboxId: () => sandboxId,
    useId: (id) => {
      sandboxId = options.sandboxId ?? id;
    },
    start(task, outcome) {
      if (outcome !== undefined) {
        scripted.start(task, outcome);
        return;
      }
      void own(task).run();
    },
    stop(task) {
      const running = tasks.get(task.id);
      if (running === undefined) {
        scripted.stop(task);
        return;
      }
      tasks.delete(task.id);
      running.stop().catch((error: unknown) => {
        const record = task.containers[0];
        if (record !== undefined) record.reason ??= `CannotStopContainerError: ${String(error)}`;
        lifecycle().ended(task);
      });
    },
    adopt: (task) => own(task).adopt(),
    sweep: (keep) => removeContainers(engine, sandboxId, keep),
    async close(keep) {
      closing.abort();
      await Promise.all([...tasks.values()].map((task) => task.quit()));
      if (keep) return;
      await removeContainers(engine, sandboxId, new Set());
      await removeVolumes(engine, volumePrefix(sandboxId));
    },
  };
}

async function removeContainers(
  engine: DockerEngine,
  sandboxId: string,
  keep: ReadonlySet<string>,
): Promise<void> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`landfall.sandbox=${sandboxId}`] }));
  const found = await engine.call<{ Id: string; Labels: Record<string, string> }[]>(
    'GET',
    `/containers/json?all=1&filters=${filters}`,
  );
  await Promise.all(
    found
      .filter((container) => !keep.has(container.Labels['landfall.task'] ?? ''))
      .map((container) => ignoreGone(engine.call('DELETE', `/containers/${container.Id}?force=1&v=1`))),
  );
}

async function removeVolumes(engine: DockerEngine, prefix: string): Promise<void> {
  const filters = encodeURIComponent(JSON.stringify({ name: [prefix] }));
  const { Volumes } = await engine.call<{ Volumes: { Name: string }[] | null }>(
    'GET',
    `/volumes?filters=${filters}`,
  );
  for (const { Name } of Volumes ?? []) {
    if (Name.startsWith(prefix)) await ignoreGone(engine.call('DELETE', `/volumes/${Name}`));
  }
}

/** 404: gone already. 409: being removed by someone else. */
async function ignoreGone(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof DockerEngineError) || (error.status !== 404 && error.status !== 409)) throw error;
  }
}
