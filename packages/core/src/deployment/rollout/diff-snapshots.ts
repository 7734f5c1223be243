import type { DeploymentLifecycleHookDetail, Service, ServiceDeployment, Task } from '@aws-sdk/client-ecs';
import { deploymentOf } from '../../ecs/deployments.ts';
import type { Rollout } from './rollout.ts';
import type { RolloutEvent } from './rollout-events.ts';

/** What is read of the counts of a rollout; undefined while nothing shows it. */
export function countsOf(
  service: Service | undefined,
  deployment: ServiceDeployment | undefined,
  rollout: Rollout,
) {
  const ours = deploymentOf(service, rollout.ours.deploymentId);
  const target = deployment?.targetServiceRevision;
  if (!ours && !target) return undefined;
  return {
    desired: service?.desiredCount ?? target?.requestedTaskCount ?? ours?.desiredCount ?? 0,
    running: target?.runningTaskCount ?? ours?.runningCount ?? 0,
    pending: target?.pendingTaskCount ?? ours?.pendingCount ?? 0,
    // A breaker that is off counts nothing; the deployment itself counts either way.
    failed: Math.max(deployment?.deploymentCircuitBreaker?.failureCount ?? 0, ours?.failedTasks ?? 0),
    others: deployment?.sourceServiceRevisions
      ? deployment.sourceServiceRevisions.reduce((sum, one) => sum + (one.runningTaskCount ?? 0), 0)
      : (service?.deployments ?? [])
          .filter((one) => one !== ours)
          .reduce((sum, one) => sum + (one.runningCount ?? 0), 0),
    traffic: target?.requestedProductionTrafficWeight,
  };
}

export const runningOfOurs = (
  service: Service | undefined,
  deployment: ServiceDeployment | undefined,
  rollout: Rollout,
) => countsOf(service, deployment, rollout)?.running ?? 0;

const sumOf = (counts: { running: number; pending: number } | undefined) =>
  counts ? counts.running + counts.pending : 0;

/** Before anything says what share of the traffic is ours it is none. */
const told = (counts: object & { traffic: number | undefined }) =>
  JSON.stringify({ ...counts, traffic: counts.traffic ?? 0 });

export function countEvents(
  service: Service | undefined,
  deployment: ServiceDeployment | undefined,
  before: Rollout,
): RolloutEvent[] {
  const now = countsOf(service, deployment, before);
  if (!now) return [];
  const then = countsOf(before.service, before.serviceDeployment, before);
  const events: RolloutEvent[] = [];
  if (then && before.service && now.desired !== then.desired)
    events.push({ kind: 'scaled', from: then.desired, to: now.desired });
  if (!then || told(then) !== told(now))
    events.push({ kind: 'counts', ...now, vanished: Math.max(0, sumOf(then) - sumOf(now)) });
  return events;
}

export function stageEvents(deployment: ServiceDeployment | undefined, before: Rollout): RolloutEvent[] {
  const stage = deployment?.lifecycleStage;
  const earlier = before.serviceDeployment?.lifecycleStage;
  // A linear deployment comes back to the same stage with more traffic.
  const traffic = deployment?.targetServiceRevision?.requestedProductionTrafficWeight;
  const shared = before.serviceDeployment?.targetServiceRevision?.requestedProductionTrafficWeight;
  const isEntered =
    stage !== earlier || (stage === 'PRODUCTION_TRAFFIC_SHIFT' && (traffic ?? 0) > (shared ?? 0));
  const entered: RolloutEvent[] = stage && isEntered ? [{ kind: 'stage', stage, traffic }] : [];
  const known = new Map(
    before.serviceDeployment?.lifecycleHookDetails?.map((hook) => [hook.hookId, hook.status]),
  );
  const changed = (deployment?.lifecycleHookDetails ?? []).filter(
    (hook) => known.get(hook.hookId) !== hook.status,
  );
  // ECS does not say to which stage a hook belongs: one that was known before belongs to the stage seen with it.
  const hookEvent = (at: string | undefined) => (hook: DeploymentLifecycleHookDetail) =>
    ({
      kind: 'hook',
      hook: hook.hookId ?? hook.targetArn ?? 'hook',
      status: hook.status ?? 'UNKNOWN',
      stage: at ?? 'UNKNOWN',
      expiresAt: hook.expiresAt,
    }) as const;
  return [
    ...changed.filter((hook) => known.has(hook.hookId)).map(hookEvent(earlier ?? stage)),
    ...entered,
    ...changed.filter((hook) => !known.has(hook.hookId)).map(hookEvent(stage)),
  ];
}

