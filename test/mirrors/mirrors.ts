import type { OperationName } from '@landfall/core/operations/index';

/** A request of AWS that an operation of ours fills from its inputs. */
interface Mirror {
  readonly operation: OperationName;
  readonly api: 'codedeploy' | 'ecr' | 'ecs';
  /** Of AWS's model. */
  readonly shape: string;
  /** The input that each member comes from. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Why we have no input for a member. */
  readonly notOffered: readonly (readonly [members: readonly string[], reason: string])[];
}

const byFile =
  'It stands in the file, and `patch` sets it: inputs are there for what changes from one release to the next.';
const ofTheService =
  'It is infrastructure: whoever made the service owns it, and a release does not change it.';

/** The fields that the parser of such an input knows. */
const volumeOf = (input: string) =>
  Object.fromEntries(
    [
      'encrypted',
      'filesystemType',
      'iops',
      'kmsKeyId',
      'roleArn',
      'sizeInGiB',
      'snapshotId',
      'tagSpecifications',
      'throughput',
      'volumeInitializationRate',
      'volumeType',
    ].map((member) => [member, input]),
  );

export const mirrors: readonly Mirror[] = [
  {
    operation: 'run-task',
    api: 'ecs',
    shape: 'RunTaskRequest',
    inputs: {
      capacityProviderStrategy: 'capacity-provider-strategy',
      cluster: 'cluster',
      count: 'count',
      enableECSManagedTags: 'enable-ecs-managed-tags',
      enableExecuteCommand: 'enable-execute-command',
      group: 'group',
      launchType: 'launch-type',
      networkConfiguration: 'subnets',
      overrides: 'container-overrides',
      platformVersion: 'platform-version',
      propagateTags: 'propagate-tags',
      startedBy: 'started-by',
      tags: 'tags',
      taskDefinition: 'task-definition',
      volumeConfigurations: 'managed-ebs-volume-name',
      clientToken: 'id',
    },
    notOffered: [
      [
        ['placementConstraints', 'placementStrategy'],
        'They are for tasks on container instances; the constraints of the task definition hold.',
      ],
      [['referenceId'], 'A name for the task among other tools of AWS; `started-by` is for ours.'],
    ],
  },
  {
    operation: 'run-task',
    api: 'ecs',
    shape: 'AwsVpcConfiguration',
    inputs: {
      subnets: 'subnets',
      securityGroups: 'security-groups',
      assignPublicIp: 'assign-public-ip',
    },
    notOffered: [],
  },
  {
    operation: 'run-task',
    api: 'ecs',
    shape: 'TaskManagedEBSVolumeConfiguration',
    inputs: { ...volumeOf('managed-ebs-volume'), terminationPolicy: 'managed-ebs-volume' },
    notOffered: [],
  },
  {
    operation: 'deploy-service',
    api: 'ecs',
    shape: 'ServiceManagedEBSVolumeConfiguration',
    inputs: volumeOf('service-managed-ebs-volume'),
    notOffered: [],
  },
  {
    operation: 'deploy-service',
    api: 'ecs',
    shape: 'UpdateServiceRequest',
    inputs: {
      cluster: 'cluster',
      service: 'service',
      desiredCount: 'desired-count',
      taskDefinition: 'task-definition',
      forceNewDeployment: 'force-new-deployment',
      enableExecuteCommand: 'enable-execute-command',
      enableECSManagedTags: 'enable-ecs-managed-tags',
      propagateTags: 'propagate-tags',
      volumeConfigurations: 'service-managed-ebs-volume-name',
    },
    notOffered: [
      [
        [
          'availabilityZoneRebalancing',
          'capacityProviderStrategy',
          'deploymentConfiguration',
          'deploymentController',
          'gatewayConnectors',
          'healthCheckGracePeriodSeconds',
          'loadBalancers',
          'monitoring',
          'networkConfiguration',
          'placementConstraints',
          'placementStrategy',
          'platformVersion',
          'serviceConnectConfiguration',
          'serviceRegistries',
          'vpcLatticeConfigurations',
        ],
        ofTheService,
      ],
    ],
  },
  {
    operation: 'deploy-service',
    api: 'codedeploy',
    shape: 'CreateDeploymentInput',
    inputs: {
      applicationName: 'codedeploy-application',
      deploymentGroupName: 'codedeploy-deployment-group',
      revision: 'codedeploy-appspec',
      deploymentConfigName: 'codedeploy-deployment-config',
      description: 'codedeploy-deployment-description',
    },
    notOffered: [
      [
        ['autoRollbackConfiguration', 'overrideAlarmConfiguration'],
        'The deployment group says what rolls back.',
      ],
      [
        [
          'deploymentMode',
          'ec2DeploymentOptions',
          'fileExistsBehavior',
          'ignoreApplicationStopFailures',
          'targetInstances',
          'updateOutdatedInstancesOnly',
        ],
        'It is for deployments to instances, and not for ECS.',
      ],
    ],
  },
  {
    operation: 'deploy-express-service',
    api: 'ecs',
    shape: 'CreateExpressGatewayServiceRequest',
    inputs: {
      executionRoleArn: 'execution-role-arn',
      infrastructureRoleArn: 'infrastructure-role-arn',
      serviceName: 'service-name',
      cluster: 'cluster',
      healthCheckPath: 'health-check-path',
      primaryContainer: 'image',
      taskRoleArn: 'task-role-arn',
      networkConfiguration: 'subnets',
      cpu: 'cpu',
      memory: 'memory',
      cpuArchitecture: 'cpu-architecture',
      scalingTarget: 'min-task-count',
      tags: 'tags',
    },
    notOffered: [
      [
        ['taskDefinitionArn'],
        'Express Mode makes its own task definition of the other inputs; with one of yours the service is deploy-service’s.',
      ],
    ],
  },
  {
    operation: 'deploy-express-service',
    api: 'ecs',
    shape: 'ExpressGatewayContainer',
    inputs: {
      image: 'image',
      containerPort: 'container-port',
      awsLogsConfiguration: 'log-group',
      repositoryCredentials: 'repository-credentials',
      command: 'command',
      environment: 'environment-variables',
      secrets: 'secrets',
    },
    notOffered: [],
  },
  {
    operation: 'deploy-express-service',
    api: 'ecs',
    shape: 'ExpressGatewayScalingTarget',
    inputs: {
      minTaskCount: 'min-task-count',
      maxTaskCount: 'max-task-count',
      autoScalingMetric: 'auto-scaling-metric',
      autoScalingTargetValue: 'auto-scaling-target-value',
    },
    notOffered: [],
  },
  {
    operation: 'ensure-repository',
    api: 'ecr',
    shape: 'CreateRepositoryRequest',
    inputs: {
      repositoryName: 'repository',
      tags: 'resource-tags',
      imageTagMutability: 'image-tag-mutability',
      imageTagMutabilityExclusionFilters: 'image-tag-exclusion-filters',
      imageScanningConfiguration: 'scan-on-push',
      encryptionConfiguration: 'encryption-type',
    },
    notOffered: [[['registryId'], 'ECR makes repositories in the caller’s own registry only.']],
  },
  {
    operation: 'ensure-repository',
    api: 'ecr',
    shape: 'EncryptionConfiguration',
    inputs: { encryptionType: 'encryption-type', kmsKey: 'kms-key' },
    notOffered: [],
  },
  {
    operation: 'render-task-definition',
    api: 'ecs',
    shape: 'RegisterTaskDefinitionRequest',
    inputs: {
      family: 'task-definition-family',
      taskRoleArn: 'task-role-arn',
      executionRoleArn: 'execution-role-arn',
      containerDefinitions: 'container-name',
      cpu: 'cpu',
      memory: 'memory',
      ephemeralStorage: 'ephemeral-storage',
      runtimePlatform: 'cpu-architecture',
    },
    notOffered: [
      [
        [
          'enableFaultInjection',
          'inferenceAccelerators',
          'ipcMode',
          'networkMode',
          'pidMode',
          'placementConstraints',
          'proxyConfiguration',
          'requiresCompatibilities',
          'tags',
          'trustedExecutionConfiguration',
          'volumes',
        ],
        byFile,
      ],
    ],
  },
  {
    operation: 'render-task-definition',
    api: 'ecs',
    shape: 'RuntimePlatform',
    inputs: { cpuArchitecture: 'cpu-architecture', operatingSystemFamily: 'operating-system-family' },
    notOffered: [],
  },
  {
    operation: 'render-task-definition',
    api: 'ecs',
    shape: 'ContainerDefinition',
    inputs: {
      name: 'container-name',
      image: 'image',
      cpu: 'container-cpu',
      memory: 'container-memory',
      memoryReservation: 'container-memory-reservation',
      entryPoint: 'entry-point',
      command: 'command',
      environment: 'environment-variables',
      environmentFiles: 'env-files',
      secrets: 'secrets',
      dockerLabels: 'docker-labels',
      logConfiguration: 'log-configuration-options',
    },
    notOffered: [
      [
        [
          'credentialSpecs',
          'dependsOn',
          'disableNetworking',
          'dnsSearchDomains',
          'dnsServers',
          'dockerSecurityOptions',
          'essential',
          'extraHosts',
          'firelensConfiguration',
          'healthCheck',
          'hostname',
          'interactive',
          'links',
          'linuxParameters',
          'mountPoints',
          'portMappings',
          'privileged',
          'pseudoTerminal',
          'readonlyRootFilesystem',
          'repositoryCredentials',
          'resourceRequirements',
          'restartPolicy',
          'startTimeout',
          'stopTimeout',
          'systemControls',
          'ulimits',
          'user',
          'versionConsistency',
          'volumesFrom',
          'workingDirectory',
        ],
        byFile,
      ],
    ],
  },
];

