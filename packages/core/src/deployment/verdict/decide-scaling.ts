import type { Service } from '@aws-sdk/client-ecs';
import { primaryOf } from '../../ecs/deployments.ts';
import { settleTime } from '../../ecs/eventual-consistency.ts';
import { primaryTaskSet } from '../../ecs/task-sets.ts';
import type { Rollout } from '../rollout/rollout.ts';
import type { Terms } from '../rollout/wait-conditions.ts';
import { betweenReads } from '../rules/standing.ts';
import { isGreen, type Verdict } from './verdict.ts';

/** What is known of a service that is to run another number of tasks. Times are monotonic milliseconds. */
export interface Scaling {
  readonly wanted: number;
  readonly now: number;
  readonly deadline: number;
  readonly changedAt: number;
  readonly stallAfter: number;
  /** When the count was set; undefined where it was so already. */
  readonly writtenAt: number | undefined;
  /** Since when every read has shown as many tasks as wanted. */
  readonly settledSince: number | undefined;
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
    (deployment !== undefined || taskSet?.stabilityStatus === 'STEADY_STATE');
  return { aim, running, pending: primary?.pendingCount ?? 0, isSettled, live: primary?.taskDefinition };
}

const remedy =
  'Check the service events: is there capacity for its tasks, and why do they stop? The count stays set.';

/** The verdict on scaling, or undefined while it is open. Only the tasks of what is PRIMARY count. Pure. */
export function decideScaling(service: Service, scaling: Scaling): Verdict | undefined {
  const { aim, running, isSettled, live = '' } = runningOf(service, scaling.wanted);
  if (service.status === 'DRAINING' || service.status === 'INACTIVE') {
    return {
      kind: 'STOPPED',
      reason: `service ${service.serviceName} was deleted; it is ${service.status}`,
      remedy: 'Find out who deleted the service, and why.',
    };
  }
  const { writtenAt, settledSince = scaling.now } = scaling;
  if (service.desiredCount !== scaling.wanted) {
    // An answer from before the count was set, perhaps.
    if (writtenAt !== undefined && scaling.now - writtenAt <= settleTime) return undefined;
    return {
      kind: 'SUPERSEDED',
      reason: `the desired count is now ${service.desiredCount}, not ${scaling.wanted}: someone else, or an autoscaler, changed it`,
      remedy: 'If an autoscaler manages the service, change its minimum and maximum instead.',
    };
  }
  const state = `${running} of ${aim} run`;
  const minutes = Math.round((scaling.now - scaling.changedAt) / 60_000);
  if (isSettled && (writtenAt !== undefined || scaling.now - settledSince >= betweenReads))
    return { kind: 'SUCCEEDED', reason: `${running} of ${aim} tasks are running`, live };
  if (scaling.now >= scaling.deadline)
    return { kind: 'TIMED_OUT', reason: `${state} at the deadline`, remedy };
  if (scaling.now - scaling.changedAt >= scaling.stallAfter)
    return { kind: 'STALLED', reason: `${state}, and no progress for ${minutes} min`, remedy };
  return undefined;
}

/** Where a count was set without a deployment, that many tasks must run, too. */
export function scaled(verdict: Verdict | undefined, rollout: Rollout, terms: Terms): Verdict | undefined {
  const { count: wanted, now, deadline, stallAfter } = terms;
  if (!verdict || !isGreen(verdict) || wanted === undefined || !rollout.service) return verdict;
  const { changedAt, startedAt: writtenAt } = rollout;
  const times = { now, deadline, changedAt, stallAfter, writtenAt, settledSince: undefined };
  const scaling = decideScaling(rollout.service, { wanted, ...times });
  return scaling && isGreen(scaling)
    ? { ...verdict, reason: `${verdict.reason}: ${scaling.reason}` }
    : scaling;
}
