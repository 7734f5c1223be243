import type { Difference } from './compare.ts';

/** Differences that stay, and whose the mistake is, by what AWS says. */
export interface KnownDifference {
  /** The calls it is about: their beginning, `ecs RunTask` or `ecs `. */
  readonly calls: readonly string[];
  /** As in `Difference.what`, with `tasks[].cpu` and `task.cpu` both written `task.cpu`. */
  readonly what: readonly string[];
  readonly why: string;
}

/** What is explained by no known difference, and which known differences explain nothing any more. */
export function judge(found: readonly Difference[]): {
  readonly unexplained: readonly string[];
  readonly outdated: readonly string[];
} {
  const used = new Set<string>();
  const unexplained = found.filter(({ call, what }) => {
    const name = what.replaceAll(/(\w+?)s\[\]/g, '$1');
    const known = knownDifferences.filter(
      (one) => one.what.includes(name) && one.calls.some((beginning) => call.startsWith(beginning)),
    );
    for (const one of known) used.add(`${one.why} ${name}`);
    return known.length === 0;
  });
  return {
    unexplained: unexplained.map(({ call, what }) => `${call}: ${what}`),
    outdated: knownDifferences.flatMap(({ why, what }) =>
      what.filter((name) => !used.has(`${why} ${name}`)).map((name) => `${name} (${why})`),
    ),
  };
}

const sandbox = (...lines: readonly string[]) => lines.map((line) => `only the sandbox: ${line}`);
const moto = (...lines: readonly string[]) => lines.map((line) => `only moto: ${line}`);
const example = (service: string, command: string) =>
  `https://docs.aws.amazon.com/cli/latest/reference/${service}/${command}.html`;
const reference = (service: string, operation: string) =>
  `https://docs.aws.amazon.com/${service}/latest/APIReference/API_${operation}.html`;

