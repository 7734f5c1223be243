import type { TaskSet } from '@aws-sdk/client-ecs';
import { orderOf } from '../../../../codedeploy/lifecycle-events.ts';
import { settleTime } from '../../../../ecs/eventual-consistency.ts';
import { shortTaskDefinition } from '../../../../ecs/short-names.ts';
import { isOfDeployment, primaryTaskSet } from '../../../../ecs/task-sets.ts';
import { formatDuration } from '../../../../time/duration.ts';
import { startedSince } from '../../../report/started-since.ts';
import type { Rollout } from '../../../rollout/rollout.ts';
import type { RollbackBy, Terms } from '../../../rollout/wait-conditions.ts';
import { alivePatience } from '../../../rules/alive.ts';
import { judgeRollback } from '../../../rules/go-back.ts';
import { scaled } from '../../../verdict/decide-scaling.ts';
import { tasksKeepStopping } from '../../../verdict/hopeless.ts';
import { deleted, liveSentence } from '../../../verdict/live-revision.ts';
import { unreadAtTheEnd } from '../../../verdict/time-limits.ts';
import type { Verdict } from '../../../verdict/verdict.ts';
import { startedAfter, trafficOf } from '../read/task-set-traffic.ts';
import { reasonOf, stageOf } from './as-service-deployment.ts';
import { eventOf, isUndone, type Seen } from './codedeploy-watch.ts';

/** How long CodeDeploy may take to say that it undoes a deployment that was stopped, when it was not configured to. */
const stopGrace = 10_000;

/**
 * The verdict on what CodeDeploy has said so far, or undefined while it is open. Pure. A status that is not known
 * here is waited out. https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeploymentInfo.html
 */
export function decideByCodeDeploy(seen: Seen, rollout: Rollout, terms: Terms): Verdict | undefined {
  return (
    deleted(rollout, terms) ??
    scaled(byStatus(seen, rollout, terms), rollout, terms) ??
    hopeless(seen, rollout, terms) ??
    lost(seen, rollout, terms) ??
    outOfTime(seen, rollout, terms)
  );
}

function byStatus(seen: Seen, rollout: Rollout, terms: Terms): Verdict | undefined {
  const { info } = seen;
  switch (info?.status) {
    case 'Succeeded':
      // One that has succeeded can be rolled back, too: during its termination wait.
      return isUndone(info) ? undone(seen, rollout, terms) : succeeded(seen, rollout, terms);
    case 'Failed':
    case 'Stopped':
      return isUndone(info) ? undone(seen, rollout, terms) : ended(seen, rollout, terms);
    case 'Ready':
      // What is to be stopped may be shown as waiting for a while.
      return terms.rollback === 'stop'
        ? undefined
        : (paused(seen, rollout, terms) ?? reached(seen, rollout, terms));
    default:
      return terms.rollback === 'stop' ? undefined : reached(seen, rollout, terms);
  }
}

function success({ ours, service, everRan }: Rollout): Verdict {
  const reason = liveSentence(ours.taskDefinition, service?.desiredCount !== 0, everRan);
  return { kind: 'SUCCEEDED', reason, live: ours.taskDefinition };
}

/** A rollback names what someone else has started since; it does not remove that. */
function withOthers(verdict: Verdict, { ours, service }: Rollout, rollback: RollbackBy | undefined): Verdict {
  const since = startedAfter(service, ours.deploymentId);
  return rollback === undefined || since.length === 0 ? verdict : { ...verdict, notice: startedSince(since) };
}

/**
 * CodeDeploy's word alone is not enough: it calls deployments successful whose task set is not steady
 * (https://github.com/aws/containers-roadmap/issues/1941). ECS says what has the traffic, and what runs.
 */
