import type { Service } from '@aws-sdk/client-ecs';
import { primaryTaskSet } from './code-deploy/task-sets.ts';
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

/** What the PRIMARY deployment, or task set, runs. A task set has its share of the desired count, usually all of it. */
export function runningOf(service: Service, wanted: number) {
  const deployment = primaryOf(service);
  const taskSet = primaryTaskSet(service);
  const primary = deployment ?? taskSet;
  const aim = deployment ? wanted : Math.ceil((wanted * (taskSet?.scale?.value ?? 100)) / 100);
  const running = primary?.runningCount ?? 0;
  const isSettled =
    running === aim &&
    primary?.pendingCount === 0 &&
    (deployment ? service.runningCount === aim : taskSet?.stabilityStatus === 'STEADY_STATE');
  return { aim, running, pending: primary?.pendingCount ?? 0, isSettled, live: primary?.taskDefinition };
}

/** The verdict on scaling, or undefined while it is open. Only the tasks of what is PRIMARY count. Pure. */
export function decideScaling(service: Service, scaling: Scaling): Verdict | undefined {
  const { aim, running, isSettled, live = '' } = runningOf(service, scaling.wanted);
  if (service.desiredCount !== scaling.wanted) {
    return {
      kind: 'SUPERSEDED',
      reason: `the desired count is ${service.desiredCount} now, not ${scaling.wanted}: somebody else, or an autoscaler, has set it`,
    };
  }
  const state = `${running} of ${aim} tasks run`;
  if (isSettled) return { kind: 'SUCCEEDED', reason: state, live };
  if (scaling.now >= scaling.deadline) return { kind: 'TIMED_OUT', reason: `${state} at the deadline` };
  if (scaling.now - scaling.changedAt >= scaling.stallAfter)
    return { kind: 'STALLED', reason: `${state}, and nothing has moved for too long` };
  return undefined;
}