const knownDifferences: readonly KnownDifference[] = [
  {
    calls: ['ecs CreateCluster', 'ecs DescribeClusters', 'ecs DeleteCluster'],
    what: sandbox(
      'cluster.statistics: list',
      'cluster.tags: list',
      'cluster.capacityProviders: list',
      'cluster.defaultCapacityProviderStrategy: list',
    ),
    why: `ECS shows these lists when they are empty too: ${example('ecs', 'create-cluster')}`,
  },
  {
    calls: ['ecs RegisterTaskDefinition'],
    what: sandbox('tags: list'),
    why: `The tags are a member of the answer: ${reference('AmazonECS', 'RegisterTaskDefinition')}`,
  },
  {
    calls: ['ecs '],
    what: sandbox(
      'taskDefinition.registeredAt: timestamp',
      'taskDefinition.registeredBy: string',
      'taskDefinition.deregisteredAt: timestamp',
    ),
    why: `moto does not keep them: ${example('ecs', 'delete-task-definitions')}`,
  },
  {
    calls: ['ecs '],
    what: sandbox(
      'taskDefinition.requiresAttributes: list',
      'taskDefinition.containerDefinition.systemControls: list',
      'taskDefinition.containerDefinition.portMapping.hostPort: number',
    ),
    why: `ECS fills them in: ${reference('AmazonECS', 'TaskDefinition')}, ${reference('AmazonECS', 'PortMapping')}`,
  },
  {
    calls: ['ecs '],
    what: moto('taskDefinition.networkMode: string'),
    why: `Bridge is what a definition without a network mode means, and not what is shown: ${example('ecs', 'register-task-definition')}`,
  },
  {
    calls: [
      'ecs RegisterTaskDefinition: without a container',
      'ecs RegisterTaskDefinition: for Fargate in a size that there is not',
    ],
    what: ['moto 200, the sandbox 400 ClientException'],
    why: 'moto does not check the definition: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html',
  },
  {
    calls: ['ecs DeleteTaskDefinitions'],
    what: sandbox('failure.detail: string'),
    why: `A failure has a detail: ${reference('AmazonECS', 'Failure')}`,
  },
  {
    calls: ['ecs '],
    what: sandbox(
      'service.availabilityZoneRebalancing: string',
      'service.createdAt: timestamp',
      'service.createdBy: string',
      'service.deployment.platformVersion: string',
      'service.deploymentConfiguration: object',
      'service.enableECSManagedTags: boolean',
      'service.enableExecuteCommand: boolean',
      'service.placementConstraints: list',
      'service.placementStrategy: list',
      'service.platformFamily: string',
      'service.platformVersion: string',
    ),
    why: `moto does not keep them: ${example('ecs', 'update-service')}`,
  },
  {
    calls: ['ecs '],
    what: sandbox('service.currentServiceDeployment: string', 'service.currentServiceRevisions: list'),
    why: `moto has no service deployments: ${reference('AmazonECS', 'Service')}`,
  },
  {
    calls: ['ecs '],
    what: moto('service.taskSets: list'),
    why: `A service of the ECS controller has no task sets: ${example('ecs', 'update-service')}`,
  },
  {
    calls: ['ecs UpdateService', 'ecs DeleteService'],
    what: moto('service.tags: list'),
    why: `The answer shows none: ${example('ecs', 'update-service')}`,
  },
  {
    calls: ['ecs CreateService: with task sets', 'ecs DescribeServices: with task sets'],
    what: moto('service.networkConfiguration: object'),
    why: 'An empty structure where there is none; the networks are those of the task sets.',
  },
  {
    calls: ['ecs CreateService: one that is there already', 'ecs RunTask: more than there can be'],
    what: ['moto 200, the sandbox 400 InvalidParameterException'],
    why: `moto replaces the service, and starts as many as it is asked for: ${reference('AmazonECS', 'RunTask')} ("up to 10 tasks for each call")`,
  },
  {
    calls: ['ecs RunTask', 'ecs DescribeTasks', 'ecs StopTask'],
    what: [
      ...sandbox('task.container.cpu: string', 'task.container.memory: string'),
      ...moto('task.container.cpu: number', 'task.container.memory: number'),
    ],
    why: `They are texts: ${example('ecs', 'describe-tasks')}`,
  },
  {
    calls: ['ecs RunTask', 'ecs DescribeTasks: one that runs', 'ecs StopTask'],
    what: moto('task.container.exitCode: number', 'task.stoppedReason: string'),
    why: 'What has not ended has no exit code; moto gives 0 and an empty text from the start.',
  },
  {
    calls: ['ecs RunTask', 'ecs DescribeTasks', 'ecs StopTask'],
    what: sandbox(
      'task.attributes: list',
      'task.availabilityZone: string',
      'task.connectivity: string',
      'task.connectivityAt: timestamp',
      'task.container.networkBindings: list',
      'task.container.runtimeId: string',
      'task.cpu: string',
      'task.createdAt: timestamp',
      'task.enableExecuteCommand: boolean',
      'task.ephemeralStorage: object',
      'task.healthStatus: string',
      'task.memory: string',
      'task.overrides.inferenceAcceleratorOverrides: list',
      'task.platformFamily: string',
      'task.platformVersion: string',
      'task.pullStartedAt: timestamp',
      'task.pullStoppedAt: timestamp',
      'task.startedAt: timestamp',
      'task.tags: list',
      'task.version: number',
    ),
    why: `moto does not keep them: ${example('ecs', 'describe-tasks')}`,
  },
  {
    calls: ['ecs DescribeTasks', 'ecs StopTask'],
    what: sandbox(
      'task.executionStoppedAt: timestamp',
      'task.stopCode: string',
      'task.stoppedAt: timestamp',
      'task.stoppingAt: timestamp',
    ),
    why: `moto has no lifecycle of a task: ${reference('AmazonECS', 'Task')}`,
  },
  {
    calls: ['ecs StopTask: one that is missing', 'ecs StartTask: on an instance that is missing'],
    what: [
      'moto 500 SyntaxError, the sandbox 400 InvalidParameterException',
      'moto 500 SyntaxError, the sandbox 200',
    ],
    why: `moto breaks: ${reference('AmazonECS', 'StopTask')}, ${reference('AmazonECS', 'StartTask')} ("failures")`,
  },
  {
    calls: ['ecs '],
    what: [
      ...moto('taskSet.capacityProviderStrategy: list', 'service.taskSet.capacityProviderStrategy: list'),
      ...sandbox(
        'taskSet.computedDesiredCount: number',
        'taskSet.pendingCount: number',
        'taskSet.platformFamily: string',
        'taskSet.runningCount: number',
        'service.taskSet.computedDesiredCount: number',
        'service.taskSet.pendingCount: number',
        'service.taskSet.platformFamily: string',
        'service.taskSet.runningCount: number',
      ),
    ],
    why: `A task set counts its tasks, and says one of launch type and strategy: ${example('ecs', 'describe-task-sets')}`,
  },
  {
    calls: ['ecs DescribeTaskSets'],
    what: sandbox('failures: list'),
    why: `moto leaves them out: ${example('ecs', 'describe-task-sets')}`,
  },
  {
    calls: ['ecs UpdateTaskSet: one that is missing', 'ecs DeleteTaskSet: one that is missing'],
    what: [
      'moto 500 SyntaxError, the sandbox 400 TaskSetNotFoundException',
      'moto 400 ClientException, the sandbox 400 TaskSetNotFoundException',
    ],
    why: `The error has a name: ${reference('AmazonECS', 'DeleteTaskSet')}`,
  },
  {
    calls: [
      'codedeploy GetApplication: one',
      'codedeploy GetDeployment: one',
      'codedeploy BatchGetDeployments: one',
    ],
    what: ['moto 200 TypeError, the sandbox 200'],
    why: `The SDK cannot read moto's answer: its times are texts, where the protocol has epoch seconds: ${example('deploy', 'get-application')}`,
  },
  {
    calls: ['codedeploy GetDeploymentGroup'],
    what: moto(
      'deploymentGroupInfo.alarmConfiguration: object',
      'deploymentGroupInfo.autoScalingGroups: list',
      'deploymentGroupInfo.ec2TagFilters: list',
      'deploymentGroupInfo.ec2TagSet: object',
      'deploymentGroupInfo.lastAttemptedDeployment: object',
      'deploymentGroupInfo.lastSuccessfulDeployment: object',
      'deploymentGroupInfo.onPremisesInstanceTagFilters: list',
      'deploymentGroupInfo.onPremisesTagSet: object',
      'deploymentGroupInfo.targetRevision: object',
      'deploymentGroupInfo.triggerConfigurations: list',
    ),
    why: `moto gives every member there could be, empty: ${example('deploy', 'get-deployment-group')}`,
  },
  {
    calls: ['codedeploy ListDeploymentGroups'],
    what: [...moto('nextToken: string'), 'moto 200, the sandbox 400 ApplicationDoesNotExistException'],
    why: `An empty token is none, and an application must exist: ${reference('codedeploy', 'ListDeploymentGroups')}`,
  },
  {
    calls: ['ecr PutImage: another one under an immutable tag'],
    what: ['moto 400 ImageAlreadyExistsException, the sandbox 400 ImageTagAlreadyExistsException'],
    why: `The image is another, the tag is not: ${reference('AmazonECR', 'PutImage')}`,
  },
  {
    calls: ['ecr PutImage: in a repository that is missing', 'ecr BatchCheckLayerAvailability'],
    what: [
      'moto 500 SyntaxError, the sandbox 400 RepositoryNotFoundException',
      'moto 500 SyntaxError, the sandbox 200',
    ],
    why: `moto breaks: ${reference('AmazonECR', 'PutImage')}, ${reference('AmazonECR', 'BatchCheckLayerAvailability')}`,
  },
  {
    calls: ['ecr DescribeImages', 'ecr BatchGetImage'],
    what: sandbox(
      'imageDetail.imageSizeInBytes: number',
      'imageDetail.imageStatus: string',
      'failure.imageId.imageDigest: string',
    ),
    why: `moto leaves them out: ${reference('AmazonECR', 'ImageDetail')}, ${reference('AmazonECR', 'ImageFailure')}`,
  },
  {
    calls: ['ecr PutLifecyclePolicy: one that is not valid'],
    what: ['moto 200, the sandbox 400 InvalidParameterException'],
    why: 'A policy has rules: https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html',
  },
  {
    calls: ['elbv2 CreateTargetGroup'],
    what: sandbox('TargetGroup.LoadBalancerArns: list'),
    why: 'The sandbox has no load balancers to attach: a group counts as behind one from the start.',
  },
  {
    calls: ['iam CreateRole: a new one'],
    what: moto('Role.RoleLastUsed: object'),
    why: `Only GetRole tells it: ${reference('IAM', 'Role')}`,
  },
  {
    calls: ['iam CreateRole: with a policy that is no JSON'],
    what: ['moto 200, the sandbox 400 MalformedPolicyDocumentException'],
    why: `moto does not read the policy: ${reference('IAM', 'CreateRole')}`,
  },
  {
    calls: ['secretsmanager '],
    what: ['moto 404 ResourceNotFoundException, the sandbox 400 ResourceNotFoundException'],
    why: `The status is 400: ${reference('secretsmanager', 'GetSecretValue')}`,
  },
  {
    calls: ['secretsmanager DescribeSecret', 'secretsmanager ListSecrets'],
    what: sandbox('LastAccessedDate: timestamp', 'SecretList[].LastAccessedDate: timestamp'),
    why: `moto does not keep it: ${reference('secretsmanager', 'SecretListEntry')}`,
  },
  {
    calls: ['logs DescribeLogGroups'],
    what: sandbox('logGroup.logGroupClass: string'),
    why: `moto does not keep it: ${reference('AmazonCloudWatchLogs', 'LogGroup')}`,
  },
  {
    calls: ['sts AssumeRole: for longer than there can be'],
    what: ['moto 200, the sandbox 400 ValidationError'],
    why: `At most 43,200 seconds: ${reference('STS', 'AssumeRole')}`,
  },
  {
    calls: ['sts AssumeRoleWithWebIdentity'],
    what: sandbox('Audience: string', 'Provider: string', 'SubjectFromWebIdentityToken: string'),
    why: `moto does not tell whose token it is: ${reference('STS', 'AssumeRoleWithWebIdentity')}`,
  },
];
