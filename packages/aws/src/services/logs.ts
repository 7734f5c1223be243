import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { CloudWatchLogs } from '@landfall/core/world/aws';
import { type Connection, callerOf, clientConfiguration } from '../connection.ts';

export function openLogs(connection: Connection, region: string): CloudWatchLogs {
  const client = new CloudWatchLogsClient(clientConfiguration(connection, 'CloudWatch Logs', region));
  const call = callerOf(connection, 'logs', region, client);
  return {
    describeLogGroups: call('DescribeLogGroups', 'read', ['logGroups[]'], (input, options) =>
      client.send(new DescribeLogGroupsCommand(input), options),
    ),
    getLogEvents: call('GetLogEvents', 'read', ['events[]', 'nextForwardToken'], (input, options) =>
      client.send(new GetLogEventsCommand(input), options),
    ),
    filterLogEvents: call('FilterLogEvents', 'read', ['events[]'], (input, options) =>
      client.send(new FilterLogEventsCommand(input), options),
    ),
  };
}
