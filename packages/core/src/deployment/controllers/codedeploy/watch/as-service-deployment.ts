import type { DeploymentInfo, ECSTarget, LifecycleEvent } from '@aws-sdk/client-codedeploy';
import type { ServiceDeployment } from '@aws-sdk/client-ecs';
import { type Seen, taskSetOf } from './codedeploy-watch.ts';

/**
 * What CodeDeploy says, in the terms of a service deployment of ECS, so that a rollout by CodeDeploy is logged,
 * drawn and reported as any other. The verdict is not taken from it: `decide.ts` judges CodeDeploy's own words.
 */
export function asServiceDeployment({ info, target, undo }: Seen): ServiceDeployment {
  const green = taskSetOf(target, 'Green');
  const blue = taskSetOf(target, 'Blue');
  const stage = stageOf(target);
  const failed = target?.lifecycleEvents?.filter(isFailedHook) ?? [];
  const alarm = info?.errorInformation?.code === 'ALARM_ACTIVE';
  return {
    status: statusOf(info, undo),
    ...(stage && { lifecycleStage: stage as ServiceDeployment['lifecycleStage'] }),
    ...(green && {
      targetServiceRevision: {
        requestedTaskCount: green.desiredCount,
        runningTaskCount: green.runningCount,
        pendingTaskCount: green.pendingCount,
        requestedProductionTrafficWeight: green.trafficWeight,
      },
    }),
    sourceServiceRevisions: blue ? [{ runningTaskCount: blue.runningCount }] : [],
    ...(failed.length > 0 && {
      lifecycleHookDetails: failed.map((event) => ({
        hookId: event.lifecycleEventName,
        status: 'FAILED' as const,
      })),
    }),
    ...(alarm && { alarms: { status: 'TRIGGERED', triggeredAlarmNames: alarmNames(info) } }),
    rollback: { reason: reasonOf(info, target) },
  };
}

/** `Install` and the shifts of traffic are CodeDeploy's own; hooks stand before and after them. */
const isFailedHook = ({ lifecycleEventName: name, status }: LifecycleEvent) =>
  status === 'Failed' && /^(?:Before|After)/.test(name ?? '');

function statusOf(
  info: DeploymentInfo | undefined,
  undo: DeploymentInfo | undefined,
): ServiceDeployment['status'] {
  switch (info?.status) {
    case 'Succeeded':
      return 'SUCCESSFUL';
    case 'Failed':
    case 'Stopped':
      if (!info.rollbackInfo?.rollbackDeploymentId) return 'STOPPED';
      if (undo?.status === 'Succeeded') return 'ROLLBACK_SUCCESSFUL';
      return undo?.status === 'Failed' || undo?.status === 'Stopped'
        ? 'ROLLBACK_FAILED'
        : 'ROLLBACK_IN_PROGRESS';
    case 'InProgress':
    case 'Baking':
    case 'Ready':
      return 'IN_PROGRESS';
    default:
      return 'PENDING';
  }
}

/** The event in progress, or else the last that is over. */
export function stageOf(target: ECSTarget | undefined): string | undefined {
  const events = target?.lifecycleEvents ?? [];
  const current =
    events.find((event) => event.status === 'InProgress') ??
    events.findLast((event) => event.status === 'Failed' || event.status === 'Succeeded');
  return current?.lifecycleEventName;
}

const alarmNames = (info: DeploymentInfo | undefined) =>
  (info?.overrideAlarmConfiguration?.alarms ?? []).flatMap((alarm) => alarm.name ?? []);

/** Why a deployment did not succeed, in CodeDeploy's words. */
export function reasonOf(info: DeploymentInfo | undefined, target: ECSTarget | undefined): string {
  const { code, message } = info?.errorInformation ?? {};
  const failed = target?.lifecycleEvents?.find((event) => event.status === 'Failed');
  const diagnosis = failed?.diagnostics?.message;
  const said = [
    message?.replace(/\.$/, '') ?? (info?.status === 'Stopped' ? 'the deployment was stopped' : undefined),
    diagnosis && !message?.includes(diagnosis) ? diagnosis.replace(/\.$/, '') : undefined,
  ].filter((part) => part !== undefined);
  const words = said.length > 0 ? said.join(': ') : 'CodeDeploy gave no reason';
  return code === undefined ? words : `${words} (${code})`;
}
