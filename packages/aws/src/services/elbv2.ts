import {
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ElasticLoadBalancing } from '@landfall/core/world/aws';
import { type Connection, callerOf, clientConfiguration } from '../connection.ts';

export function openElbv2(connection: Connection, region: string): ElasticLoadBalancing {
  const client = new ElasticLoadBalancingV2Client(
    clientConfiguration(connection, 'Elastic Load Balancing v2', region),
  );
  const call = callerOf(connection, 'elasticloadbalancing', region, client);
  return {
    describeTargetGroups: call('DescribeTargetGroups', 'read', ['TargetGroups[]'], (input, options) =>
      client.send(new DescribeTargetGroupsCommand(input), options),
    ),
    describeTargetHealth: call(
      'DescribeTargetHealth',
      'read',
      ['TargetHealthDescriptions[]'],
      (input, options) => client.send(new DescribeTargetHealthCommand(input), options),
    ),
  };
}
