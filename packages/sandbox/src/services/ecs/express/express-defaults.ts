import type { DeploymentConfiguration, ExpressGatewayScalingTarget } from '@aws-sdk/client-ecs';

/**
 * What Express Mode fills in.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/express-service-work.html (the API reference still
 * names 256 CPU units, 512 MiB and /ping, which a service does not get: hashicorp/terraform-provider-aws#47919)
 */
export const EXPRESS_DEFAULTS = {
  cpu: '1024',
  memory: '2048',
  cpuArchitecture: 'X86_64',
  containerPort: 80,
  healthCheckPath: '/',
  logStreamPrefix: 'ecs',
} as const;

export const DEFAULT_SCALING: ExpressGatewayScalingTarget = {
  minTaskCount: 1,
  maxTaskCount: 20,
  autoScalingMetric: 'AVERAGE_CPU',
  autoScalingTargetValue: 60,
};

/** The container that Express Mode manages; others of the task definition are left alone. */
export const MAIN = 'Main';

/**
 * A canary of 5% for three minutes, a bake of three, and an alarm that rolls back. The alarm's name is made up.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/express-service-update-full.html
 */
export const expressDeployments = (cluster: string, service: string): DeploymentConfiguration => ({
  strategy: 'CANARY',
  canaryConfiguration: { canaryPercent: 5, canaryBakeTimeInMinutes: 3 },
  bakeTimeInMinutes: 3,
  deploymentCircuitBreaker: { enable: true, rollback: true },
  alarms: { alarmNames: [`${cluster}/${service}/RollbackAlarm`], enable: true, rollback: true },
});
