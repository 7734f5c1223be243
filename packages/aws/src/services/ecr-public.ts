import { ECRPUBLICClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr-public';
import type { EcrPublic } from '@landfall/core/world/aws';
import { openApi } from '../call/open-api.ts';
import { ecrPublicCalls, ecrPublicRegion as region } from '../calls/ecr-public.ts';
import { type Connection, clientConfiguration } from '../connection.ts';
import { type Commands, sdkSend } from '../sdk-send.ts';

const commands: Commands<EcrPublic> = {
  GetAuthorizationToken: GetAuthorizationTokenCommand,
};

export function openEcrPublic(connection: Connection): EcrPublic {
  const client = new ECRPUBLICClient(clientConfiguration(connection, 'ECR PUBLIC', region));
  const send = sdkSend(client, commands);
  return openApi({ service: 'ecr-public', region, send }, ecrPublicCalls, connection);
}