/** An input whose choices are those of an enumeration of AWS. */
interface MirroredChoice {
  readonly operation: OperationName;
  readonly input: string;
  readonly api: 'ecr' | 'ecs';
  readonly shape: string;
  /** Why we do not take a value. */
  readonly notOffered?: Readonly<Record<string, string>>;
}

const launchType = {
  api: 'ecs',
  shape: 'LaunchType',
  notOffered: {
    MANAGED_INSTANCES:
      'RunTask wants a capacity provider strategy instead: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html#ECS-RunTask-request-launchType',
  },
} as const;

export const mirroredChoices: readonly MirroredChoice[] = [
  { operation: 'run-task', input: 'launch-type', ...launchType },
  { operation: 'deploy-service', input: 'run-task-launch-type', ...launchType },
  { operation: 'deploy-service', input: 'run-task-assign-public-ip', api: 'ecs', shape: 'AssignPublicIp' },
  {
    operation: 'run-task',
    input: 'propagate-tags',
    api: 'ecs',
    shape: 'PropagateTags',
    notOffered: {
      SERVICE:
        'A task of its own has no service: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html#ECS-RunTask-request-propagateTags',
    },
  },
  { operation: 'run-task', input: 'assign-public-ip', api: 'ecs', shape: 'AssignPublicIp' },
  { operation: 'deploy-service', input: 'propagate-tags', api: 'ecs', shape: 'PropagateTags' },
  { operation: 'plan-service', input: 'propagate-tags', api: 'ecs', shape: 'PropagateTags' },
  { operation: 'render-task-definition', input: 'cpu-architecture', api: 'ecs', shape: 'CPUArchitecture' },
  {
    operation: 'render-task-definition',
    input: 'log-configuration-log-driver',
    api: 'ecs',
    shape: 'LogDriver',
  },
  { operation: 'deploy-express-service', input: 'cpu-architecture', api: 'ecs', shape: 'CPUArchitecture' },
  {
    operation: 'deploy-express-service',
    input: 'auto-scaling-metric',
    api: 'ecs',
    shape: 'ExpressGatewayServiceScalingMetric',
  },
  { operation: 'ensure-repository', input: 'image-tag-mutability', api: 'ecr', shape: 'ImageTagMutability' },
  { operation: 'ensure-repository', input: 'encryption-type', api: 'ecr', shape: 'EncryptionType' },
];

/** Choices in words of our own, which mirror nothing. */
export const ownChoices: readonly string[] = [
  'action',
  'call',
  'context',
  'fail-on',
  'matrix',
  'on-cancel',
  'task-on-cancel',
  'on-failure',
  'on-outside-change',
  'on-partial-start',
  'on-pause',
  'on-timeout',
  'registry-type',
];
