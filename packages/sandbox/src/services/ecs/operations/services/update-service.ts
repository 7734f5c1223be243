import type { UpdateServiceRequest } from '@aws-sdk/client-ecs';
import { openDeployment, primaryOf, refuseSixth } from '../../deployments/deployments.ts';
import { invalid } from '../../model/faults.ts';
import type { ServiceRecord } from '../../model/records.ts';
import { usableTaskDefinition } from '../lookup.ts';
import type { Operations } from '../operations.ts';
import {
  checkCount,
  checkLaunchType,
  checkLoadBalancers,
  checkNetwork,
  checkVolumes,
  deploymentConfiguration,
} from './check-service.ts';
import { isSameSetting, withDefaults } from './service-defaults.ts';

/**
 * Changes of these start a deployment; of all others not.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
 */
const STARTS_DEPLOYMENT = [
  'taskDefinition',
  'networkConfiguration',
  'platformVersion',
  'loadBalancers',
  'serviceRegistries',
  'serviceConnectConfiguration',
  'volumeConfigurations',
  'vpcLatticeConfigurations',
] as const;

const TAKES_EFFECT_LATER = [
  'capacityProviderStrategy',
  'availabilityZoneRebalancing',
  'placementConstraints',
  'placementStrategy',
  'healthCheckGracePeriodSeconds',
  'enableExecuteCommand',
  'enableECSManagedTags',
  'propagateTags',
  'deploymentController',
  'gatewayConnectors',
  'monitoring',
] as const;

const CODE_DEPLOY_MAY = new Set([
  'desiredCount',
  'deploymentConfiguration',
  'healthCheckGracePeriodSeconds',
  'placementConstraints',
  'placementStrategy',
  'enableECSManagedTags',
  'enableExecuteCommand',
  'propagateTags',
]);

/** Applies an update. A new deployment opens when a setting that a revision freezes has changed, or by force. */
export function updateService(
  operations: Operations,
  service: ServiceRecord,
  input: UpdateServiceRequest,
): void {
  const { ecs } = operations;
  const controller = service.settings.deploymentController?.type ?? 'ECS';
  if (controller !== 'ECS') refuseForeignChanges(controller, input);
  if (service.express !== undefined) refuseOfExpress(input);
  checkCount(input.desiredCount, 'desiredCount');
  if (service.settings.schedulingStrategy === 'DAEMON' && input.desiredCount !== undefined) {
    throw invalid('The daemon scheduling strategy does not support a desired count for services.');
  }

  const next = nextSettings(operations, service, input);
  const configuration =
    input.deploymentConfiguration === undefined
      ? service.configuration
      : deploymentConfiguration(
          { ...service.configuration, ...input.deploymentConfiguration },
          service.settings.schedulingStrategy,
        );
  // A service of Express Mode was made without what is filled in here: that is not a change.
  const before = withDefaults(service.settings);
  const changed = STARTS_DEPLOYMENT.some((name) => !isSameSetting(before[name], next[name]));
  const opens = controller === 'ECS' && (changed || input.forceNewDeployment === true);
  if (opens) refuseSixth(service);

  // Nothing is refused from here on.
  service.configuration = configuration;
  service.settings = next;
  if (input.desiredCount !== undefined && input.desiredCount !== service.desiredCount) {
    service.desiredCount = input.desiredCount;
    service.steady = false;
    for (const taskSet of service.taskSets) taskSet.stabilityStatus = 'STABILIZING';
  }
  if (opens) {
    const previous = primaryOf(service);
    const source =
      previous === undefined ? undefined : ecs.state.revisions.get(previous.revisionArn)?.revision;
    openDeployment(ecs, service, source);
  }
}

/** The settings that the update leads to, checked. */
function nextSettings(
  { ecs }: Operations,
  service: ServiceRecord,
  input: UpdateServiceRequest,
): ServiceRecord['settings'] {
  const given = { ...service.settings };
  for (const name of [...TAKES_EFFECT_LATER, ...STARTS_DEPLOYMENT]) {
    if (input[name] !== undefined) Object.assign(given, { [name]: input[name] });
  }
  const next = withDefaults(given);
  if (next.taskDefinition === undefined) return next;
  const definition =
    input.taskDefinition === undefined
      ? ecs.state.taskDefinitions.get(next.taskDefinition)!
      : usableTaskDefinition(ecs, input.taskDefinition);
  next.taskDefinition = definition.arn;
  if ((service.settings.deploymentController?.type ?? 'ECS') === 'ECS') {
    checkNetwork(definition, next.networkConfiguration);
    checkLaunchType(definition, next.launchType);
    checkLoadBalancers(definition, next.loadBalancers);
    checkVolumes(definition, next.volumeConfigurations);
  }
  return next;
}

function refuseForeignChanges(controller: string, input: UpdateServiceRequest): void {
  if (controller === 'CODE_DEPLOY' && input.taskDefinition !== undefined) {
    throw invalid(
      'Unable to update task definition on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment.',
    );
  }
  if (controller === 'EXTERNAL' && input.taskDefinition !== undefined) {
    throw invalid(
      'Unable to update task definition on services with a EXTERNAL deployment controller. Use a task set.',
    );
  }
  for (const [name, value] of Object.entries(input)) {
    if (value === undefined || name === 'cluster' || name === 'service') continue;
    const allowed =
      CODE_DEPLOY_MAY.has(name) && !(controller === 'EXTERNAL' && name === 'deploymentConfiguration');
    if (!allowed && !(name === 'forceNewDeployment' && value === false)) {
      const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
      throw invalid(`Unable to update ${words} on services with a ${controller} deployment controller.`);
    }
  }
}

/**
 * ECS refuses these two of an Express service and takes everything else, the task definition and the desired count
 * among them; its words for the refusal are guessed.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/express-service-work.html, "Service defaults"
 */
function refuseOfExpress(input: UpdateServiceRequest): void {
  if (input.deploymentConfiguration !== undefined)
    throw invalid('Deployment configuration can not be updated on Express Mode services.');
  if (input.loadBalancers !== undefined)
    throw invalid('Load balancer configuration can not be updated on Express Mode services.');
}
