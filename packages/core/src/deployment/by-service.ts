import { isDown, judgeDown } from './down.ts';
import { isNewer, liveNow, success, supersededBy } from './live.ts';
import { deploymentOf, primaryOf, type Rollout } from './rollout.ts';
import type { Terms } from './terms.ts';
import type { Verdict } from './verdict.ts';

/** Rules for when only DescribeServices may be read. */
export function byService(rollout: Rollout, terms: Terms): Verdict | undefined {
  const { ours, service } = rollout;
  if (!service) return undefined;
  const mine = deploymentOf(service, ours.deploymentId);
  if (mine?.status !== 'PRIMARY') return displaced(rollout, terms);
  if (isDown(service, mine)) return judgeDown(rollout, terms);
  if (mine.rolloutState === 'COMPLETED') return success(rollout);
  if (mine.rolloutState === 'FAILED' && !mayStillRollBack(rollout, terms)) {
    return { kind: 'FAILED', reason: mine.rolloutStateReason ?? 'ECS marked the deployment as failed' };
  }
  if (mine.rolloutState === undefined && rollout.settledReads >= 2) return success(rollout);
  return undefined;
}

/** Ours is not PRIMARY: a stale read, a rollback under way or done, or somebody else's newer deployment. */
function displaced(rollout: Rollout, terms: Terms): Verdict | undefined {
  const primary = primaryOf(rollout.service);
  if (!primary) return undefined;
  const reason = primary.rolloutStateReason ?? '';
  if (rollout.givenUp || /circuit breaker|alarm|rolling back|rolled back/i.test(reason)) {
    if (primary.rolloutState === 'FAILED')
      return { kind: 'FAILED', reason: `the rollback failed too: ${reason}` };
    if (primary.rolloutState !== 'COMPLETED') return undefined;
    return { kind: 'ROLLED_BACK', reason: rollout.givenUp?.reason ?? reason, ...liveNow(rollout) };
  }
  if (isNewer(rollout)) return supersededBy(rollout);
  if (rollout.unconfirmedSince === undefined || terms.now - rollout.unconfirmedSince <= terms.grace)
    return undefined;
  return {
    kind: 'ROLLED_BACK',
    reason: `the older deployment ${primary.id} is PRIMARY again`,
    ...liveNow(rollout),
  };
}

/** ECS marks a deployment FAILED a moment before it makes the one that rolls back. */
function mayStillRollBack(rollout: Rollout, terms: Terms): boolean {
  const configured = rollout.service?.deploymentConfiguration;
  const willRollBack =
    configured?.deploymentCircuitBreaker?.rollback === true || configured?.alarms?.rollback === true;
  return willRollBack && rollout.givenUp !== undefined && terms.now - rollout.givenUp.at <= terms.grace;
}
