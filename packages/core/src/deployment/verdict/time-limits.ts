import { deploymentOf } from '../../ecs/deployments.ts';
import { formatDuration } from '../../time/duration.ts';
import type { Rollout } from '../rollout/rollout.ts';
import type { Terms } from '../rollout/wait-conditions.ts';
import { waitingHook } from './decide-by-service-deployment.ts';
import type { Verdict } from './verdict.ts';

const minute = 60_000;

export function lost(rollout: Rollout, terms: Terms): Verdict | undefined {
  if (rollout.missingSince === undefined || terms.now - rollout.missingSince <= terms.grace) return undefined;
  return { kind: 'UNKNOWN', reason: `ECS no longer has the service ${rollout.ours.service}` };
}

/** Without a read in the last minute, or any read at all, the outcome is unknown. */
export function unreadAtTheEnd({ now, readAt, startedAt, unreadSince, grace }: Terms): string | undefined {
  if (readAt === undefined)
    return startedAt === undefined
      ? undefined
      : `the deployment could not be read in the ${formatDuration(now - startedAt)} before the deadline`;
  const since = unreadSince !== undefined && now - unreadSince > grace ? unreadSince : readAt;
  if (since === readAt && now - readAt < minute) return undefined;
  return `the deployment could not be read in the last ${formatDuration(now - since)} before the deadline`;
}

const runningOf = ({ service, ours }: Rollout) => deploymentOf(service, ours.deploymentId)?.runningCount ?? 0;

export function outOfTime(rollout: Rollout, terms: Terms): Verdict | undefined {
  const state =
    (terms.count === undefined ? undefined : `${runningOf(rollout)} of ${terms.count} tasks running`) ??
    (rollout.downSince === undefined ? undefined : 'complete with too few running tasks') ??
    rollout.serviceDeployment?.lifecycleStage ??
    rollout.serviceDeployment?.status ??
    deploymentOf(rollout.service, rollout.ours.deploymentId)?.rolloutState ??
    'IN_PROGRESS';
  if (terms.now >= terms.deadline) {
    const unread = unreadAtTheEnd(terms);
    if (unread && !rollout.givenUp) return { kind: 'UNKNOWN', reason: `${unread}; it was ${state} before` };
    if (terms.rollback === 'stop')
      return { kind: 'TIMED_OUT', reason: `the rollback was still ${state} at the deadline` };
    return rollout.givenUp
      ? {
          kind: 'FAILED',
          reason: `${rollout.givenUp.reason}; the rollback was still ${state} at the deadline`,
        }
      : { kind: 'TIMED_OUT', reason: `still ${state} at the deadline` };
  }
  // A pause is meant to last until someone, or its own time limit, ends it.
  if (
    terms.now - rollout.changedAt >= terms.stallAfter &&
    terms.unreadSince === undefined &&
    !waitingHook(rollout)
  ) {
    return {
      kind: 'STALLED',
      reason: `no progress for ${Math.round((terms.now - rollout.changedAt) / 60_000)} min; still ${state}`,
    };
  }
  return undefined;
}
