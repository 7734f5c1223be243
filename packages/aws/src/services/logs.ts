import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { CloudWatchLogs } from '@landfall/core/world/aws';
import { openApi } from '../call/open-api.ts';
import { logsCalls } from '../calls/logs.ts';
import { type Connection, clientConfiguration } from '../connection.ts';
import { type Commands, sdkSend } from '../sdk-send.ts';

const commands: Commands<CloudWatchLogs> = {
  DescribeLogGroups: DescribeLogGroupsCommand,
  GetLogEvents: GetLogEventsCommand,
  FilterLogEvents: FilterLogEventsCommand,
};

export function openLogs(connection: Connection, region: string): CloudWatchLogs {
  const client = new CloudWatchLogsClient(clientConfiguration(connection, 'CloudWatch Logs', region));
  const send = sdkSend(client, commands);
  return openApi({ service: 'logs', region, send }, logsCalls, connection);
}
