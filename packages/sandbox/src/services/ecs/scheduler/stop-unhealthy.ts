import type { EcsContext } from '../model/ecs-context.ts';
import type { ServiceRecord, TaskRecord } from '../model/records.ts';
import { say, sentence } from '../model/service-events.ts';
import { elbFailed, HEALTH_CHECK_FAILED } from '../task-rules/reasons.ts';
import type { TaskLifecycle } from '../tasks/lifecycle.ts';

/** The scheduler replaces a task that fails its health checks, unless it has recovered meanwhile. */
export function stopUnhealthy(
  ecs: EcsContext,
  lifecycle: TaskLifecycle,
  service: ServiceRecord,
  task: TaskRecord,
  check: 'container' | 'elb',
): void {
  if (check === 'container') {
    const recovered = task.containers.every((container) => container.healthStatus !== 'UNHEALTHY');
    if (recovered) return;
    say(ecs, service, sentence.failedHealthCheck(task.id));
    lifecycle.stop(task, {
      code: 'ServiceSchedulerInitiated',
      reason: HEALTH_CHECK_FAILED,
      blame: 'task',
    });
  } else {
    if (task.targetHealth !== 'unhealthy') return;
    const group = task.targetGroups[0]!;
    const port = service.settings.loadBalancers?.[0]?.containerPort ?? 80;
    const reason = task.targetReason ?? 'Health checks failed';
    say(ecs, service, sentence.unhealthyTarget(task.id, port, group, reason));
    lifecycle.stop(task, { code: 'ServiceSchedulerInitiated', reason: elbFailed(group), blame: 'task' });
  }
  say(ecs, service, sentence.stopped([task.id]));
}
