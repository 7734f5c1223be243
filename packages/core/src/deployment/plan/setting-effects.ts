/**
 * What a change of each field of CreateService does to a service that runs, by the members' documentation of
 * UpdateService ("This parameter triggers / doesn't trigger a new service deployment"):
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
 */
export type Effect = 'deployment' | 'next-deployment' | 'later-tasks' | 'at-once' | 'new-service';

interface Field {
  readonly effect: Effect;
  /** UpdateService takes it of services of these controllers, too; of the others a CodeDeploy deployment or a task set has it. */
  readonly controllers?: readonly string[];
  /** What ECS takes an absent value for. */
  readonly absent?: unknown;
}

const both = ['CODE_DEPLOY', 'EXTERNAL'];

export const fields: Readonly<Record<string, Field>> = {
  networkConfiguration: { effect: 'deployment' },
  platformVersion: { effect: 'deployment', absent: 'LATEST' },
  loadBalancers: { effect: 'deployment', absent: [] },
  serviceRegistries: { effect: 'deployment', absent: [] },
  serviceConnectConfiguration: { effect: 'deployment', absent: { enabled: false } },
  volumeConfigurations: { effect: 'deployment', absent: [] },
  vpcLatticeConfigurations: { effect: 'deployment', absent: [] },
  deploymentConfiguration: { effect: 'next-deployment', controllers: ['CODE_DEPLOY'] },
  // "Only tasks launched after the update will reflect the update", and so it is for all that places or equips tasks.
  capacityProviderStrategy: { effect: 'later-tasks' },
  placementConstraints: { effect: 'later-tasks', controllers: both },
  placementStrategy: { effect: 'later-tasks', controllers: both },
  enableExecuteCommand: { effect: 'later-tasks', controllers: both, absent: false },
  enableECSManagedTags: { effect: 'later-tasks', controllers: both, absent: false },
  propagateTags: { effect: 'later-tasks', controllers: both, absent: 'NONE' },
  availabilityZoneRebalancing: { effect: 'at-once', absent: 'DISABLED' },
  desiredCount: { effect: 'at-once', controllers: both },
  healthCheckGracePeriodSeconds: { effect: 'at-once', controllers: both, absent: 0 },
  // The documentation does not say whether these start a deployment; ECS keeps them in the service revision.
  gatewayConnectors: { effect: 'next-deployment' },
  monitoring: { effect: 'next-deployment' },
  launchType: { effect: 'new-service' },
  schedulingStrategy: { effect: 'new-service', absent: 'REPLICA' },
  role: { effect: 'new-service' },
  deploymentController: { effect: 'new-service', absent: { type: 'ECS' } },
};

/** Completes a sentence on a change. */
export const effectSentences: Readonly<Record<Effect, string>> = {
  deployment: 'starts a deployment',
  'next-deployment': 'takes effect with the next deployment',
  'later-tasks': 'takes effect with later tasks',
  'at-once': 'takes effect at once',
  'new-service': 'needs a new service',
};
