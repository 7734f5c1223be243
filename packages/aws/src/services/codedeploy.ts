import {
  BatchGetDeploymentsCommand,
  CodeDeployClient,
  ContinueDeploymentCommand,
  CreateDeploymentCommand,
  GetDeploymentConfigCommand,
  GetDeploymentGroupCommand,
  GetDeploymentTargetCommand,
  ListDeploymentsCommand,
  StopDeploymentCommand,
} from '@aws-sdk/client-codedeploy';
import type { CodeDeploy } from '@landfall/core/world/aws';
import { openApi } from '../call/open-api.ts';
import { codeDeployCalls } from '../calls/codedeploy.ts';
import { type Connection, clientConfiguration } from '../connection.ts';
import { type Commands, sdkSend } from '../sdk-send.ts';

const commands: Commands<CodeDeploy> = {
  GetDeploymentGroup: GetDeploymentGroupCommand,
  GetDeploymentConfig: GetDeploymentConfigCommand,
  CreateDeployment: CreateDeploymentCommand,
  ListDeployments: ListDeploymentsCommand,
  BatchGetDeployments: BatchGetDeploymentsCommand,
  GetDeploymentTarget: GetDeploymentTargetCommand,
  StopDeployment: StopDeploymentCommand,
  ContinueDeployment: ContinueDeploymentCommand,
};

export function openCodeDeploy(connection: Connection, region: string): CodeDeploy {
  const client = new CodeDeployClient(clientConfiguration(connection, 'CodeDeploy', region));
  const send = sdkSend(client, commands);
  return openApi({ service: 'codedeploy', region, send }, codeDeployCalls, connection);
}
