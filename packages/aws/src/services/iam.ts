import { GetRoleCommand, IAMClient, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import type { Iam } from '@landfall/core/world/aws';
import { openApi } from '../call/open-api.ts';
import { iamCalls } from '../calls/iam.ts';
import { type Connection, clientConfiguration } from '../connection.ts';
import { type Commands, sdkSend } from '../sdk-send.ts';

const commands: Commands<Iam> = {
  GetRole: GetRoleCommand,
  SimulatePrincipalPolicy: SimulatePrincipalPolicyCommand,
};

/** IAM is global: the region only tells the partition. */
export function openIam(connection: Connection, region: string): Iam {
  const client = new IAMClient(clientConfiguration(connection, 'IAM', region));
  const send = sdkSend(client, commands);
  return openApi({ service: 'iam', region, send }, iamCalls, connection);
}
