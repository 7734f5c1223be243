import type { Service } from '@aws-sdk/client-ecs';

/** The running tasks of a deployment or a task set, and what they are checked against. */
interface TaskCounts {
  readonly running: number;
  /** Of the service, now. */
  readonly desired: number;
  /** Of the service, when the deployment was first seen complete. An autoscaler may have raised it since. */
  readonly desiredAtCompletion?: number | undefined;
  /** ECS rounds the healthy part up. */
  readonly minimumHealthyPercent: number;
  /** The share of the desired count that a task set has. By default all of it. */
  readonly scalePercent?: number | undefined;
}

/** A task that is replaced may be the only one: its successor is given so long to come up. Milliseconds. */
export const alivePatience = 5 * 60_000;

/**
 * How many tasks must run for a version to be alive: the minimum healthy part of the desired count, at completion or
 * now, whichever is smaller, and never none while the service is to run any.
 */
export function leastRunning(counts: Omit<TaskCounts, 'running'>): number {
  const { desired, desiredAtCompletion = desired, minimumHealthyPercent, scalePercent = 100 } = counts;
  const wanted = Math.min(desired, desiredAtCompletion);
  if (desired <= 0) return 0;
  return Math.max(1, Math.ceil((wanted * scalePercent * minimumHealthyPercent) / 10_000));
}

/** Counts of DescribeServices, never of a service deployment, whose counts are a snapshot of its end. */
export const isAlive = (counts: TaskCounts): boolean => counts.running >= leastRunning(counts);

/** The counts of a service for one of its deployments or task sets. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html */
export const taskCounts = (
  service: Service | undefined,
  running: number | undefined,
  more: Pick<TaskCounts, 'desiredAtCompletion' | 'scalePercent'> = {},
): TaskCounts => ({
  running: running ?? 0,
  desired: service?.desiredCount ?? 0,
  minimumHealthyPercent:
    service?.deploymentConfiguration?.minimumHealthyPercent ??
    (service?.schedulingStrategy === 'DAEMON' ? 0 : 100),
  ...more,
});