export function breakerEvents(deployment: ServiceDeployment | undefined, before: Rollout): RolloutEvent[] {
  const events: RolloutEvent[] = [];
  const breaker = deployment?.deploymentCircuitBreaker;
  const earlier = before.serviceDeployment?.deploymentCircuitBreaker;
  const failures = breaker?.failureCount ?? 0;
  if (
    breaker &&
    breaker.status !== 'DISABLED' &&
    failures > 0 &&
    (failures !== earlier?.failureCount || breaker.status !== earlier?.status)
  ) {
    events.push({
      kind: 'breaker',
      failures,
      threshold: breaker.threshold,
      triggered: breaker.status === 'TRIGGERED',
    });
  }
  const alarms = deployment?.alarms?.triggeredAlarmNames ?? [];
  if (alarms.length > (before.serviceDeployment?.alarms?.triggeredAlarmNames ?? []).length)
    events.push({ kind: 'alarm', names: alarms });
  return events;
}

const time = (date: Date | undefined) => date?.getTime() ?? 0;

export function newServiceEvents(service: Service | undefined, before: Rollout) {
  if (!service || service === before.service) return [];
  return (service.events ?? [])
    .filter((event) => event.id !== undefined && !before.seenEvents.has(event.id))
    .filter((event, index, all) => all.findIndex((one) => one.id === event.id) === index)
    .filter((event) => time(event.createdAt) >= before.ours.createdAt - 1000)
    .sort((a, b) => time(a.createdAt) - time(b.createdAt) || (a.id ?? '').localeCompare(b.id ?? ''));
}

export const newStoppedTasks = (tasks: readonly Task[], before: Rollout) =>
  tasks
    .filter(
      (task) => task.startedBy === before.ours.deploymentId && !before.seenTasks.has(task.taskArn ?? ''),
    )
    .sort((a, b) => time(a.stoppingAt ?? a.stoppedAt) - time(b.stoppingAt ?? b.stoppedAt));

/** The first sign that ECS gives our deployment up: from here on the verdict is red, only its name is open. */
export function giveUp(
  at: number,
  service: Service | undefined,
  deployment: ServiceDeployment | undefined,
  before: Rollout,
) {
  const status = deployment?.status ?? '';
  if (status.startsWith('ROLLBACK_')) {
    return { at, reason: deployment?.rollback?.reason ?? deployment?.statusReason ?? 'ECS is rolling back' };
  }
  const ours = deploymentOf(service, before.ours.deploymentId);
  if (ours?.rolloutState === 'FAILED')
    return { at, reason: ours.rolloutStateReason ?? 'ECS marked the deployment as failed' };
  return undefined;
}

/** What has to change for the rollout to count as moving. A repeated steady-state event does not. */
export function fingerprintOf(
  service: Service | undefined,
  deployment: ServiceDeployment | undefined,
  before: Rollout,
  news: readonly { message?: string | undefined; id?: string | undefined }[],
): string {
  const moving = news.findLast((event) => !/has reached a steady state/.test(event.message ?? ''));
  const hooks = deployment?.lifecycleHookDetails?.map((hook) => `${hook.hookId}:${hook.status}`);
  const event = moving?.id ?? before.fingerprint.split('|').at(-1) ?? '';
  return [
    deployment?.status,
    deployment?.lifecycleStage,
    hooks,
    JSON.stringify(countsOf(service, deployment, before)),
    event,
  ].join('|');
}
