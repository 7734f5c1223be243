import type { TaskRecord } from '../model/records.ts';
import type { TaskLifecycle } from '../tasks/lifecycle.ts';
import type { TaskContainers } from './task-containers.ts';

const POLL = 500;

/** Reports the health checks that the engine makes, for as long as the task runs. */
export function watchHealth(lifecycle: TaskLifecycle, task: TaskRecord, containers: TaskContainers): void {
  for (const { id, definition } of containers.all()) {
    if (definition.healthCheck === undefined) continue;
    const look = (): void => {
      containers.inspect(id).then(
        ({ State }) => {
          // The engine calls a container that has ended unhealthy, too; its end is reported by `ended`.
          const status = State.Running ? State.Health?.Status : undefined;
          if (status === 'healthy') lifecycle.containerHealth(task, definition.name!, 'HEALTHY');
          if (status === 'unhealthy') lifecycle.containerHealth(task, definition.name!, 'UNHEALTHY');
          lifecycle.later(task, POLL, look);
        },
        // The container's end is reported by `ended`; until then the next read makes up for a failed one.
        () => lifecycle.later(task, POLL, look),
      );
    };
    look();
  }
}
