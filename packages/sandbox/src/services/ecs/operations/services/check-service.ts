import type {
  CreateServiceRequest,
  DeploymentConfiguration,
  NetworkConfiguration,
} from '@aws-sdk/client-ecs';
import { invalid } from '../../model/faults.ts';
import type { TaskDefinitionRecord } from '../../model/records.ts';

export function checkCount(count: unknown, name: string): void {
  if (count !== undefined && (typeof count !== 'number' || !Number.isInteger(count) || count < 0)) {
    throw invalid(`${name} cannot be negative.`);
  }
}

export function checkNetwork(
  definition: TaskDefinitionRecord,
  network: NetworkConfiguration | undefined,
): void {
  const awsvpc = definition.content.networkMode === 'awsvpc';
  if (awsvpc && network?.awsvpcConfiguration === undefined) {
    throw invalid("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  }
  if (!awsvpc && network?.awsvpcConfiguration !== undefined) {
    throw invalid('Network Configuration is not valid for the given networkMode of this task definition.');
  }
  if (awsvpc && (network?.awsvpcConfiguration?.subnets ?? []).length === 0)
    throw invalid('subnets can not be empty.');
}

export function checkLaunchType(definition: TaskDefinitionRecord, launchType: string | undefined): void {
  const { networkMode, cpu, memory } = definition.content;
  if (launchType === 'FARGATE' && (networkMode !== 'awsvpc' || cpu === undefined || memory === undefined)) {
    throw invalid('Task definition does not support launch_type FARGATE.');
  }
}

/**
 * A volume that is configured at launch must be, and no other. The words are guessed.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-ebs-config.html
 */
export function checkVolumes(
  { content: { volumes = [] } }: TaskDefinitionRecord,
  configurations: readonly { readonly name?: string | undefined }[] = [],
): void {
  const atLaunch = volumes.filter(({ configuredAtLaunch }) => configuredAtLaunch).map(({ name }) => name);
  const given = configurations.map(({ name }) => name);
  const unknown = given.find((name) => !atLaunch.includes(name));
  if (unknown !== undefined)
    throw invalid(`The volume ${unknown} is not configured at launch in the task definition.`);
  const missing = atLaunch.find((name) => !given.includes(name));
  if (missing !== undefined)
    throw invalid(`A volume configuration must be given for ${missing}, which is configured at launch.`);
}

/** The load balancers must lead to a container and port that the task definition has. */
export function checkLoadBalancers(
  definition: TaskDefinitionRecord,
  balancers: CreateServiceRequest['loadBalancers'],
): void {
  for (const balancer of balancers ?? []) {
    const { containerName, containerPort } = balancer;
    const container = definition.content.containerDefinitions?.find(
      (candidate) => candidate.name === containerName,
    );
    if (container === undefined) {
      throw invalid(`The container ${containerName} does not exist in the task definition.`);
    }
    if (!container.portMappings?.some((mapping) => mapping.containerPort === containerPort)) {
      throw invalid(`The container ${containerName} did not have a container port ${containerPort} defined.`);
    }
  }
}

const DEFAULTS = { REPLICA: { minimum: 100, maximum: 200 }, DAEMON: { minimum: 0, maximum: 100 } };

/** The deployment configuration with what ECS fills in. */
export function deploymentConfiguration(
  given: DeploymentConfiguration | undefined,
  strategy: 'REPLICA' | 'DAEMON' = 'REPLICA',
): DeploymentConfiguration {
  const defaults = DEFAULTS[strategy];
  const breaker = given?.deploymentCircuitBreaker;
  const configuration: DeploymentConfiguration = {
    strategy: 'ROLLING',
    bakeTimeInMinutes: 0,
    ...given,
    maximumPercent: given?.maximumPercent ?? defaults.maximum,
    minimumHealthyPercent: given?.minimumHealthyPercent ?? defaults.minimum,
    deploymentCircuitBreaker:
      breaker === undefined
        ? { enable: false, rollback: false }
        : {
            resetOnHealthyTask: true,
            thresholdConfiguration: { type: 'BOUNDED_PERCENT', value: 50 },
            ...breaker,
          },
  };
  checkConfiguration(configuration);
  return configuration;
}

function checkConfiguration(configuration: DeploymentConfiguration): void {
  const minimum = configuration.minimumHealthyPercent!;
  const maximum = configuration.maximumPercent!;
  if (minimum < 0 || maximum < 0) throw invalid('Percent values cannot be negative.');
  if (maximum < minimum)
    throw invalid('maximumPercent must be greater than or equal to minimumHealthyPercent.');
  if (maximum === 0 || (maximum <= 100 && minimum >= 100 && maximum === minimum && maximum < 100)) {
    throw invalid('maximumPercent must be greater than 0.');
  }
  const early = configuration.earlySuccessCriteria;
  if (early?.enable === true) {
    if (configuration.strategy !== 'ROLLING') {
      throw invalid('earlySuccessCriteria can only be used with the ROLLING deployment strategy.');
    }
    if ((early.healthyPercent ?? 100) < minimum) {
      throw invalid('healthyPercent must be greater than or equal to minimumHealthyPercent.');
    }
  }
  const bake = configuration.bakeTimeInMinutes ?? 0;
  if (bake < 0 || bake > 1_440) throw invalid('bakeTimeInMinutes must be between 0 and 1440.');
  for (const hook of configuration.lifecycleHooks ?? []) {
    const stages = hook.lifecycleStages ?? [];
    if (stages.length === 0) throw invalid('lifecycleStages cannot be empty.');
    if (hook.targetType === 'PAUSE') {
      const forbidden = stages.find(
        (stage) => stage === 'TEST_TRAFFIC_SHIFT' || stage === 'PRODUCTION_TRAFFIC_SHIFT',
      );
      if (forbidden !== undefined)
        throw invalid(`PAUSE hooks are not supported at lifecycle stage ${forbidden}.`);
    } else if (hook.hookTargetArn === undefined) {
      throw invalid('hookTargetArn must be specified for AWS_LAMBDA lifecycle hooks.');
    }
  }
}
