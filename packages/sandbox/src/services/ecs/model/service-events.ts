import type { EcsContext } from './ecs-context.ts';
import type { ServiceRecord } from './records.ts';

const MOST = 100;
const MUTED = 6 * 3_600_000;
const TROUBLESHOOTING =
  'For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.';

/**
 * Adds an event, newest first. ECS shows the last hundred, and keeps back a message that it said in the last six
 * hours, unless the service did something else in between that makes it news again (`again`).
 */
export function say(ecs: EcsContext, service: ServiceRecord, text: string, again = false): void {
  const now = ecs.clock.now();
  const message = `(service ${service.name}) ${text}`;
  const known =
    !again && service.events.some((event) => event.message === message && event.createdAt > now - MUTED);
  if (known) return;
  // As on ECS no two events of a service have the same time, so that a client can put them in order.
  const createdAt = Math.max(now, (service.events[0]?.createdAt ?? 0) + 1);
  service.events.unshift({ id: ecs.ids.uuid(), createdAt, message });
  if (service.events.length > MOST) service.events.length = MOST;
}

/** ECS's sentences, after `(service …) `. */
export const sentence = {
  started: (ids: readonly string[]): string => `has started ${ids.length} tasks: ${tasks(ids)}.`,
  stopped: (ids: readonly string[]): string => `has stopped ${ids.length} running tasks: ${tasks(ids)}.`,
  stoppedPending: (count: number): string => `stopped ${count} pending tasks.`,
  draining: (count: number): string => `has begun draining connections on ${count} tasks.`,
  registered: (count: number, targetGroup: string): string =>
    `registered ${count} targets in (target-group ${targetGroup})`,
  deregistered: (count: number, targetGroup: string): string =>
    `deregistered ${count} targets in (target-group ${targetGroup})`,
  steady: 'has reached a steady state.',
  completed: (deploymentId: string): string => `(deployment ${deploymentId}) deployment completed.`,
  failed: (deploymentId: string, why: string): string =>
    `(deployment ${deploymentId}) deployment failed: ${why}`,
  rollingBack: (deploymentId: string): string => `rolling back to deployment ${deploymentId}.`,
  failedHealthCheck: (task: string): string => `(task ${task}) failed container health checks.`,
  unhealthyTarget: (task: string, port: number, targetGroup: string, reason: string): string =>
    `(task ${task}) (port ${port}) is unhealthy in (target-group ${targetGroup}) due to (reason ${reason}).`,
  throttled: `is unable to consistently start tasks successfully. ${TROUBLESHOOTING}`,
  notPlaced: (reason: string): string => `was unable to place a task. Reason: ${reason}. ${TROUBLESHOOTING}`,
  noInstance: (reason: string): string =>
    `was unable to place a task because no container instance met all of its requirements. Reason: ${reason}. ${TROUBLESHOOTING}`,
};

const tasks = (ids: readonly string[]): string => ids.map((id) => `(task ${id})`).join(' ');
