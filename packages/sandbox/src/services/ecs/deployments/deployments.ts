import type { DeploymentConfiguration, ServiceRevision } from '@aws-sdk/client-ecs';
import { digestIn } from '../../../ports/images.ts';
import { serviceDeploymentArn, serviceRevisionArn } from '../model/arns.ts';
import type { EcsContext } from '../model/ecs-context.ts';
import { invalid } from '../model/faults.ts';
import type {
  DeploymentRecord,
  RevisionRecord,
  ServiceDeploymentRecord,
  ServiceRecord,
} from '../model/records.ts';
import { breakerThreshold } from '../rules/breaker.ts';
import { rolloutReason } from './rollout-reasons.ts';

const MOST_ACTIVE = 5;
const KEPT = 90 * 24 * 3_600_000;
const FINAL = new Set(['SUCCESSFUL', 'STOPPED', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED']);

export const isFinal = (deployment: ServiceDeploymentRecord): boolean => FINAL.has(deployment.status);
export const digitsOf = (deploymentId: string): string => deploymentId.slice('ecs-svc/'.length);

export const primaryOf = (service: ServiceRecord): DeploymentRecord | undefined =>
  service.deployments.find((deployment) => deployment.status === 'PRIMARY');

/** The service deployment in progress, or the last one. */
export const latestOf = (service: ServiceRecord): ServiceDeploymentRecord | undefined =>
  service.serviceDeployments.at(-1);

export function setStatus(
  ecs: EcsContext,
  deployment: ServiceDeploymentRecord,
  status: NonNullable<ServiceDeploymentRecord['status']>,
  reason?: string,
): void {
  const now = ecs.clock.now();
  deployment.status = status;
  deployment.updatedAt = now;
  if (reason !== undefined) deployment.statusReason = reason;
  if (FINAL.has(status)) {
    deployment.finalAt = now;
    if (status === 'STOPPED') deployment.stoppedAt = now;
    else deployment.finishedAt = now;
    if (deployment.breaker.status === 'MONITORING') deployment.breaker.status = 'MONITORING_COMPLETE';
    if (deployment.alarms?.status === 'MONITORING') deployment.alarms.status = 'MONITORING_COMPLETE';
  }
  ecs.changed();
}

export function refuseSixth(service: ServiceRecord): void {
  if (service.deployments.length >= MOST_ACTIVE) {
    throw invalid(`${MOST_ACTIVE} active deployments exist, unable to create new deployment.`);
  }
}

/** A new service revision becomes PRIMARY; what was in progress is superseded. */
export function openDeployment(
  ecs: EcsContext,
  service: ServiceRecord,
  source?: RevisionRecord,
): DeploymentRecord {
  const now = ecs.clock.now();
  for (const old of service.serviceDeployments) {
    if (isFinal(old)) continue;
    setStatus(
      ecs,
      old,
      'STOPPED',
      'Service deployment stopped because it was superseded by a newer service deployment.',
    );
  }
  const digits = ecs.ids.deployment();
  const id = `ecs-svc/${digits}`;
  const revision = recordRevision(ecs, service, id);
  const previous = primaryOf(service);
  if (previous !== undefined) demote(previous, now);
  const deployment = newDeployment(id, revision.arn, service.settings.taskDefinition!, now);
  service.deployments.unshift(deployment);

  const configuration = service.configuration;
  const record: ServiceDeploymentRecord = {
    arn: serviceDeploymentArn(ecs.place, service.cluster, service.name, ecs.ids.serviceDeployment()),
    deploymentId: id,
    targetRevisionArn: revision.arn,
    sourceRevisionArns: service.deployments.slice(1).map((entry) => entry.revisionArn),
    taskDefinition: service.settings.taskDefinition!,
    createdAt: now,
    updatedAt: now,
    status: 'PENDING',
    hooks: [],
    configuration: structuredClone(configuration),
    breaker: {
      status: configuration.deploymentCircuitBreaker?.enable === true ? 'MONITORING' : 'DISABLED',
      failureCount: 0,
      threshold: breakerThreshold(
        service.desiredCount,
        configuration.deploymentCircuitBreaker?.thresholdConfiguration,
      ),
    },
    ...(configuration.alarms?.enable === true ? { alarms: { status: 'MONITORING', triggered: [] } } : {}),
  };
  if (source !== undefined && !record.sourceRevisionArns.includes(source.arn))
    record.sourceRevisionArns.push(source.arn);
  service.serviceDeployments.push(record);
  ecs.state.serviceDeployments.set(record.arn, { service, deployment: record });
  forgetOld(ecs, service, now);
  service.steady = false;
  ecs.changed();
  return deployment;
}

/** Makes an earlier revision PRIMARY again. Its surviving tasks are its own. */
export function reopenDeployment(
  ecs: EcsContext,
  service: ServiceRecord,
  revision: RevisionRecord,
  reason: string,
): DeploymentRecord {
  const now = ecs.clock.now();
  const previous = primaryOf(service);
  if (previous !== undefined) demote(previous, now);
  service.deployments = service.deployments.filter((entry) => entry.id !== revision.deploymentId);
  const deployment = newDeployment(
    revision.deploymentId,
    revision.arn,
    revision.settings.taskDefinition!,
    now,
  );
  deployment.rolloutStateReason = reason;
  service.deployments.unshift(deployment);
  // The service is what its live revision says: the next update is compared with that.
  service.settings = { ...service.settings, ...revision.settings };
  if (service.express !== undefined && revision.express !== undefined)
    service.express.settings = revision.express;
  service.steady = false;
  ecs.changed();
  return deployment;
}

/** The newest revision, other than this one, that a deployment completed with. */
export function rollbackCandidate(service: ServiceRecord, failing: string): RevisionRecord | undefined {
  return service.revisions.findLast(
    (revision) => revision.completedAt !== undefined && revision.deploymentId !== failing,
  );
}

function demote(deployment: DeploymentRecord, now: number): void {
  deployment.status = 'ACTIVE';
  deployment.updatedAt = now;
}

function newDeployment(
  id: string,
  revisionArn: string,
  taskDefinition: string,
  now: number,
): DeploymentRecord {
  return {
    id,
    revisionArn,
    taskDefinition,
    status: 'PRIMARY',
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: rolloutReason.inProgress(id),
    createdAt: now,
    updatedAt: now,
    failedTasks: 0,
    retries: 0,
    notBefore: 0,
    launched: false,
  };
}

function recordRevision(ecs: EcsContext, service: ServiceRecord, deploymentId: string): RevisionRecord {
  const { settings } = service;
  const definition = ecs.state.taskDefinitions.get(settings.taskDefinition!);
  const arn = serviceRevisionArn(ecs.place, service.cluster, service.name, digitsOf(deploymentId));
  const frozen: ServiceRevision = {
    taskDefinition: settings.taskDefinition,
    capacityProviderStrategy: settings.capacityProviderStrategy,
    launchType: settings.launchType,
    platformVersion: settings.platformVersion,
    networkConfiguration: settings.networkConfiguration,
    loadBalancers: settings.loadBalancers,
    serviceRegistries: settings.serviceRegistries,
    serviceConnectConfiguration: settings.serviceConnectConfiguration,
    volumeConfigurations: settings.volumeConfigurations,
    vpcLatticeConfigurations: settings.vpcLatticeConfigurations,
    gatewayConnectors: settings.gatewayConnectors,
    monitoring: settings.monitoring,
    guardDutyEnabled: false,
    containerImages: (definition?.content.containerDefinitions ?? []).map((container) => {
      const imageDigest = digestIn(ecs.registry.resolve(container.image!));
      return {
        containerName: container.name,
        image: container.image,
        ...(imageDigest !== undefined && container.versionConsistency !== 'disabled' ? { imageDigest } : {}),
      };
    }),
  };
  const revision: RevisionRecord = {
    arn,
    deploymentId,
    createdAt: ecs.clock.now(),
    settings: structuredClone(frozen),
    ...(service.express && { express: service.express.settings }),
  };
  service.revisions.push(revision);
  ecs.state.revisions.set(arn, { service, revision });
  return revision;
}

function forgetOld(ecs: EcsContext, service: ServiceRecord, now: number): void {
  while (service.serviceDeployments.length > 1 && service.serviceDeployments[0]!.createdAt < now - KEPT) {
    ecs.state.serviceDeployments.delete(service.serviceDeployments.shift()!.arn);
  }
}

export const strategyOf = (configuration: DeploymentConfiguration): string =>
  configuration.strategy ?? 'ROLLING';
