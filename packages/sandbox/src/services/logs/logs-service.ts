import { AwsFault, type AwsService } from '../../api/aws-service.ts';
import { handlersOf, type OperationOf } from '../../api/handlers.ts';
import { page } from '../../api/page.ts';
import { eventWindow } from './event-window.ts';
import { filterEvents } from './filter-events.ts';
import type { LogGroups, LogStream } from './log-groups.ts';
import {
  checkEvents,
  findGroup,
  findStream,
  groupMissing,
  invalid,
  pageOptions,
  plainName,
  required,
  streamMissing,
} from './log-requests.ts';
import { describeGroup, describeStream } from './log-views.ts';

type Operation = OperationOf<LogGroups>;

const CreateLogGroup: Operation = (store, input) => {
  const name: string = input.logGroupName;
  if (store.hasGroup(name)) {
    throw new AwsFault('ResourceAlreadyExistsException', 'The specified log group already exists');
  }
  store.createGroup(name);
};

const DeleteLogGroup: Operation = (store, input) => {
  if (!store.remove(input.logGroupName)) throw groupMissing();
};

const PutRetentionPolicy: Operation = (store, input) => {
  store.setRetention(findGroup(store, input).name, Number(input.retentionInDays));
};

const DeleteRetentionPolicy: Operation = (store, input) => {
  store.setRetention(findGroup(store, input).name, undefined);
};

const CreateLogStream: Operation = (store, input) => {
  const group = findGroup(store, input);
  const name = required(input.logStreamName, 'logStreamName');
  if (group.streams.has(name)) {
    throw new AwsFault('ResourceAlreadyExistsException', 'The specified log stream already exists');
  }
  store.createStream(group.name, name);
};

const DeleteLogStream: Operation = (store, input) => {
  const group = findGroup(store, input);
  if (!store.removeStream(group.name, required(input.logStreamName, 'logStreamName'))) throw streamMissing();
};

const PutLogEvents: Operation = (store, input) => {
  const group = findGroup(store, input);
  const stream = findStream(group, input.logStreamName);
  store.put(group.name, stream.name, checkEvents(input.logEvents));
  // Sequence tokens are no longer checked by AWS, and one is still answered.
  return { nextSequenceToken: String(stream.events.length).padStart(56, '0') };
};

const GetLogEvents: Operation = (store, input) => {
  const group = findGroup(store, input);
  const stream = findStream(group, input.logStreamName);
  const window = eventWindow(stream.events, {
    ...(input.nextToken === undefined ? {} : { token: String(input.nextToken) }),
    ...(input.startTime === undefined ? {} : { startTime: Number(input.startTime) }),
    ...(input.endTime === undefined ? {} : { endTime: Number(input.endTime) }),
    fromHead: input.startFromHead === true,
    limit: input.limit ?? 10_000,
  });
  if (!window) throw invalid('The specified nextToken is invalid.');
  return {
    events: window.events.map(({ timestamp, message, ingestionTime }) => ({
      timestamp,
      message,
      ingestionTime,
    })),
    nextForwardToken: window.nextForwardToken,
    nextBackwardToken: window.nextBackwardToken,
  };
};

const FilterLogEvents: Operation = (store, input) => filterEvents(findGroup(store, input), input);

const DescribeLogGroups: Operation = (store, input, context) => {
  const prefix = String(input.logGroupNamePrefix ?? '');
  const part = String(input.logGroupNamePattern ?? '').toLowerCase();
  if (prefix && part)
    throw invalid('LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.');
  const groups = [...store.groups.values()]
    .filter(({ name }) => name.startsWith(prefix) && name.toLowerCase().includes(part))
    .sort(byName);
  const shown = page(groups, ({ name }) => name, pageOptions(input, 50));
  return {
    logGroups: shown.items.map((group) => describeGroup(group, context)),
    nextToken: shown.nextToken,
  };
};

const DescribeLogStreams: Operation = (store, input, context) => {
  const group = findGroup(store, input);
  const prefix = String(input.logStreamNamePrefix ?? '');
  const byTime = input.orderBy === 'LastEventTime';
  if (byTime && prefix) throw invalid('Cannot order by LastEventTime with a logStreamNamePrefix.');
  const key = (stream: LogStream) =>
    byTime ? `${String(stream.events.at(-1)?.timestamp ?? 0).padStart(20, '0')} ${stream.name}` : stream.name;
  const streams = [...group.streams.values()]
    .filter(({ name }) => name.startsWith(prefix))
    .sort((a, b) => compareText(key(a), key(b)) * (input.descending === true ? -1 : 1));
  const shown = page(streams, key, { ...pageOptions(input, 50), descending: input.descending === true });
  return {
    logStreams: shown.items.map((stream) => describeStream(group, stream, context)),
    nextToken: shown.nextToken,
  };
};

/** CloudWatch Logs, as far as a pipeline reads and writes it. Times are epoch milliseconds throughout. */
export function createLogsService(store: LogGroups): AwsService {
  const handlers = handlersOf(store, {
    CreateLogGroup,
    DeleteLogGroup,
    PutRetentionPolicy,
    DeleteRetentionPolicy,
    CreateLogStream,
    DeleteLogStream,
    PutLogEvents,
    GetLogEvents,
    FilterLogEvents,
    DescribeLogGroups,
    DescribeLogStreams,
  });
  return {
    handlers,
    authorize(_operation, input, { caller }) {
      // IAM asks about a stream even where the request names none, or no group: `log-group::log-stream:`.
      const group = plainName(input.logGroupName ?? input.logGroupIdentifier) ?? '';
      const root = `arn:${caller.partition}:logs:${caller.region}:${caller.accountId}:log-group:`;
      return { resources: [`${root}${group}:log-stream:${input.logStreamName ?? ''}`] };
    },
    save: () => store.save(),
    restore: (state) => store.restore(state),
  };
}

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const byName = (a: { name: string }, b: { name: string }) => compareText(a.name, b.name);
