import { causesOf } from './evidence.ts';
import { deploymentOf, digitsOf, primaryOf, type Rollout, shortTaskDefinition } from './rollout.ts';
import type { Verdict } from './verdict.ts';

/** The conditions under which we watch. Times are monotonic milliseconds. */
export interface Terms {
  readonly now: number;
  readonly deadline: number;
  /** Give up when nothing has moved for so long. */
  readonly stallAfter: number;
  /** How long a service that ECS does not know, or does not yet show as ours, is put down to eventual consistency. */
  readonly grace: number;
  readonly until: WaitUntil;
  /** Somebody else continues a paused deployment: go on watching. */
  readonly waitThroughPause: boolean;
  /** End early on a cause that trying again cannot mend. Only where no circuit breaker will do it. */
  readonly failFast: boolean;
}

export type WaitUntil =
  | 'completed'
  | 'traffic-shifted'
  | 'paused'
  | { readonly stage: string }
  | { readonly event: string };

/** The order of stages (ECS API, ServiceDeployment.lifecycleStage). A stage not listed here is printed, never judged. */
export const stageOrder = [
  'RECONCILE_SERVICE',
  'PRE_SCALE_UP',
  'SCALE_UP',
  'POST_SCALE_UP',
  'TEST_TRAFFIC_SHIFT',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRE_PRODUCTION_TRAFFIC_SHIFT',
  'PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
  'BAKE_TIME',
  'CLEAN_UP',
] as const;

/**
 * The verdict on what is known so far, or undefined while it is open. Pure.
 * With the service deployment the rules are those of its status; without it (no permission, or an older API)
 * those of DescribeServices. In no case does "one deployment, running = desired" count by itself.
 */
export function decide(rollout: Rollout, terms: Terms): Verdict | undefined {
  return (
    (rollout.serviceDeployment ? byServiceDeployment(rollout, terms) : byService(rollout, terms)) ??
    hopeless(rollout, terms) ??
    lost(rollout, terms) ??
    outOfTime(rollout, terms)
  );
}

function byServiceDeployment(rollout: Rollout, terms: Terms): Verdict | undefined {
  const deployment = rollout.serviceDeployment!;
  const why =
    deployment.rollback?.reason ?? deployment.statusReason ?? rollout.givenUp?.reason ?? 'ECS gave no reason';
  switch (deployment.status) {
    case 'SUCCESSFUL':
      return succeeded(rollout, terms);
    case 'ROLLBACK_SUCCESSFUL':
      return {
        kind: 'ROLLED_BACK',
        reason: why,
        ...(/user requested|by user/i.test(why) && {
          remedy: 'Somebody stopped this deployment: ask why, then deploy again.',
        }),
        ...liveNow(rollout),
      };
    case 'ROLLBACK_FAILED':
      return {
        kind: 'FAILED',
        reason: `the rollback failed too: ${why}`,
        remedy: 'Act now: neither version is surely live. Deploy a revision that worked, by hand if need be.',
      };
    case 'STOPPED':
      return stopped(rollout, terms, why);
    case 'PENDING':
    case 'IN_PROGRESS':
      return paused(rollout, terms) ?? reached(rollout, terms);
    default:
      // STOP_REQUESTED, ROLLBACK_REQUESTED, ROLLBACK_IN_PROGRESS, and whatever ECS may add: not over yet.
      return deployment.status === 'STOP_REQUESTED' && isNewer(rollout) ? supersededBy(rollout) : undefined;
  }
}

function succeeded(rollout: Rollout, terms: Terms): Verdict | undefined {
  const primary = primaryOf(rollout.service);
  const ours = deploymentOf(rollout.service, rollout.ours.deploymentId);
  if (ours && (ours === primary || (ours.runningCount ?? 0) > 0)) return success(rollout);
  if (isNewer(rollout)) return supersededBy(rollout);
  if (rollout.unconfirmedSince !== undefined && terms.now - rollout.unconfirmedSince > terms.grace) {
    return {
      kind: 'UNKNOWN',
      reason: `ECS calls the deployment successful but the service does not show ${rollout.ours.deploymentId}`,
    };
  }
  return undefined;
}

function success(rollout: Rollout): Verdict {
  const { ours, service } = rollout;
  const exercised = (service?.desiredCount ?? 0) > 0 || service?.schedulingStrategy === 'DAEMON';
  return {
    kind: 'SUCCEEDED',
    reason: exercised
      ? `${shortTaskDefinition(ours.taskDefinition)} is live`
      : `${shortTaskDefinition(ours.taskDefinition)} is in place, but the desired count is 0: no task ran it`,
    live: ours.taskDefinition,
  };
}

function stopped(rollout: Rollout, terms: Terms, why: string): Verdict | undefined {
  const deployment = rollout.serviceDeployment!;
  const tripped =
    deployment.deploymentCircuitBreaker?.status === 'TRIGGERED' || deployment.alarms?.status === 'TRIGGERED';
  if (tripped) {
    return {
      kind: 'FAILED',
      reason: `${why}; rollback is off, so the service may run a mix of versions`,
      remedy:
        'Mend the cause shown and deploy again, or deploy the previous revision. Turn on rollback in the circuit breaker.',
    };
  }
  if (isNewer(rollout)) return supersededBy(rollout);
  if (deploymentOf(rollout.service, rollout.ours.deploymentId)?.rolloutState === 'FAILED') {
    return { kind: 'FAILED', reason: why };
  }
  const reason = deployment.statusReason ?? 'the deployment was stopped';
  // What replaced it may not show yet: the service is read behind its deployments.
  if (!/\buser\b/i.test(reason) && terms.now - rollout.changedAt <= terms.grace) return undefined;
  return { kind: /superseded/i.test(reason) ? 'SUPERSEDED' : 'STOPPED', reason };
}

