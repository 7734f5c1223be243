import { GetRoleCommand, IAMClient, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import type { Iam } from '@landfall/core/world/aws';
import { type Connection, callerOf, clientConfiguration } from '../connection.ts';

/** IAM is global: the region only tells the partition. */
export function openIam(connection: Connection, region: string): Iam {
  const client = new IAMClient(clientConfiguration(connection, 'IAM', region));
  const call = callerOf(connection, 'iam', region, client);
  return {
    getRole: call('GetRole', 'read', ['Role{}'], (input, options) =>
      client.send(new GetRoleCommand(input), options),
    ),
    simulatePrincipalPolicy: call(
      'SimulatePrincipalPolicy',
      'read',
      ['EvaluationResults[]'],
      (input, options) => client.send(new SimulatePrincipalPolicyCommand(input), options),
      // Its rate limit is low and nothing depends on the answer.
      { attempts: 4 },
    ),
  };
}
