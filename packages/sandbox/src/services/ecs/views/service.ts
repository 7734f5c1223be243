import type { Deployment, Service, ServiceRevision } from '@aws-sdk/client-ecs';
import { latestOf } from '../deployments/deployments.ts';
import { clusterArn } from '../model/arns.ts';
import type { EcsContext } from '../model/ecs-context.ts';
import type { DeploymentRecord, ServiceRecord } from '../model/records.ts';
import { liveTasks } from '../model/state.ts';
import { type Counts, countsByDeployment, countTasks, NO_COUNTS } from './counts.ts';
import { launchView } from './launch.ts';
import { moment } from './moment.ts';
import { tagList } from './tags.ts';
import { taskSetView } from './task-set.ts';

export function serviceView(ecs: EcsContext, service: ServiceRecord): Service {
  const { settings, configuration } = service;
  const counts = countsByDeployment(ecs, service);
  const total = countTasks(liveTasks(ecs.state, service));
  const controller = settings.deploymentController?.type ?? 'ECS';
  const awsvpc = settings.networkConfiguration;
  const latest = latestOf(service);
  return {
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: clusterArn(ecs.place, service.cluster),
    status: service.status,
    desiredCount: service.desiredCount,
    runningCount: total.running,
    pendingCount: total.pending,
    ...launchView(settings),
    ...(settings.launchType === 'FARGATE'
      ? { platformVersion: settings.platformVersion ?? 'LATEST', platformFamily: 'Linux' }
      : {}),
    // An Express service shows its task definition with its deployments only (kayac/ecspresso#902).
    ...(settings.taskDefinition === undefined || service.express
      ? {}
      : { taskDefinition: settings.taskDefinition }),
    ...(service.express && { resourceManagementType: 'ECS' as const }),
    deploymentConfiguration: configuration,
    deploymentController: { type: controller },
    deployments:
      controller === 'ECS'
        ? service.deployments.map((entry) =>
            deploymentView(ecs, service, entry, counts.get(entry.id) ?? NO_COUNTS),
          )
        : [],
    ...(controller === 'ECS'
      ? {}
      : { taskSets: service.taskSets.map((taskSet) => taskSetView(ecs, service, taskSet, false)) }),
    loadBalancers: settings.loadBalancers ?? [],
    serviceRegistries: settings.serviceRegistries ?? [],
    events: service.events.map((event) => ({ ...event, createdAt: moment(event.createdAt) })),
    createdAt: moment(service.createdAt),
    createdBy: service.createdBy,
    placementConstraints: settings.placementConstraints ?? [],
    placementStrategy: settings.placementStrategy ?? [],
    ...(awsvpc === undefined ? {} : { networkConfiguration: awsvpc }),
    ...(settings.role === undefined ? {} : { roleArn: settings.role }),
    ...(settings.healthCheckGracePeriodSeconds === undefined
      ? {}
      : { healthCheckGracePeriodSeconds: settings.healthCheckGracePeriodSeconds }),
    schedulingStrategy: settings.schedulingStrategy ?? 'REPLICA',
    enableECSManagedTags: settings.enableECSManagedTags ?? false,
    propagateTags: settings.propagateTags ?? 'NONE',
    enableExecuteCommand: settings.enableExecuteCommand ?? false,
    availabilityZoneRebalancing: settings.availabilityZoneRebalancing ?? 'DISABLED',
    ...(controller === 'ECS' && latest !== undefined
      ? {
          currentServiceDeployment: latest.arn,
          currentServiceRevisions: service.deployments.map((entry) => {
            const own = counts.get(entry.id) ?? NO_COUNTS;
            return {
              arn: entry.revisionArn,
              requestedTaskCount: entry.status === 'PRIMARY' ? service.desiredCount : own.live,
              runningTaskCount: own.running,
              pendingTaskCount: own.pending,
            };
          }),
        }
      : {}),
  };
}

function deploymentView(
  ecs: EcsContext,
  service: ServiceRecord,
  entry: DeploymentRecord,
  counts: Counts,
): Deployment {
  const { settings } = ecs.state.revisions.get(entry.revisionArn)!.revision;
  // A Classic Load Balancer hides the rollout state: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html
  const classic = (settings.loadBalancers ?? []).some((balancer) => balancer.loadBalancerName !== undefined);
  return {
    id: entry.id,
    status: entry.status,
    taskDefinition: entry.taskDefinition,
    desiredCount: entry.status === 'PRIMARY' ? (entry.wanted ?? service.desiredCount) : counts.live,
    pendingCount: counts.pending,
    runningCount: counts.running,
    failedTasks: entry.failedTasks,
    createdAt: moment(entry.createdAt),
    updatedAt: moment(entry.updatedAt),
    ...launchView(settings),
    ...shownWithDeployment(settings),
    ...(classic ? {} : { rolloutState: entry.rolloutState, rolloutStateReason: entry.rolloutStateReason }),
  };
}

/** What ECS shows of a service with its deployments only: API reference, Deployment. */
function shownWithDeployment(settings: ServiceRevision): Partial<Deployment> {
  const { volumeConfigurations, serviceConnectConfiguration, vpcLatticeConfigurations } = settings;
  return {
    ...(volumeConfigurations && { volumeConfigurations }),
    ...(serviceConnectConfiguration && { serviceConnectConfiguration }),
    ...(vpcLatticeConfigurations && { vpcLatticeConfigurations }),
  };
}

/** Tags are shown when they are requested. */
export const withTags = (view: Service, service: ServiceRecord): Service => ({
  ...view,
  tags: tagList(service.tags),
});
