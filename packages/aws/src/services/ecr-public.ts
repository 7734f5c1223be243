import { ECRPUBLICClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr-public';
import type { EcrPublic } from '@landfall/core/world/aws';
import { type Connection, callerOf, clientConfiguration } from '../connection.ts';

/** ECR Public answers in this region only. */
const region = 'us-east-1';

export function openEcrPublic(connection: Connection): EcrPublic {
  const client = new ECRPUBLICClient(clientConfiguration(connection, 'ECR PUBLIC', region));
  const call = callerOf(connection, 'ecr-public', region, client);
  return {
    getAuthorizationToken: call(
      'GetAuthorizationToken',
      'read',
      ['authorizationData.authorizationToken'],
      (input, options) => client.send(new GetAuthorizationTokenCommand(input), options),
      { attempts: 4 },
    ),
  };
}
