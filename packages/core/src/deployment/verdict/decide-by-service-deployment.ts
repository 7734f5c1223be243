import type { Deployment, ServiceDeployment } from '@aws-sdk/client-ecs';
import { deploymentOf, primaryOf } from '../../ecs/deployments.ts';
import { shortTaskDefinition } from '../../ecs/short-names.ts';
import type { Rollout } from '../rollout/rollout.ts';
import type { Terms } from '../rollout/wait-conditions.ts';
import { isAlive, taskCounts } from '../rules/alive.ts';
import { hasReached } from '../rules/early.ts';
import { isGone, isSuperseded, liveNow, success, supersededBy } from './live-revision.ts';
import { judgeNoRunningTasks } from './no-running-tasks.ts';
import type { Verdict } from './verdict.ts';

export function byServiceDeployment(
  deployment: ServiceDeployment,
  rollout: Rollout,
  terms: Terms,
): Verdict | undefined {
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
          remedy: 'Someone stopped this deployment: find out why, then redeploy.',
        }),
        ...liveNow(rollout),
      };
    case 'ROLLBACK_FAILED':
      return {
        kind: 'FAILED',
        reason: `the rollback also failed: ${why}`,
        remedy:
          'Act now: neither version is certain to be live. Redeploy a known-good revision, manually if necessary.',
      };
    case 'STOPPED':
      return stopped(deployment, rollout, terms, why);
    case 'PENDING':
    case 'IN_PROGRESS':
      return terms.rollback === 'stop' ? undefined : (paused(rollout, terms) ?? reached(rollout, terms));
    default:
      // STOP_REQUESTED, ROLLBACK_REQUESTED, ROLLBACK_IN_PROGRESS, and whatever ECS may add: not over yet.
      return deployment.status === 'STOP_REQUESTED' && isSuperseded(rollout)
        ? supersededBy(rollout)
        : undefined;
  }
}

function succeeded(rollout: Rollout, terms: Terms): Verdict | undefined {
  const primary = primaryOf(rollout.service);
  const ours = deploymentOf(rollout.service, rollout.ours.deploymentId);
  if (ours && ours === primary) {
    if (rollout.downSince !== undefined) return judgeNoRunningTasks(rollout, terms);
    if (ours.rolloutState === 'FAILED') return failedAgain(ours);
    // The service read shows what ran before it was over.
    const isBehind = ours.rolloutState === 'IN_PROGRESS' && terms.now - rollout.changedAt <= terms.grace;
    return isBehind || isBroughtBack(rollout) ? undefined : success(rollout);
  }
  if (rollout.other) return (ours?.runningCount ?? 0) > 0 ? replaced(rollout) : supersededBy(rollout);
  if (isGone(rollout, terms)) {
    // ECS rolls nothing back that was successful: whatever is PRIMARY has replaced it.
    if (primary) return supersededBy(withOther(rollout, primary));
    return {
      kind: 'UNKNOWN',
      reason: `ECS reports the deployment as successful, but the service does not show ${rollout.ours.deploymentId}`,
    };
  }
  return undefined;
}

/** It was live once; ECS was to roll back to it from another one, and has failed. */
const failedAgain = ({
  taskDefinition,
  rolloutStateReason: reason = 'ECS gave no reason',
}: Deployment): Verdict => ({
  kind: 'FAILED',
  reason: `ECS reports the deployment of ${shortTaskDefinition(taskDefinition)} as failed, although it had been successful: ${reason}`,
  remedy:
    'Act now: neither version is certain to be live. Redeploy a known-good revision, manually if necessary.',
});

const withOther = (rollout: Rollout, { id = '', taskDefinition = '' }: Deployment): Rollout => ({
  ...rollout,
  other: { id, taskDefinition },
});

/** It was live and still runs; someone has started another one since. */
function replaced(rollout: Rollout): Verdict {
  const { other } = rollout;
  const after = `deployment ${other?.id} of ${shortTaskDefinition(other?.taskDefinition)} was started after it`;
  const live = success(rollout);
  return { ...live, reason: `${live.reason}; ${after}`, notice: after };
}

/** It was live once, and another deployment that is rolled back is on its way back to it. */
function isBroughtBack({ service, serviceDeployment, settledSince }: Rollout): boolean {
  const { currentServiceDeployment: current } = service ?? {};
  const state = primaryOf(service)?.rolloutState;
  return (
    (state === undefined ? settledSince === undefined : state === 'IN_PROGRESS') &&
    current !== undefined &&
    current !== serviceDeployment?.serviceDeploymentArn
  );
}

function stopped(
  deployment: ServiceDeployment,
  rollout: Rollout,
  terms: Terms,
  why: string,
): Verdict | undefined {
  const tripped =
    deployment.deploymentCircuitBreaker?.status === 'TRIGGERED' || deployment.alarms?.status === 'TRIGGERED';
  if (tripped) {
    return {
      kind: 'FAILED',
      reason: `${why.replace(/\.$/, '')}; rollback is disabled, so the service may be running a mix of versions`,
      remedy:
        'Fix the cause shown and redeploy, or deploy the previous revision. Enable rollback in the circuit breaker.',
    };
  }
  if (isSuperseded(rollout)) return supersededBy(rollout);
  if (deploymentOf(rollout.service, rollout.ours.deploymentId)?.rolloutState === 'FAILED') {
    return { kind: 'FAILED', reason: why };
  }
  const reason = deployment.statusReason ?? 'the deployment was stopped';
  // What replaced it may not show yet: the service is read behind its deployments.
  if (!/\buser\b/i.test(reason) && terms.now - rollout.changedAt <= terms.grace) return undefined;
  return { kind: /superseded/i.test(reason) ? 'SUPERSEDED' : 'STOPPED', reason };
}

export const waitingHook = (rollout: Rollout) =>
  rollout.serviceDeployment?.lifecycleHookDetails?.find((one) => one.status === 'AWAITING_ACTION');

function paused(rollout: Rollout, terms: Terms): Verdict | undefined {
  const { until, waitThroughPause } = terms;
  const hook = waitingHook(rollout);
  if (!hook || rollout.givenUp || (waitThroughPause && until !== 'paused')) return undefined;
  if (hook.hookId === terms.answeredHook && terms.now - rollout.startedAt <= terms.grace) return undefined;
  const expiry = hook.expiresAt
    ? `; at ${hook.expiresAt.toISOString()} ECS will ${hook.timeoutAction ?? 'act'}`
    : '';
  return {
    kind: 'PAUSED',
    ...(until === 'paused' && { asked: true as const }),
    reason: `hook ${hook.hookId ?? ''} is waiting for approval at ${rollout.serviceDeployment?.lifecycleStage ?? 'its stage'}${expiry}`,
  };
}

function reached(rollout: Rollout, { until }: Terms): Verdict | undefined {
  // A lifecycle event is CodeDeploy's, which is judged elsewhere.
  if (until === 'completed' || until === 'paused' || (typeof until === 'object' && 'event' in until))
    return undefined;
  const { ours, service, serviceDeployment } = rollout;
  const stage = serviceDeployment?.lifecycleStage;
  const now = {
    stage,
    productionWeight: serviceDeployment?.targetServiceRevision?.requestedProductionTrafficWeight,
    isAlive: isAlive(taskCounts(service, deploymentOf(service, ours.deploymentId)?.runningCount)),
  };
  if (!hasReached(until, now)) return undefined;
  return {
    ...success(rollout),
    reason:
      until === 'traffic-shifted'
        ? 'all production traffic is on the new revision'
        : `the deployment has reached ${stage}`,
  };
}
