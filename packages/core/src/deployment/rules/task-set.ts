import type { Service, TaskSet } from '@aws-sdk/client-ecs';
import { isAlive, taskCounts } from './alive.ts';

/** Percent of the desired count of the service that a task set is to run. */
export const scaleOf = (taskSet: TaskSet): number => taskSet.scale?.value ?? 100;

/** ECS's own word, and its three conditions. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskSet.html, stabilityStatus */
export const isSteady = (taskSet: TaskSet): boolean =>
  taskSet.stabilityStatus === 'STEADY_STATE' &&
  (taskSet.pendingCount ?? 0) === 0 &&
  (taskSet.runningCount ?? 0) === (taskSet.computedDesiredCount ?? 0);

/**
 * Whether what a task set runs may be called live: it is steady, and alive by the rule for every deployment. One that
 * is scaled to 0 % is steady with nothing running, and stays so whatever the desired count becomes.
 */
export const isTaskSetLive = (taskSet: TaskSet, service: Service | undefined): boolean =>
  isSteady(taskSet) &&
  scaleOf(taskSet) > 0 &&
  isAlive(taskCounts(service, taskSet.runningCount, { scalePercent: scaleOf(taskSet) }));
