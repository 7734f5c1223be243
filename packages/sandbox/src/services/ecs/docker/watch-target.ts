import net from 'node:net';
import type { EcsContext } from '../model/ecs-context.ts';
import type { TaskRecord } from '../model/records.ts';
import type { TaskLifecycle } from '../tasks/lifecycle.ts';

const POLL = 500;
const PATIENCE = 3;

/** A target is healthy when something listens on its port, as with a load balancer's TCP check. */
export function watchTarget(ecs: EcsContext, lifecycle: TaskLifecycle, task: TaskRecord): void {
  if (task.targetGroups.length === 0) return;
  const binding = task.containers.flatMap((container) => container.networkBindings)[0];
  let failures = 0;
  const look = (): void => {
    const socket = net.connect({ host: '127.0.0.1', port: binding?.hostPort ?? 0, timeout: 1_000 });
    const answer = (listens: boolean): void => {
      socket.removeAllListeners();
      socket.on('error', () => undefined);
      socket.destroy();
      failures = listens ? 0 : failures + 1;
      if (listens) lifecycle.targetHealth(task, 'healthy');
      else if (failures * POLL >= ecs.timing.targetUnhealthy * PATIENCE) {
        lifecycle.targetHealth(task, 'unhealthy', 'Request timed out');
      }
      lifecycle.later(task, POLL, look);
    };
    socket.on('connect', () => answer(true));
    socket.on('error', () => answer(false));
    socket.on('timeout', () => answer(false));
  };
  look();
}
