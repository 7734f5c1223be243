import type { Ecs } from '@landfall/core/world/aws';
import type { CallTable } from '../call/call-table.ts';

export const ecsCalls: CallTable<Ecs> = {
  DescribeServices: { kind: 'read', answer: { services: 'objects' } },
  DescribeServiceDeployments: { kind: 'read', answer: { serviceDeployments: 'objects' } },
  ListServiceDeployments: { kind: 'read', answer: { serviceDeployments: 'objects' } },
  DescribeServiceRevisions: { kind: 'read', answer: { serviceRevisions: 'objects' } },
  // Names its hook: a second answer to the same hook is refused and changes nothing.
  ContinueServiceDeployment: { kind: 'repeatable', answer: { serviceDeploymentArn: 'string' } },
  // Names its deployment: asking twice for it to stop is asking once.
  StopServiceDeployment: { kind: 'repeatable', answer: { serviceDeploymentArn: 'string' } },
  CreateService: { kind: 'by-token', answer: { service: 'object' } },
  // No token: sent again with forceNewDeployment it would start a second deployment.
  UpdateService: { kind: 'once', answer: { service: 'object' } },
  // Names its service: deleted twice, it is deleted.
  DeleteService: { kind: 'repeatable', answer: { service: 'object' } },
  DescribeClusters: { kind: 'read', answer: { clusters: 'objects' } },
  ListClusters: { kind: 'read', answer: { clusterArns: 'strings' } },
  ListServices: { kind: 'read', answer: { serviceArns: 'strings' } },
  // No token: a second one is refused because the name is taken, and does not say by whom.
  CreateExpressGatewayService: { kind: 'once', answer: { service: 'object' } },
  // No token: every update starts a deployment.
  UpdateExpressGatewayService: { kind: 'once', answer: { service: 'object' } },
  DescribeExpressGatewayService: { kind: 'read', answer: { service: 'object' } },
  CreateTaskSet: { kind: 'by-token', answer: { taskSet: 'object' } },
  DescribeTaskSets: { kind: 'read', answer: { taskSets: 'objects' } },
  // Both name the task set and what is to become of it: asked twice, it is so.
  UpdateServicePrimaryTaskSet: { kind: 'repeatable', answer: { taskSet: 'object' } },
  DeleteTaskSet: { kind: 'repeatable', answer: { taskSet: 'object' } },
  // No token: sent again it would make a second revision.
  RegisterTaskDefinition: { kind: 'once', answer: { taskDefinition: { taskDefinitionArn: 'string' } } },
  ListTaskDefinitions: { kind: 'read', answer: { taskDefinitionArns: 'strings' } },
  // A second one is refused because the revision is INACTIVE already, and does not say by whom.
  DeregisterTaskDefinition: { kind: 'once', answer: { taskDefinition: 'object' } },
  DescribeTaskDefinition: { kind: 'read', answer: { taskDefinition: 'object' } },
  RunTask: { kind: 'by-token', answer: { tasks: 'objects' } },
  // A task stopped twice is stopped.
  StopTask: { kind: 'repeatable', answer: { task: 'object' } },
  // A tag set twice is set, one removed twice is gone.
  TagResource: { kind: 'repeatable', answer: {} },
  UntagResource: { kind: 'repeatable', answer: {} },
  ListTasks: { kind: 'read', answer: { taskArns: 'strings' } },
  DescribeTasks: { kind: 'read', answer: { tasks: 'objects' } },
};
