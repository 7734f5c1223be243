import { DescribeParametersCommand, GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { Ssm } from '@landfall/core/world/aws';
import { openApi } from '../call/open-api.ts';
import { ssmCalls } from '../calls/ssm.ts';
import { type Connection, clientConfiguration } from '../connection.ts';
import { type Commands, sdkSend } from '../sdk-send.ts';

const commands: Commands<Ssm> = {
  GetParameters: GetParametersCommand,
  DescribeParameters: DescribeParametersCommand,
};

export function openSsm(connection: Connection, region: string): Ssm {
  const client = new SSMClient(clientConfiguration(connection, 'SSM', region));
  const send = sdkSend(client, commands);
  return openApi({ service: 'ssm', region, send }, ssmCalls, connection);
}
