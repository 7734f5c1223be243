import {
  ContinueServiceDeploymentCommand,
  CreateExpressGatewayServiceCommand,
  CreateServiceCommand,
  type CreateServiceCommandInput,
  CreateTaskSetCommand,
  type CreateTaskSetCommandInput,
  DeleteTaskSetCommand,
  DescribeClustersCommand,
  DescribeExpressGatewayServiceCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTaskSetsCommand,
  DescribeTasksCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  type RunTaskCommandInput,
  StopServiceDeploymentCommand,
  StopTaskCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateExpressGatewayServiceCommand,
  UpdateServiceCommand,
  UpdateServicePrimaryTaskSetCommand,
} from '@aws-sdk/client-ecs';
import type { Ecs } from '@landfall/core/world/aws';
import { keepUnknownFields } from '../call/unknown-fields.ts';
import { type Connection, callerOf, clientConfiguration } from '../connection.ts';

const taskDefinitionOperations = new Set(['RegisterTaskDefinition', 'DescribeTaskDefinition']);

/** With a token of ours a repeat is the same request; the SDK's own token differs at each repeat of ours. */
const byToken = ({ clientToken }: { clientToken?: string | undefined }) =>
  clientToken ? ('repeatable' as const) : ('once' as const);

export function openEcs(connection: Connection, region: string): Ecs {
  const client = new ECSClient(clientConfiguration(connection, 'ECS', region));
  // A rendered file may have a field newer than this SDK: it is registered, and found again in the live revision.
  keepUnknownFields(client, taskDefinitionOperations);
  const call = callerOf(connection, 'ecs', region, client);
  return {
    describeClusters: call('DescribeClusters', 'read', ['clusters[]'], (input, options) =>
      client.send(new DescribeClustersCommand(input), options),
    ),
    describeServices: call('DescribeServices', 'read', ['services[]'], (input, options) =>
      client.send(new DescribeServicesCommand(input), options),
    ),
    describeServiceDeployments: call(
      'DescribeServiceDeployments',
      'read',
      ['serviceDeployments[]'],
      (input, options) => client.send(new DescribeServiceDeploymentsCommand(input), options),
    ),
    listServiceDeployments: call(
      'ListServiceDeployments',
      'read',
      ['serviceDeployments[]'],
      (input, options) => client.send(new ListServiceDeploymentsCommand(input), options),
    ),
    describeServiceRevisions: call(
      'DescribeServiceRevisions',
      'read',
      ['serviceRevisions[]'],
      (input, options) => client.send(new DescribeServiceRevisionsCommand(input), options),
    ),
    // A hook that has been continued refuses a second time, and says so.
    continueServiceDeployment: call(
      'ContinueServiceDeployment',
      'repeatable',
      ['serviceDeploymentArn'],
      (input, options) => client.send(new ContinueServiceDeploymentCommand(input), options),
    ),
    // Asking twice for the same deployment to stop is asking once.
    stopServiceDeployment: call(
      'StopServiceDeployment',
      'repeatable',
      ['serviceDeploymentArn'],
      (input, options) => client.send(new StopServiceDeploymentCommand(input), options),
    ),
    createService: call(
      'CreateService',
      byToken,
      ['service{}'],
      (input: CreateServiceCommandInput, options) => client.send(new CreateServiceCommand(input), options),
    ),
    // No token: sent again with forceNewDeployment it would start a second deployment.
    updateService: call('UpdateService', 'once', ['service{}'], (input, options) =>
      client.send(new UpdateServiceCommand(input), options),
    ),
    // Neither has a token. A name that is taken is refused; every update starts a deployment.
    createExpressGatewayService: call(
      'CreateExpressGatewayService',
      'once',
      ['service{}'],
      (input, options) => client.send(new CreateExpressGatewayServiceCommand(input), options),
    ),
    updateExpressGatewayService: call(
      'UpdateExpressGatewayService',
      'once',
      ['service{}'],
      (input, options) => client.send(new UpdateExpressGatewayServiceCommand(input), options),
    ),
    describeExpressGatewayService: call(
      'DescribeExpressGatewayService',
      'read',
      ['service{}'],
      (input, options) => client.send(new DescribeExpressGatewayServiceCommand(input), options),
    ),
    createTaskSet: call(
      'CreateTaskSet',
      byToken,
      ['taskSet{}'],
      (input: CreateTaskSetCommandInput, options) => client.send(new CreateTaskSetCommand(input), options),
    ),
    describeTaskSets: call('DescribeTaskSets', 'read', ['taskSets[]'], (input, options) =>
      client.send(new DescribeTaskSetsCommand(input), options),
    ),
    // Both name what is to be so: asked twice, it is so.
    updateServicePrimaryTaskSet: call(
      'UpdateServicePrimaryTaskSet',
      'repeatable',
      ['taskSet{}'],
      (input, options) => client.send(new UpdateServicePrimaryTaskSetCommand(input), options),
    ),
    deleteTaskSet: call('DeleteTaskSet', 'repeatable', ['taskSet{}'], (input, options) =>
      client.send(new DeleteTaskSetCommand(input), options),
    ),
    // No token: sent again it would make a second revision.
    registerTaskDefinition: call(
      'RegisterTaskDefinition',
      'once',
      ['taskDefinition.taskDefinitionArn'],
      (input, options) => client.send(new RegisterTaskDefinitionCommand(input), options),
    ),
    describeTaskDefinition: call('DescribeTaskDefinition', 'read', ['taskDefinition{}'], (input, options) =>
      client.send(new DescribeTaskDefinitionCommand(input), options),
    ),
    listTaskDefinitions: call('ListTaskDefinitions', 'read', ['taskDefinitionArns[s]'], (input, options) =>
      client.send(new ListTaskDefinitionsCommand(input), options),
    ),
    runTask: call('RunTask', byToken, ['tasks[]'], (input: RunTaskCommandInput, options) =>
      client.send(new RunTaskCommand(input), options),
    ),
    stopTask: call('StopTask', 'repeatable', ['task{}'], (input, options) =>
      client.send(new StopTaskCommand(input), options),
    ),
    // A tag set twice is set, one removed twice is gone.
    tagResource: call('TagResource', 'repeatable', [], (input, options) =>
      client.send(new TagResourceCommand(input), options),
    ),
    untagResource: call('UntagResource', 'repeatable', [], (input, options) =>
      client.send(new UntagResourceCommand(input), options),
    ),
    listTasks: call('ListTasks', 'read', ['taskArns[s]'], (input, options) =>
      client.send(new ListTasksCommand(input), options),
    ),
    describeTasks: call('DescribeTasks', 'read', ['tasks[]'], (input, options) =>
      client.send(new DescribeTasksCommand(input), options),
    ),
  };
}