function succeeded(seen: Seen, rollout: Rollout, { now, rollback }: Terms): Verdict | undefined {
  const { endedSince = now, downSince = now } = seen;
  const { ours, service, causes } = rollout;
  const traffic = trafficOf(rollout);
  const name = shortTaskDefinition(ours.taskDefinition);
  const word = `CodeDeploy reports deployment ${ours.deploymentId} as successful, but`;
  if (traffic.on === 'ours') {
    if (!isCounted(seen, rollout, now)) return undefined;
    // Before it succeeds CodeDeploy ends what ours replaces: a read that shows that at work is from before.
    const isBehind = showsReplaced(rollout) && now - endedSince <= settleTime;
    if (traffic.isLive) return isBehind ? undefined : withOthers(success(rollout), rollout, rollback);
    if (now - downSince < alivePatience) return undefined;
    const [cause] = causes;
    return {
      kind: 'FAILED',
      reason: `${word} ${traffic.primary.runningCount ?? 0} of ${service?.desiredCount} tasks of ${name} are running after ${alivePatience / 60_000} min${cause ? ` (${cause.sentence})` : ''}`,
      remedy: `${cause?.remedy ?? 'Check the stopped tasks and the service events.'} In the meantime, redeploy a known-good revision.`,
      live: ours.taskDefinition,
    };
  }
  if (now - endedSince <= settleTime) return undefined;
  if (traffic.on === 'nothing') return { kind: 'UNKNOWN', reason: `${word} no task set has the traffic` };
  const { id, taskDefinition } = traffic.primary;
  return {
    kind: traffic.on === 'earlier' ? 'ROLLED_BACK' : 'SUPERSEDED',
    reason: `${word} task set ${id} of ${shortTaskDefinition(taskDefinition)} has the traffic`,
    ...liveNow(rollout),
  };
}

function showsReplaced({ ours, service }: Rollout): boolean {
  const others = service?.taskSets?.filter((one) => !isOfDeployment(one, ours.deploymentId));
  return others?.some(({ status }) => status === 'ACTIVE') === true;
}

/** The count that this run has set shows. An autoscaler may change it again, later. */
const isCounted = ({ desiredCount }: Seen, { service, startedAt }: Rollout, now: number): boolean =>
  desiredCount === undefined || service?.desiredCount === desiredCount || now - startedAt > settleTime;

/** CodeDeploy undoes a deployment by another one, whose end is the end of ours; ECS says what has the traffic then. */
function undone(seen: Seen, rollout: Rollout, { now, rollback }: Terms): Verdict | undefined {
  const { info, target, undo, undoneSince = now } = seen;
  const why = reasonOf(info, target);
  if (undo?.status === 'Succeeded') {
    const traffic = trafficOf(rollout);
    const { on } = traffic;
    if (on === 'earlier' || on === 'other') {
      if (rollback === undefined || isDone(rollout))
        return withOthers({ kind: 'ROLLED_BACK', reason: why, ...liveNow(rollout) }, rollout, rollback);
      return now - undoneSince < alivePatience ? undefined : notLive(rollout, traffic.primary);
    }
    if (now - undoneSince <= settleTime) return undefined;
    return {
      kind: 'FAILED',
      reason: `CodeDeploy reports the rollback ${undo.deploymentId} as successful, but ${on === 'ours' ? `${shortTaskDefinition(rollout.ours.taskDefinition)} still has the traffic` : 'no task set has the traffic'}; it was meant to undo: ${why}`,
      remedy: 'Act now: check the task sets of the service. Redeploy a known-good revision.',
      ...(on === 'ours' && { live: rollout.ours.taskDefinition }),
    };
  }
  if (undo?.status !== 'Failed' && undo?.status !== 'Stopped') return undefined;
  return {
    kind: 'FAILED',
    reason: `the rollback ${undo.deploymentId} also failed: ${reasonOf(undo, undefined)}; it was meant to undo: ${why}`,
    remedy:
      'Act now: neither version is certain to be live. Redeploy a known-good revision, manually if necessary.',
  };
}

/**
 * A requested rollback is done when the earlier version is live and nothing is left of the one to
 * go.
 */
function isDone(rollout: Rollout): boolean {
  const traffic = trafficOf(rollout);
  const leftRunning = leftOf(rollout)?.runningCount ?? 0;
  const isEarlierLive = traffic.on !== 'nothing' && traffic.on !== 'ours' && traffic.isLive;
  return judgeRollback({ end: 'rolled-back', isEarlierLive, leftRunning }) === 'done';
}

/** What stands of the one to go. */
const leftOf = ({ ours, service }: Rollout): TaskSet | undefined =>
  service?.taskSets?.find(
    (one) => isOfDeployment(one, ours.deploymentId) && one.status !== 'DRAINING' && one.runningCount !== 0,
  );

