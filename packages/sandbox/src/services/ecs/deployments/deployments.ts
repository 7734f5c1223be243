import type { DeploymentConfiguration, ServiceRevision } from '@aws-sdk/client-ecs';
import { invalid } from '../faults.ts';
import { serviceDeploymentArn, serviceRevisionArn } from '../model/place.ts';
import type {
  DeploymentRecord,
  RevisionRecord,
  ServiceDeploymentRecord,
  ServiceRecord,
} from '../model/records.ts';
import { digestIn } from '../ports/images.ts';
import { breakerThreshold } from '../rules/breaker.ts';
import type { EcsWorld } from '../world.ts';
import { rolloutReason } from './rollout-reasons.ts';

const MOST_ACTIVE = 5;
const KEPT = 90 * 24 * 3_600_000;
const FINAL = new Set(['SUCCESSFUL', 'STOPPED', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED']);

export const isFinal = (deployment: ServiceDeploymentRecord): boolean => FINAL.has(deployment.status);
export const digitsOf = (deploymentId: string): string => deploymentId.slice('ecs-svc/'.length);

export const primaryOf = (service: ServiceRecord): DeploymentRecord | undefined =>
  service.deployments.find((deployment) => deployment.status === 'PRIMARY');

/** The service deployment under way, or the last one. */
export const latestOf = (service: ServiceRecord): ServiceDeploymentRecord | undefined =>
  service.serviceDeployments.at(-1);

export function setStatus(
  world: EcsWorld,
  deployment: ServiceDeploymentRecord,
  status: NonNullable<ServiceDeploymentRecord['status']>,
  reason?: string,
): void {
  const now = world.clock.now();
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
  world.changed();
}

export function refuseSixth(service: ServiceRecord): void {
  if (service.deployments.length >= MOST_ACTIVE) {
    throw invalid(`${MOST_ACTIVE} active deployments exist, unable to create new deployment.`);
  }
}

/** A new service revision becomes PRIMARY; what was under way is superseded. */
export function openDeployment(
  world: EcsWorld,
  service: ServiceRecord,
  source?: RevisionRecord,
): DeploymentRecord {
  const now = world.clock.now();
  for (const old of service.serviceDeployments) {
    if (isFinal(old)) continue;
    setStatus(
      world,
      old,
      'STOPPED',
      'Service deployment stopped because it was superseded by a newer service deployment.',
    );
  }
  const digits = world.ids.deployment();
  const id = `ecs-svc/${digits}`;
  const revision = recordRevision(world, service, id);
  const previous = primaryOf(service);
  if (previous !== undefined) demote(previous, now);
  const deployment = newDeployment(id, revision.arn, service.settings.taskDefinition!, now);
  service.deployments.unshift(deployment);

  const configuration = service.configuration;
  const record: ServiceDeploymentRecord = {
    arn: serviceDeploymentArn(world.place, service.cluster, service.name, world.ids.serviceDeployment()),
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
  world.state.serviceDeployments.set(record.arn, { service, deployment: record });
  forgetOld(world, service, now);
  service.steady = false;
  world.changed();
  return deployment;
}

/** Makes an earlier revision PRIMARY again. Its surviving tasks are its own. */
export function reopenDeployment(
  world: EcsWorld,
  service: ServiceRecord,
  revision: RevisionRecord,
  reason: string,
): DeploymentRecord {
  const now = world.clock.now();
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
  world.changed();
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

function recordRevision(world: EcsWorld, service: ServiceRecord, deploymentId: string): RevisionRecord {
  const { settings } = service;
  const definition = world.state.taskDefinitions.get(settings.taskDefinition!);
  const arn = serviceRevisionArn(world.place, service.cluster, service.name, digitsOf(deploymentId));
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
    guardDutyEnabled: false,
    containerImages: (definition?.content.containerDefinitions ?? []).map((container) => {
      const imageDigest = digestIn(world.registry.resolve(container.image!));
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
    createdAt: world.clock.now(),
    settings: structuredClone(frozen),
    ...(service.express && { express: service.express.settings }),
  };
  service.revisions.push(revision);
  world.state.revisions.set(arn, { service, revision });
  return revision;
}

function forgetOld(world: EcsWorld, service: ServiceRecord, now: number): void {
  while (service.serviceDeployments.length > 1 && service.serviceDeployments[0]!.createdAt < now - KEPT) {
    world.state.serviceDeployments.delete(service.serviceDeployments.shift()!.arn);
  }
}

export const strategyOf = (configuration: DeploymentConfiguration): string =>
  configuration.strategy ?? 'ROLLING';
