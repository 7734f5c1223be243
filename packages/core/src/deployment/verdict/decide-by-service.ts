import { deploymentOf, primaryOf } from '../../ecs/deployments.ts';
import { absenceTime } from '../../ecs/eventual-consistency.ts';
import { placeOfOurs } from '../rollout/fresh-reads.ts';
import type { Rollout } from '../rollout/rollout.ts';
import type { Terms } from '../rollout/wait-conditions.ts';
import { isComplete } from '../rules/complete.ts';
import { isGone, liveNow, success, supersededBy } from './live-revision.ts';
import { judgeNoRunningTasks } from './no-running-tasks.ts';
import type { Verdict } from './verdict.ts';

/** Rules for when only DescribeServices may be read. */
export function byService(rollout: Rollout, terms: Terms): Verdict | undefined {
  const { ours, service, settledSince } = rollout;
  if (!service) return undefined;
  const mine = deploymentOf(service, ours.deploymentId);
  if (mine?.status !== 'PRIMARY') return displaced(rollout, terms);
  const { rolloutState } = mine;
  const settledFor = settledSince === undefined ? undefined : terms.now - settledSince;
  if (rolloutState === 'FAILED' && !mayStillRollBack(rollout, terms)) {
    return { kind: 'FAILED', reason: mine.rolloutStateReason ?? 'ECS marked the deployment as failed' };
  }
  if (!isComplete({ rolloutState, settledFor })) return undefined;
  return rollout.downSince === undefined ? success(rollout) : judgeNoRunningTasks(rollout, terms);
}

/** Ours is not PRIMARY: a stale read, a rollback in progress or done, or someone else's newer deployment. */
function displaced(rollout: Rollout, terms: Terms): Verdict | undefined {
  switch (placeOfOurs(rollout, isGone(rollout, terms))) {
    case 'superseded':
      return supersededBy(rollout);
    case 'rolled-back':
      return rolledBack(rollout);
    default:
      return undefined;
  }
}

function rolledBack(rollout: Rollout): Verdict {
  const { ours, service, givenUp, shownAt } = rollout;
  const primary = primaryOf(service);
  if (shownAt === undefined) {
    return {
      kind: 'UNKNOWN',
      reason: `ECS has accepted deployment ${ours.deploymentId}, but has shown the service without it for ${absenceTime / 1000} s`,
    };
  }
  const told = primary?.rolloutStateReason ?? '';
  if (primary?.rolloutState === 'FAILED')
    return { kind: 'FAILED', reason: `the rollback also failed: ${told}` };
  const reason =
    givenUp?.reason ??
    (told === '' || /completed/.test(told)
      ? `deployment ${primary?.id}, which was running before, is PRIMARY again`
      : told);
  return { kind: 'ROLLED_BACK', reason, ...liveNow(rollout) };
}

/** ECS marks a deployment FAILED a moment before it makes the earlier one PRIMARY again. */
function mayStillRollBack(rollout: Rollout, terms: Terms): boolean {
  const configured = rollout.service?.deploymentConfiguration;
  const willRollBack =
    configured?.deploymentCircuitBreaker?.rollback === true || configured?.alarms?.rollback === true;
  return willRollBack && rollout.givenUp !== undefined && terms.now - rollout.givenUp.at <= terms.grace;
}