const waitingHook = (rollout: Rollout) =>
  rollout.serviceDeployment?.lifecycleHookDetails?.find((one) => one.status === 'AWAITING_ACTION');

function paused(rollout: Rollout, { until, waitThroughPause }: Terms): Verdict | undefined {
  const hook = waitingHook(rollout);
  if (!hook || (waitThroughPause && until !== 'paused')) return undefined;
  const expiry = hook.expiresAt
    ? `; at ${hook.expiresAt.toISOString()} ECS will ${hook.timeoutAction ?? 'act'}`
    : '';
  return {
    kind: 'PAUSED',
    ...(until === 'paused' && { asked: true as const }),
    reason: `hook ${hook.hookId ?? ''} waits for somebody at ${rollout.serviceDeployment?.lifecycleStage ?? 'its stage'}${expiry}`,
  };
}

function reached(rollout: Rollout, { until }: Terms): Verdict | undefined {
  if (until === 'completed' || until === 'paused') return undefined;
  const target = rollout.serviceDeployment?.targetServiceRevision;
  if (until === 'traffic-shifted') {
    return target?.requestedProductionTrafficWeight === 100
      ? { ...success(rollout), reason: 'all production traffic is on the new revision' }
      : undefined;
  }
  // A lifecycle event is CodeDeploy's, which is judged elsewhere.
  if ('event' in until) return undefined;
  const stage = rollout.serviceDeployment?.lifecycleStage;
  const at = stageOrder.indexOf(stage as (typeof stageOrder)[number]);
  const wanted = stageOrder.indexOf(until.stage as (typeof stageOrder)[number]);
  // A stage that is not listed can still be waited for, by its very name.
  return stage === until.stage || (at >= 0 && wanted >= 0 && at >= wanted)
    ? { ...success(rollout), reason: `the deployment has reached ${stage}` }
    : undefined;
}

/** Rules for when only DescribeServices may be read. */
function byService(rollout: Rollout, terms: Terms): Verdict | undefined {
  const { ours, service } = rollout;
  if (!service) return undefined;
  const mine = deploymentOf(service, ours.deploymentId);
  if (mine?.status !== 'PRIMARY') return displaced(rollout, terms);
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

function isNewer(rollout: Rollout): boolean {
  const primary = primaryOf(rollout.service);
  return (
    primary !== undefined &&
    primary.id !== rollout.ours.deploymentId &&
    (primary.createdAt?.getTime() ?? 0) > rollout.ours.createdAt
  );
}

function supersededBy(rollout: Rollout): Verdict {
  const primary = primaryOf(rollout.service);
  return {
    kind: 'SUPERSEDED',
    reason: `deployment ${primary?.id} of ${shortTaskDefinition(primary?.taskDefinition)} replaced ours of ${shortTaskDefinition(rollout.ours.taskDefinition)}`,
    ...liveNow(rollout),
  };
}

const liveNow = (rollout: Rollout) => {
  const arn = rollout.serviceDeployment?.rollback?.serviceRevisionArn;
  const primary = primaryOf(rollout.service);
  // A deployment under way is not live yet.
  const isDone = primary?.rolloutState === undefined || primary.rolloutState === 'COMPLETED';
  const fromPrimary =
    primary && isDone && primary.id !== rollout.ours.deploymentId ? primary.taskDefinition : undefined;
  const live =
    fromPrimary ??
    (arn && rollout.ours.previous && digitsOf(arn) === digitsOf(rollout.ours.previous.deploymentId)
      ? rollout.ours.previous.taskDefinition
      : arn);
  return live === undefined ? {} : { live };
};

/** Two of our tasks died of something permanent and none ever ran: the scheduler would try for ever. */
export function hopeless(rollout: Rollout, terms: Terms): Verdict | undefined {
  if (!terms.failFast || rollout.everRan || rollout.givenUp) return undefined;
  const permanent = causesOf(rollout.stoppedTasks).find(
    (cause) => cause.permanent && cause.tasks.length >= 2,
  );
  if (!permanent) return undefined;
  return {
    kind: 'FAILED',
    reason: `${permanent.sentence}; trying again cannot mend that, and no circuit breaker will stop ECS from trying`,
    remedy: `${permanent.remedy} Until then deploy the previous revision, or stop the deployment.`,
  };
}

function lost(rollout: Rollout, terms: Terms): Verdict | undefined {
  if (rollout.missingSince === undefined || terms.now - rollout.missingSince <= terms.grace) return undefined;
  return { kind: 'UNKNOWN', reason: `ECS no longer knows the service ${rollout.ours.service}` };
}

export function outOfTime(rollout: Rollout, terms: Terms): Verdict | undefined {
  const state =
    rollout.serviceDeployment?.lifecycleStage ??
    rollout.serviceDeployment?.status ??
    deploymentOf(rollout.service, rollout.ours.deploymentId)?.rolloutState ??
    'IN_PROGRESS';
  if (terms.now >= terms.deadline) {
    return rollout.givenUp
      ? {
          kind: 'FAILED',
          reason: `${rollout.givenUp.reason}; the rollback was still ${state} at the deadline`,
        }
      : { kind: 'TIMED_OUT', reason: `still ${state} at the deadline` };
  }
  // A pause is meant to last until somebody, or its own time limit, ends it.
  if (terms.now - rollout.changedAt >= terms.stallAfter && !waitingHook(rollout)) {
    return {
      kind: 'STALLED',
      reason: `nothing has moved for ${Math.round((terms.now - rollout.changedAt) / 60_000)} min; still ${state}`,
    };
  }
  return undefined;
}
