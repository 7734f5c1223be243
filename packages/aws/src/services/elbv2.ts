import {
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ElasticLoadBalancing } from '@landfall/core/world/aws';
import { openApi } from '../call/open-api.ts';
import { elbv2Calls } from '../calls/elbv2.ts';
import { type Connection, clientConfiguration } from '../connection.ts';
import { type Commands, sdkSend } from '../sdk-send.ts';

const commands: Commands<ElasticLoadBalancing> = {
  DescribeTargetGroups: DescribeTargetGroupsCommand,
  DescribeTargetHealth: DescribeTargetHealthCommand,
};

export function openElbv2(connection: Connection, region: string): ElasticLoadBalancing {
  const client = new ElasticLoadBalancingV2Client(
    clientConfiguration(connection, 'Elastic Load Balancing v2', region),
  );
  const send = sdkSend(client, commands);
  return openApi({ service: 'elasticloadbalancing', region, send }, elbv2Calls, connection);
}
