import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { SecretsManager } from '@landfall/core/world/aws';
import { type Connection, callerOf, clientConfiguration } from '../connection.ts';

export function openSecretsManager(connection: Connection, region: string): SecretsManager {
  const client = new SecretsManagerClient(clientConfiguration(connection, 'Secrets Manager', region));
  const call = callerOf(connection, 'secretsmanager', region, client);
  return {
    getSecretValue: call('GetSecretValue', 'read', ['ARN'], (input, options) =>
      client.send(new GetSecretValueCommand(input), options),
    ),
    describeSecret: call('DescribeSecret', 'read', ['ARN'], (input, options) =>
      client.send(new DescribeSecretCommand(input), options),
    ),
  };
}
