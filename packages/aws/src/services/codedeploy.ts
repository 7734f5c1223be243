import {
  BatchGetDeploymentsCommand,
  CodeDeployClient,
  ContinueDeploymentCommand,
  CreateDeploymentCommand,
  GetDeploymentCommand,
  GetDeploymentConfigCommand,
  GetDeploymentGroupCommand,
  GetDeploymentTargetCommand,
  ListDeploymentsCommand,
  StopDeploymentCommand,
} from '@aws-sdk/client-codedeploy';
import type { CodeDeploy } from '@landfall/core/world/aws';
import { type Connection, callerOf, clientConfiguration } from '../connection.ts';

export function openCodeDeploy(connection: Connection, region: string): CodeDeploy {
  const client = new CodeDeployClient(clientConfiguration(connection, 'CodeDeploy', region));
  const call = callerOf(connection, 'codedeploy', region, client);
  return {
    getDeploymentGroup: call('GetDeploymentGroup', 'read', ['deploymentGroupInfo{}'], (input, options) =>
      client.send(new GetDeploymentGroupCommand(input), options),
    ),
    getDeploymentConfig: call('GetDeploymentConfig', 'read', ['deploymentConfigInfo{}'], (input, options) =>
      client.send(new GetDeploymentConfigCommand(input), options),
    ),
    // No token: sent again it could start a second deployment once the first has ended.
    createDeployment: call('CreateDeployment', 'once', ['deploymentId'], (input, options) =>
      client.send(new CreateDeploymentCommand(input), options),
    ),
    listDeployments: call('ListDeployments', 'read', ['deployments[s]'], (input, options) =>
      client.send(new ListDeploymentsCommand(input), options),
    ),
    getDeployment: call('GetDeployment', 'read', ['deploymentInfo{}'], (input, options) =>
      client.send(new GetDeploymentCommand(input), options),
    ),
    batchGetDeployments: call('BatchGetDeployments', 'read', ['deploymentsInfo[]'], (input, options) =>
      client.send(new BatchGetDeploymentsCommand(input), options),
    ),
    getDeploymentTarget: call('GetDeploymentTarget', 'read', ['deploymentTarget{}'], (input, options) =>
      client.send(new GetDeploymentTargetCommand(input), options),
    ),
    // Asking twice for the same deployment to stop, or to go on, is asking once.
    stopDeployment: call('StopDeployment', 'repeatable', ['status'], (input, options) =>
      client.send(new StopDeploymentCommand(input), options),
    ),
    continueDeployment: call('ContinueDeployment', 'repeatable', [], (input, options) =>
      client.send(new ContinueDeploymentCommand(input), options),
    ),
  };
}
