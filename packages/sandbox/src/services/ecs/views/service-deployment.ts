import type {
  ServiceDeployment,
  ServiceDeploymentBrief,
  ServiceDeploymentLifecycleStage,
  ServiceRevisionSummary,
} from '@aws-sdk/client-ecs';
import { clusterArn } from '../model/arns.ts';
import type { EcsContext } from '../model/ecs-context.ts';
import type { ServiceDeploymentRecord, ServiceRecord } from '../model/records.ts';
import { countsByDeployment, NO_COUNTS } from './counts.ts';
import { moment, optionalMoment } from './moment.ts';

export function serviceDeploymentBrief(
  ecs: EcsContext,
  service: ServiceRecord,
  record: ServiceDeploymentRecord,
): ServiceDeploymentBrief {
  return {
    serviceDeploymentArn: record.arn,
    serviceArn: service.arn,
    clusterArn: clusterArn(ecs.place, service.cluster),
    status: record.status,
    ...(record.statusReason === undefined ? {} : { statusReason: record.statusReason }),
    targetServiceRevisionArn: record.targetRevisionArn,
    createdAt: moment(record.createdAt),
    ...optionalMoment('startedAt', record.startedAt),
    ...optionalMoment('finishedAt', record.finishedAt ?? record.stoppedAt),
  };
}

export function serviceDeploymentView(
  ecs: EcsContext,
  service: ServiceRecord,
  record: ServiceDeploymentRecord,
): ServiceDeployment {
  const counts = countsByDeployment(ecs, service);
  const summary = (arn: string, wanted: number | undefined): ServiceRevisionSummary => {
    const id = `ecs-svc/${arn.slice(arn.lastIndexOf('/') + 1)}`;
    const own = counts.get(id) ?? NO_COUNTS;
    return {
      arn,
      requestedTaskCount: wanted ?? own.live,
      runningTaskCount: own.running,
      pendingTaskCount: own.pending,
    };
  };
  const primary = service.deployments.find((entry) => entry.status === 'PRIMARY');
  const isTarget = primary?.id === record.deploymentId;
  const { weights } = record;
  return {
    serviceDeploymentArn: record.arn,
    serviceArn: service.arn,
    clusterArn: clusterArn(ecs.place, service.cluster),
    createdAt: moment(record.createdAt),
    updatedAt: moment(record.updatedAt),
    ...optionalMoment('startedAt', record.startedAt),
    ...optionalMoment('finishedAt', record.finishedAt),
    ...optionalMoment('stoppedAt', record.stoppedAt),
    status: record.status,
    ...(record.statusReason === undefined ? {} : { statusReason: record.statusReason }),
    ...(record.lifecycleStage === undefined
      ? {}
      : { lifecycleStage: record.lifecycleStage as ServiceDeploymentLifecycleStage }),
    ...(record.hooks.length === 0
      ? {}
      : {
          lifecycleHookDetails: record.hooks.map((hook) => ({
            hookId: hook.hookId,
            targetType: hook.targetType,
            ...(hook.targetArn === undefined ? {} : { targetArn: hook.targetArn }),
            status: hook.status,
            expiresAt: moment(hook.expiresAt),
            timeoutAction: hook.timeoutAction,
          })),
        }),
    sourceServiceRevisions: record.sourceRevisionArns.map((arn) => ({
      ...summary(arn, undefined),
      ...(weights === undefined ? {} : weightsOf(weights.source)),
    })),
    targetServiceRevision: {
      ...summary(record.targetRevisionArn, isTarget ? (primary.wanted ?? service.desiredCount) : undefined),
      ...(weights === undefined ? {} : weightsOf(weights.target)),
    },
    deploymentConfiguration: record.configuration,
    ...(record.rollback === undefined
      ? {}
      : {
          rollback: {
            reason: record.rollback.reason,
            startedAt: moment(record.rollback.startedAt),
            serviceRevisionArn: record.rollback.revisionArn,
          },
        }),
    deploymentCircuitBreaker: { ...record.breaker },
    ...(record.alarms === undefined
      ? {}
      : {
          alarms: {
            status: record.alarms.status,
            alarmNames: record.configuration.alarms?.alarmNames ?? [],
            triggeredAlarmNames: [...record.alarms.triggered],
          },
        }),
  };
}

const weightsOf = (weights: { production: number; test: number }) => ({
  requestedProductionTrafficWeight: weights.production,
  requestedTestTrafficWeight: weights.test,
});
