import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { Ssm } from '@landfall/core/world/aws';
import { type Connection, callerOf, clientConfiguration } from '../connection.ts';

export function openSsm(connection: Connection, region: string): Ssm {
  const client = new SSMClient(clientConfiguration(connection, 'SSM', region));
  const call = callerOf(connection, 'ssm', region, client);
  return {
    // InvalidParameters is left out when there are none; Parameters may be too when all are invalid.
    getParameters: call('GetParameters', 'read', [], (input, options) =>
      client.send(new GetParametersCommand(input), options),
    ),
  };
}
