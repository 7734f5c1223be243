import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { SecretsManager } from '@landfall/core/world/aws';
import { openApi } from '../call/open-api.ts';
import { secretsManagerCalls } from '../calls/secrets-manager.ts';
import { type Connection, clientConfiguration } from '../connection.ts';
import { type Commands, sdkSend } from '../sdk-send.ts';

const commands: Commands<SecretsManager> = {
  GetSecretValue: GetSecretValueCommand,
  DescribeSecret: DescribeSecretCommand,
  ListSecretVersionIds: ListSecretVersionIdsCommand,
};

export function openSecretsManager(connection: Connection, region: string): SecretsManager {
  const client = new SecretsManagerClient(clientConfiguration(connection, 'Secrets Manager', region));
  const send = sdkSend(client, commands);
  return openApi({ service: 'secretsmanager', region, send }, secretsManagerCalls, connection);
}
