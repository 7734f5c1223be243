import type { GetLogEventsRequest, GetLogEventsResponse } from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, test } from '@jest/globals';
import { LandfallError } from '../errors/landfall-error.ts';
import type { CloudWatchLogs } from '../world/aws.ts';
import { lastLogLines } from './last-log-lines.ts';

const containerDefinition = {
  name: 'app',
  logConfiguration: {
    logDriver: 'awslogs' as const,
    options: {
      'awslogs-group': '/ecs/web',
      'awslogs-stream-prefix': 'web',
      'awslogs-region': 'eu-central-1',
    },
  },
};
const taskArn = 'arn:aws:ecs:eu-west-1:123456789012:task/production/0123';

/** A log whose pages are given newest first. */
const logsWith = (answer: (input: GetLogEventsRequest) => GetLogEventsResponse) => {
  const requests: GetLogEventsRequest[] = [];
  const regions: (string | undefined)[] = [];
  const getLogEvents: CloudWatchLogs['getLogEvents'] = async (input) => {
    requests.push(input);
    return answer(input);
  };
  const logs = async (region?: string) => {
    regions.push(region);
    return { getLogEvents } as CloudWatchLogs;
  };
  return { logs, requests, regions };
};

describe('the last lines of a container', () => {
  test('are read from the end, across an empty page, oldest first, in the region of the log', async () => {
    const pages: Record<string, GetLogEventsResponse> = {
      end: { events: [], nextBackwardToken: 'b/1' },
      'b/1': { events: [{ message: 'two\n' }, { message: 'three\r\nfour' }], nextBackwardToken: 'b/2' },
      'b/2': { events: [{ message: 'zero' }, { message: 'one' }], nextBackwardToken: 'b/2' },
    };
    const { logs, requests, regions } = logsWith(({ nextToken }) => pages[nextToken ?? 'end']!);
    expect(await lastLogLines({ logs, containerDefinition, taskArn, limit: 4 })).toEqual({
      lines: ['one', 'two', 'three', 'four'],
    });
    expect(regions).toEqual(['eu-central-1']);
    expect(requests[0]).toEqual({
      logGroupName: '/ecs/web',
      logStreamName: 'web/app/0123',
      limit: 4,
      startFromHead: false,
    });
    expect(requests.map(({ nextToken }) => nextToken)).toEqual([undefined, 'b/1', 'b/2']);
  });

  test('that may not be read become one sentence with the IAM action', async () => {
    const { logs } = logsWith(() => {
      throw new LandfallError('ACCESS_DENIED', { summary: 'no', facts: { action: 'logs:GetLogEvents' } });
    });
    expect(await lastLogLines({ logs, containerDefinition, taskArn, limit: 4 })).toEqual({
      lines: [],
      note: "The log of group /ecs/web cannot be shown: this job's role lacks logs:GetLogEvents.",
    });
  });

  test('of a container that wrote nothing are none, which is reported', async () => {
    const { logs } = logsWith(() => {
      throw new LandfallError('NOT_FOUND', { summary: 'The specified log stream does not exist.' });
    });
    expect(await lastLogLines({ logs, containerDefinition, taskArn, limit: 4 })).toEqual({
      lines: [],
      note: 'Container "app" wrote no log (/ecs/web, web/app/0123).',
    });
  });

  test('of a container with another driver are not looked for', async () => {
    const { logs, requests } = logsWith(() => ({}));
    const other = { name: 'app', logConfiguration: { logDriver: 'splunk' as const } };
    expect(await lastLogLines({ logs, containerDefinition: other, taskArn, limit: 4 })).toEqual({
      lines: [],
      note: 'Container "app" logs through the splunk driver; its log is not in CloudWatch Logs.',
    });
    expect(requests).toEqual([]);
  });
});
