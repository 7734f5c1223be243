import type { RequestContext } from '../../api/aws-service.ts';
import type { LogGroup, LogStream } from './log-groups.ts';

export const describeGroup = (group: LogGroup, { caller }: RequestContext) => {
  const arn = `arn:${caller.partition}:logs:${caller.region}:${caller.accountId}:log-group:${group.name}`;
  return {
    logGroupName: group.name,
    creationTime: group.creationTime,
    retentionInDays: group.retentionInDays,
    metricFilterCount: 0,
    arn: `${arn}:*`,
    logGroupArn: arn,
    logGroupClass: 'STANDARD',
    storedBytes: [...group.streams.values()].reduce((sum, stream) => sum + bytesOf(stream), 0),
  };
};

export const describeStream = (group: LogGroup, stream: LogStream, { caller }: RequestContext) => ({
  logStreamName: stream.name,
  creationTime: stream.creationTime,
  firstEventTimestamp: stream.events[0]?.timestamp,
  lastEventTimestamp: stream.events.at(-1)?.timestamp,
  lastIngestionTime: stream.events.at(-1)?.ingestionTime,
  uploadSequenceToken: String(stream.events.length).padStart(56, '0'),
  arn: `arn:${caller.partition}:logs:${caller.region}:${caller.accountId}:log-group:${group.name}:log-stream:${stream.name}`,
  storedBytes: 0,
});

const bytesOf = (stream: LogStream) =>
  stream.events.reduce((sum, event) => sum + Buffer.byteLength(event.message) + 26, 0);
