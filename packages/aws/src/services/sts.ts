import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Sts } from '@landfall/core/world/aws';
import { openApi } from '../call/open-api.ts';
import { stsCalls } from '../calls/sts.ts';
import { type Connection, clientConfiguration } from '../connection.ts';
import { type Commands, sdkSend } from '../sdk-send.ts';

const commands: Commands<Sts> = {
  GetCallerIdentity: GetCallerIdentityCommand,
};

export function openSts(connection: Connection, region: string): Sts {
  const client = new STSClient(clientConfiguration(connection, 'STS', region));
  const send = sdkSend(client, commands);
  return openApi({ service: 'sts', region, send }, stsCalls, connection);
}
