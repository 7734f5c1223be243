import { example, type KnownDifference, moto, reference, sandbox } from './known-difference.ts';

export const ecsDifferences: readonly KnownDifference[] = [
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
];
