import type { Service } from '@aws-sdk/client-ecs';
import { primaryOf } from './rollout.ts';
import type { Verdict } from './verdict.ts';

/** What is known of a service that is to run another number of tasks. Times are monotonic milliseconds. */
export interface Scaling {
  readonly wanted: number;
  readonly now: number;
  readonly deadline: number;
  readonly changedAt: number;
  readonly stallAfter: number;
}

/** The verdict on scaling, or undefined while it is open. Only the PRIMARY deployment's tasks count. Pure. */
export function decideScaling(service: Service, scaling: Scaling): Verdict | undefined {
  const primary = primaryOf(service);
  if (service.desiredCount !== scaling.wanted) {
    return {
      kind: 'SUPERSEDED',
      reason: `the desired count is ${service.desiredCount} now, not ${scaling.wanted}: somebody else, or an autoscaler, has set it`,
    };
  }
  if (
    primary?.runningCount === scaling.wanted &&
    primary.pendingCount === 0 &&
    service.runningCount === scaling.wanted
  ) {
    return {
      kind: 'SUCCEEDED',
      reason: `${scaling.wanted} of ${scaling.wanted} tasks run`,
      live: primary.taskDefinition ?? '',
    };
  }
  const state = `${primary?.runningCount ?? 0} of ${scaling.wanted} tasks run`;
  if (scaling.now >= scaling.deadline) return { kind: 'TIMED_OUT', reason: `${state} at the deadline` };
  if (scaling.now - scaling.changedAt >= scaling.stallAfter)
    return { kind: 'STALLED', reason: `${state}, and nothing has moved for too long` };
  return undefined;
}
