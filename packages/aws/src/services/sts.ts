import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Sts } from '@landfall/core/world/aws';
import { type Connection, callerOf, clientConfiguration } from '../connection.ts';

export function openSts(connection: Connection, region: string): Sts {
  const client = new STSClient(clientConfiguration(connection, 'STS', region));
  const call = callerOf(connection, 'sts', region, client);
  return {
    getCallerIdentity: call('GetCallerIdentity', 'read', ['Account', 'Arn'], (input, options) =>
      client.send(new GetCallerIdentityCommand(input), options),
    ),
  };
}
