import {
  ContinueServiceDeploymentCommand,
  CreateExpressGatewayServiceCommand,
  CreateServiceCommand,
  CreateTaskSetCommand,
  DeleteServiceCommand,
  DeleteTaskSetCommand,
  DeregisterTaskDefinitionCommand,
  DescribeClustersCommand,
  DescribeExpressGatewayServiceCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTaskSetsCommand,
  DescribeTasksCommand,
  ECSClient,
  ListClustersCommand,
  ListServiceDeploymentsCommand,
  ListServicesCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopServiceDeploymentCommand,
  StopTaskCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateExpressGatewayServiceCommand,
  UpdateServiceCommand,
  UpdateServicePrimaryTaskSetCommand,
} from '@aws-sdk/client-ecs';
import type { Ecs } from '@landfall/core/world/aws';
import { openApi } from '../call/open-api.ts';
import { keepUnknownFields } from '../call/unknown-fields.ts';
import { ecsCalls } from '../calls/ecs.ts';
import { type Connection, clientConfiguration } from '../connection.ts';
import { type Commands, sdkSend } from '../sdk-send.ts';

const commands: Commands<Ecs> = {
  DescribeServices: DescribeServicesCommand,
  DescribeServiceDeployments: DescribeServiceDeploymentsCommand,
  ListServiceDeployments: ListServiceDeploymentsCommand,
  DescribeServiceRevisions: DescribeServiceRevisionsCommand,
  ContinueServiceDeployment: ContinueServiceDeploymentCommand,
  StopServiceDeployment: StopServiceDeploymentCommand,
  CreateService: CreateServiceCommand,
  UpdateService: UpdateServiceCommand,
  DeleteService: DeleteServiceCommand,
  DescribeClusters: DescribeClustersCommand,
  ListClusters: ListClustersCommand,
  ListServices: ListServicesCommand,
  ListTaskDefinitions: ListTaskDefinitionsCommand,
  DeregisterTaskDefinition: DeregisterTaskDefinitionCommand,
  CreateExpressGatewayService: CreateExpressGatewayServiceCommand,
  UpdateExpressGatewayService: UpdateExpressGatewayServiceCommand,
  DescribeExpressGatewayService: DescribeExpressGatewayServiceCommand,
  CreateTaskSet: CreateTaskSetCommand,
  DescribeTaskSets: DescribeTaskSetsCommand,
  UpdateServicePrimaryTaskSet: UpdateServicePrimaryTaskSetCommand,
  DeleteTaskSet: DeleteTaskSetCommand,
  RegisterTaskDefinition: RegisterTaskDefinitionCommand,
  DescribeTaskDefinition: DescribeTaskDefinitionCommand,
  RunTask: RunTaskCommand,
  StopTask: StopTaskCommand,
  TagResource: TagResourceCommand,
  UntagResource: UntagResourceCommand,
  ListTasks: ListTasksCommand,
  DescribeTasks: DescribeTasksCommand,
};

/** What takes a file as it is, and where it is found again. */
const fileOperations = new Set([
  'RegisterTaskDefinition',
  'DescribeTaskDefinition',
  'CreateService',
  'UpdateService',
]);

export function openEcs(connection: Connection, region: string): Ecs {
  const client = new ECSClient(clientConfiguration(connection, 'ECS', region));
  // A rendered file may have a field newer than this SDK: it is registered, and found again in the live revision.
  keepUnknownFields(client, fileOperations);
  const send = sdkSend(client, commands);
  return openApi({ service: 'ecs', region, send }, ecsCalls, connection);
}
