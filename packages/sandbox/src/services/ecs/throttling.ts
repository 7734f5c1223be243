import type { ApiThrottling } from '../../faults/throttle.ts';

/**
 * AWS's categories for ECS, as far as they are known: DescribeClusters' burst from the ECS API reference
 * ("Request throttling"), the others as operators measured them. An operation that is not here is not throttled.
 */
export const throttling: ApiThrottling = {
  'cluster-reads': {
    burst: 50,
    perSecond: 20,
    operations: ['DescribeClusters', 'ListClusters'],
  },
  'service-reads': {
    burst: 100,
    perSecond: 20,
    operations: [
      'DescribeServices',
      'ListServices',
      'ListServiceDeployments',
      'DescribeServiceDeployments',
      'DescribeServiceRevisions',
      'DescribeTaskSets',
      'DescribeExpressGatewayService',
    ],
  },
  'resource-reads': {
    burst: 100,
    perSecond: 20,
    operations: ['DescribeTasks', 'ListTasks', 'DescribeContainerInstances'],
  },
  'service-writes': {
    burst: 50,
    perSecond: 5,
    operations: [
      'CreateService',
      'UpdateService',
      'DeleteService',
      'CreateExpressGatewayService',
      'UpdateExpressGatewayService',
      'DeleteExpressGatewayService',
      'StopServiceDeployment',
      'ContinueServiceDeployment',
      'CreateTaskSet',
      'UpdateTaskSet',
      'DeleteTaskSet',
      'UpdateServicePrimaryTaskSet',
    ],
  },
  'task-definition-reads': {
    burst: 100,
    perSecond: 20,
    operations: ['DescribeTaskDefinition', 'ListTaskDefinitions', 'ListTaskDefinitionFamilies'],
  },
  'task-definition-writes': {
    burst: 20,
    perSecond: 1,
    operations: ['RegisterTaskDefinition', 'DeregisterTaskDefinition', 'DeleteTaskDefinitions'],
  },
  'run-task': {
    burst: 100,
    perSecond: 20,
    operations: ['RunTask', 'StartTask'],
  },
  'stop-task': {
    burst: 100,
    perSecond: 40,
    operations: ['StopTask'],
  },
};