const notLive = ({ service, ours }: Rollout, { taskDefinition, runningCount = 0 }: TaskSet): Verdict => ({
  kind: 'FAILED',
  reason: `CodeDeploy has rolled back, but ${runningCount} of ${service?.desiredCount} tasks of ${shortTaskDefinition(taskDefinition)} are running, or some of ${shortTaskDefinition(ours.taskDefinition)} still are, after ${alivePatience / 60_000} min`,
  remedy: 'Act now: check the task sets and events of the service. Redeploy a known-good revision.',
  ...(taskDefinition !== undefined && { live: taskDefinition }),
});

/** Stopped before any traffic had shifted, and with nothing left of it: what was live still is. */
function neverLeft(seen: Seen, rollout: Rollout): Verdict | undefined {
  const traffic = trafficOf(rollout);
  const hasMoved = eventOf(seen.target, 'AllowTraffic')?.startTime !== undefined;
  if (traffic.on !== 'earlier' || hasMoved || !isDone(rollout)) return undefined;
  const reason = `${reasonOf(seen.info, seen.target)} before any traffic had shifted`;
  return { kind: 'ROLLED_BACK', reason, ...liveNow(rollout) };
}

/** Ended, and no rollback of it, as far as CodeDeploy has reported. */
function ended(seen: Seen, rollout: Rollout, terms: Terms): Verdict | undefined {
  const { now, grace } = terms;
  const { info, target, endedSince = now } = seen;
  if (terms.rollback === 'stop') {
    if (now - endedSince <= settleTime) return undefined;
    const still = neverLeft(seen, rollout);
    if (still) return still;
  }
  const patience = willRollBack(seen) ? grace : info?.status === 'Stopped' ? stopGrace : 0;
  if (now - endedSince < patience) return undefined;
  const code = info?.errorInformation?.code;
  const live = liveNow(rollout);
  if (info?.status === 'Stopped' && (code === undefined || code === 'MANUAL_STOP')) {
    const left = terms.rollback && leftOf(rollout);
    const still = left
      ? `, but task set ${left.id} of ${shortTaskDefinition(left.taskDefinition)} still runs ${left.runningCount} tasks: CodeDeploy did not roll back`
      : '';
    return { kind: 'STOPPED', reason: `${reasonOf(info, target)}${still}`, ...live };
  }
  return { kind: 'FAILED', reason: `${reasonOf(info, target)}; CodeDeploy did not roll back`, ...live };
}

function willRollBack({ info }: Seen): boolean {
  const { enabled, events = [] } = info?.autoRollbackConfiguration ?? {};
  if (enabled !== true) return false;
  if (info?.status === 'Failed') return events.includes('DEPLOYMENT_FAILURE');
  return events.includes('DEPLOYMENT_STOP_ON_ALARM') || events.includes('DEPLOYMENT_STOP_ON_REQUEST');
}

/** Ready before the traffic has moved: it waits for ContinueDeployment. After that Ready is only the termination wait. */
function paused(seen: Seen, rollout: Rollout, terms: Terms): Verdict | undefined {
  const { info, target } = seen;
  const isShifted = hasSucceeded(seen, 'AllowTraffic') || trafficOf(rollout).on === 'ours';
  if (info?.instanceTerminationWaitTimeStarted || isShifted) return undefined;
  if (terms.waitThroughPause && terms.until !== 'paused') return undefined;
  const option = info?.blueGreenDeploymentConfiguration?.deploymentReadyOption;
  // A group that continues by itself is in Ready only in passing.
  const waits = option?.actionOnTimeout === 'STOP_DEPLOYMENT';
  if (!waits && terms.now - rollout.changedAt <= terms.grace) return undefined;
  const limit = waits
    ? `; after ${formatDuration((option.waitTimeInMinutes ?? 0) * 60_000)} in Ready, CodeDeploy stops it`
    : '';
  const at = stageOf(target);
  return {
    kind: 'PAUSED',
    ...(terms.until === 'paused' && { asked: true as const }),
    reason: `the deployment is Ready${at ? ` after ${at}` : ''}, waiting for someone to shift the traffic${limit}`,
    remedy: `Continue it with continue-deployment, or: aws deploy continue-deployment --deployment-id ${rollout.ours.deploymentId} --deployment-wait-type READY_WAIT. Or stop it.`,
  };
}

const hasSucceeded = ({ target }: Seen, name: string) => eventOf(target, name)?.status === 'Succeeded';

