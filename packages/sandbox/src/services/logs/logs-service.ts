import { AwsFault, type AwsService, type Handler, type RequestContext } from '../../protocol/aws-service.ts';
import { page } from '../../protocol/page.ts';
import { eventId, eventWindow } from './event-window.ts';
import { compileFilter } from './filter-pattern.ts';
import type { LogGroup, LogGroups, LogStream, StoredEvent } from './log-groups.ts';

const invalid = (message: string) => new AwsFault('InvalidParameterException', message);
const groupMissing = () =>
  new AwsFault('ResourceNotFoundException', 'The specified log group does not exist.');
const streamMissing = () =>
  new AwsFault('ResourceNotFoundException', 'The specified log stream does not exist.');

/** CloudWatch Logs, as far as a pipeline reads and writes it. Times are epoch milliseconds throughout. */
export function createLogsService(store: LogGroups): AwsService {
  const handlers: Record<string, Handler> = {
    CreateLogGroup(input) {
      const name = groupName(input.logGroupName);
      if (store.hasGroup(name)) {
        throw new AwsFault('ResourceAlreadyExistsException', 'The specified log group already exists');
      }
      store.createGroup(name);
    },
    DeleteLogGroup(input) {
      if (!store.remove(groupName(input.logGroupName))) throw groupMissing();
    },
    PutRetentionPolicy(input) {
      store.setRetention(findGroup(store, input).name, Number(input.retentionInDays));
    },
    DeleteRetentionPolicy(input) {
      store.setRetention(findGroup(store, input).name, undefined);
    },
    CreateLogStream(input) {
      const group = findGroup(store, input);
      const name = required(input.logStreamName, 'logStreamName');
      if (group.streams.has(name)) {
        throw new AwsFault('ResourceAlreadyExistsException', 'The specified log stream already exists');
      }
      store.createStream(group.name, name);
    },
    DeleteLogStream(input) {
      const group = findGroup(store, input);
      if (!store.removeStream(group.name, required(input.logStreamName, 'logStreamName')))
        throw streamMissing();
    },
    PutLogEvents(input) {
      const group = findGroup(store, input);
      const stream = findStream(group, input.logStreamName);
      store.put(group.name, stream.name, checkEvents(input.logEvents));
      // Sequence tokens are no longer checked by AWS, and one is still answered.
      return { nextSequenceToken: String(stream.events.length).padStart(56, '0') };
    },
    GetLogEvents(input) {
      const group = findGroup(store, input);
      const stream = findStream(group, input.logStreamName);
      const window = eventWindow(stream.events, {
        ...(input.nextToken === undefined ? {} : { token: String(input.nextToken) }),
        ...(input.startTime === undefined ? {} : { startTime: Number(input.startTime) }),
        ...(input.endTime === undefined ? {} : { endTime: Number(input.endTime) }),
        fromHead: input.startFromHead === true,
        limit: limitOf(input.limit, 10_000, 10_000),
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
    },
    FilterLogEvents: (input) => filterEvents(findGroup(store, input), input),
    DescribeLogGroups(input, context) {
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
    },
    DescribeLogStreams(input, context) {
      const group = findGroup(store, input);
      const prefix = String(input.logStreamNamePrefix ?? '');
      const byTime = input.orderBy === 'LastEventTime';
      if (byTime && prefix) throw invalid('Cannot order by LastEventTime with a logStreamNamePrefix.');
      const key = (stream: LogStream) =>
        byTime
          ? `${String(stream.events.at(-1)?.timestamp ?? 0).padStart(20, '0')} ${stream.name}`
          : stream.name;
      const streams = [...group.streams.values()]
        .filter(({ name }) => name.startsWith(prefix))
        .sort((a, b) => compareText(key(a), key(b)) * (input.descending === true ? -1 : 1));
      const shown = page(streams, key, { ...pageOptions(input, 50), descending: input.descending === true });
      return {
        logStreams: shown.items.map((stream) => describeStream(group, stream, context)),
        nextToken: shown.nextToken,
      };
    },
  };

  return {
    name: 'logs',
    protocol: 'json-1.1',
    targetPrefix: 'Logs_20140328',
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

// biome-ignore lint/suspicious/noExplicitAny: see Handler
function filterEvents(group: LogGroup, input: any) {
  const names: string[] | undefined = input.logStreamNames;
  const prefix = input.logStreamNamePrefix;
  if (names && prefix !== undefined) {
    throw invalid('Cannot specify both logStreamNames and logStreamNamePrefix.');
  }
  if (names && names.length > 100) {
    throw invalid(
      "1 validation error detected: Value at 'logStreamNames' failed to satisfy constraint: Member must have length less than or equal to 100",
    );
  }
  for (const name of names ?? []) findStream(group, name);
  const wanted = compileFilter(String(input.filterPattern ?? ''));
  if (!wanted) throw invalid('Invalid filter pattern: the sandbox understands patterns of words only.');
  const found: { stream: string; event: StoredEvent }[] = [];
  for (const stream of group.streams.values()) {
    if (names ? !names.includes(stream.name) : !stream.name.startsWith(String(prefix ?? ''))) continue;
    for (const event of stream.events) {
      if (input.startTime !== undefined && event.timestamp < Number(input.startTime)) continue;
      // Unlike GetLogEvents, the end is inclusive here.
      if (input.endTime !== undefined && event.timestamp > Number(input.endTime)) continue;
      if (wanted(event.message)) found.push({ stream: stream.name, event });
    }
  }
  found.sort((a, b) => a.event.timestamp - b.event.timestamp || a.event.sequence - b.event.sequence);
  const shown = page(found, ({ event }) => eventId(event), pageOptions(input, 10_000));
  return {
    events: shown.items.map(({ stream, event }) => ({
      logStreamName: stream,
      timestamp: event.timestamp,
      message: event.message,
      ingestionTime: event.ingestionTime,
      eventId: eventId(event),
    })),
    searchedLogStreams: [],
    nextToken: shown.nextToken,
  };
}

const describeGroup = (group: LogGroup, { caller }: RequestContext) => {
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

const describeStream = (group: LogGroup, stream: LogStream, { caller }: RequestContext) => ({
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

function checkEvents(events: unknown): { timestamp: number; message: string }[] {
  if (!Array.isArray(events) || events.length === 0 || events.length > 10_000) {
    throw invalid(
      "1 validation error detected: Value at 'logEvents' failed to satisfy constraint: Member must have length between 1 and 10000",
    );
  }
  let previous = 0;
  for (const event of events) {
    if (typeof event?.message !== 'string' || event.message === '' || !Number.isInteger(event.timestamp)) {
      throw invalid(
        'A log event has an integer timestamp in milliseconds and a message of at least one character.',
      );
    }
    if (event.timestamp < previous) {
      throw invalid('Log events in a single PutLogEvents request must be in chronological order.');
    }
    previous = event.timestamp;
  }
  return events;
}

function required(value: unknown, name: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw invalid(
    `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`,
  );
}

function groupName(value: unknown): string {
  const name = required(value, 'logGroupName');
  if (name.length <= 512 && /^[\w./#-]+$/.test(name)) return name;
  throw invalid(
    `1 validation error detected: Value '${name}' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+`,
  );
}

/** A group's name out of a name, or an ARN with or without `:*`. */
const plainName = (value: unknown): string | undefined =>
  typeof value === 'string'
    ? value.replace(/^arn:[^:]*:logs:[^:]*:\d+:log-group:/, '').replace(/:\*$/, '')
    : undefined;

// biome-ignore lint/suspicious/noExplicitAny: see Handler
function findGroup(store: LogGroups, input: any): LogGroup {
  const name = required(plainName(input.logGroupName ?? input.logGroupIdentifier), 'logGroupName');
  const group = store.groups.get(name);
  if (!group) throw groupMissing();
  return group;
}

function findStream(group: LogGroup, name: unknown): LogStream {
  const stream = group.streams.get(required(name, 'logStreamName'));
  if (!stream) throw streamMissing();
  return stream;
}

function limitOf(value: unknown, standard: number, most: number): number {
  if (value === undefined) return standard;
  if (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most) return Number(value);
  throw invalid(
    `1 validation error detected: Value '${value}' at 'limit' failed to satisfy constraint: Member must have value between 1 and ${most}`,
  );
}

const pageOptions = (input: { limit?: unknown; nextToken?: unknown }, most: number) => ({
  limit: limitOf(input.limit, most, most),
  token: input.nextToken,
  invalid: () => invalid('The specified nextToken is invalid.'),
});

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const byName = (a: { name: string }, b: { name: string }) => compareText(a.name, b.name);