/** An early end: the event is over and nothing has failed; from the shift of the traffic on ours has it and is live. */
function reached(seen: Seen, rollout: Rollout, { until, now }: Terms): Verdict | undefined {
  const event =
    until === 'traffic-shifted'
      ? 'AllowTraffic'
      : typeof until === 'object' && 'event' in until
        ? until.event
        : undefined;
  if (event === undefined || !hasComeThrough(seen, event)) return undefined;
  const traffic = trafficOf(rollout);
  const isLive = traffic.on === 'ours' && traffic.isLive;
  if (orderOf(event) >= orderOf('AllowTraffic') && !(isLive && isCounted(seen, rollout, now)))
    return undefined;
  const reason =
    until === 'traffic-shifted'
      ? 'all production traffic is on the new task set'
      : `the deployment has passed ${event}`;
  return { ...success(rollout), reason };
}

const isPast = (status: string | undefined) => status === 'Succeeded' || status === 'Skipped';

/**
 * Skipped is what CodeDeploy calls an event without a hook, once its turn has come, and one that a failure
 * skipped.
 */
function hasComeThrough({ info, target, hasFailed }: Seen, wanted: string): boolean {
  const events = target?.lifecycleEvents ?? [];
  if (isUndone(info) || hasFailed) return false;
  const at = orderOf(wanted);
  const isLaterBegun = events.some(
    ({ lifecycleEventName: name, status }) =>
      orderOf(name) > at && (status === 'InProgress' || status === 'Succeeded'),
  );
  const itself = events.find(({ lifecycleEventName: name }) => orderOf(name) === at);
  const isReached =
    itself?.status === 'Succeeded' ||
    (itself?.status === 'Skipped' &&
      events.every(({ lifecycleEventName: name, status }) => orderOf(name) > at || isPast(status)));
  return isLaterBegun || isReached;
}

/**
 * CodeDeploy gives a replacement an hour to become healthy; two tasks that died of something permanent say enough,
 * and so does a crash loop.
 */
function hopeless({ info }: Seen, rollout: Rollout, terms: Terms): Verdict | undefined {
  if (!terms.failFast || info?.status !== 'InProgress') return undefined;
  const meanwhile = `Stop the deployment first: aws deploy stop-deployment --deployment-id ${rollout.ours.deploymentId} --auto-rollback-enabled`;
  const untilFixed = { incurable: meanwhile, crashLoop: meanwhile };
  const goesOn = 'CodeDeploy keeps retrying for an hour';
  const verdict = tasksKeepStopping(rollout, terms, { goesOn, untilFixed });
  return verdict && { ...verdict, ...liveNow(rollout) };
}

/** What has the traffic, where that is not ours. */
function liveNow(rollout: Rollout): { live?: string } {
  const live = primaryTaskSet(rollout.service)?.taskDefinition;
  return live === undefined || trafficOf(rollout).on === 'ours' ? {} : { live };
}

function lost({ missingSince }: Seen, { ours }: Rollout, terms: Terms): Verdict | undefined {
  if (missingSince === undefined || terms.now - missingSince <= terms.grace) return undefined;
  return { kind: 'UNKNOWN', reason: `CodeDeploy no longer has the deployment ${ours.deploymentId}` };
}

const hasEnded = (info: Seen['info']) => info?.status === 'Failed' || info?.status === 'Stopped';

function outOfTime(seen: Seen, rollout: Rollout, terms: Terms): Verdict | undefined {
  const { info, target, undo } = seen;
  const rollback = info?.rollbackInfo?.rollbackDeploymentId;
  const state = stageOf(target) ?? info?.status ?? 'Created';
  if (terms.now >= terms.deadline) {
    const unread = unreadAtTheEnd(terms);
    if (unread && !hasEnded(info)) return { kind: 'UNKNOWN', reason: `${unread}; it was ${state} before` };
    return hasEnded(info)
      ? {
          kind: 'FAILED',
          reason: `${reasonOf(info, target)}; the rollback ${rollback ?? ''} was still ${undo?.status ?? 'unknown'} at the deadline`,
        }
      : { kind: 'TIMED_OUT', reason: `still ${state} at the deadline` };
  }
  if (terms.now - rollout.changedAt < terms.stallAfter || terms.unreadSince !== undefined) return undefined;
  const minutes = Math.round((terms.now - rollout.changedAt) / 60_000);
  return { kind: 'STALLED', reason: `no progress for ${minutes} min; still ${state}` };
}
