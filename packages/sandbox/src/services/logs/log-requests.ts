/** What requests name and bring with them: found and checked, or refused as CloudWatch Logs does. */
import { AwsFault } from '../../protocol/aws-service.ts';
import type { LogGroup, LogGroups, LogStream } from './log-groups.ts';

export const invalid = (message: string) => new AwsFault('InvalidParameterException', message);
export const groupMissing = () =>
  new AwsFault('ResourceNotFoundException', 'The specified log group does not exist.');
export const streamMissing = () =>
  new AwsFault('ResourceNotFoundException', 'The specified log stream does not exist.');

export function checkEvents(events: unknown): { timestamp: number; message: string }[] {
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

export function required(value: unknown, name: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw invalid(
    `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`,
  );
}

export function groupName(value: unknown): string {
  const name = required(value, 'logGroupName');
  if (name.length <= 512 && /^[\w./#-]+$/.test(name)) return name;
  throw invalid(
    `1 validation error detected: Value '${name}' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+`,
  );
}

/** A group's name out of a name, or an ARN with or without `:*`. */
export const plainName = (value: unknown): string | undefined =>
  typeof value === 'string'
    ? value.replace(/^arn:[^:]*:logs:[^:]*:\d+:log-group:/, '').replace(/:\*$/, '')
    : undefined;

// biome-ignore lint/suspicious/noExplicitAny: see Handler
export function findGroup(store: LogGroups, input: any): LogGroup {
  const name = required(plainName(input.logGroupName ?? input.logGroupIdentifier), 'logGroupName');
  const group = store.groups.get(name);
  if (!group) throw groupMissing();
  return group;
}

export function findStream(group: LogGroup, name: unknown): LogStream {
  const stream = group.streams.get(required(name, 'logStreamName'));
  if (!stream) throw streamMissing();
  return stream;
}

export function limitOf(value: unknown, standard: number, most: number): number {
  if (value === undefined) return standard;
  if (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most) return Number(value);
  throw invalid(
    `1 validation error detected: Value '${value}' at 'limit' failed to satisfy constraint: Member must have value between 1 and ${most}`,
  );
}

export const pageOptions = (input: { limit?: unknown; nextToken?: unknown }, most: number) => ({
  limit: limitOf(input.limit, most, most),
  token: input.nextToken,
  invalid: () => invalid('The specified nextToken is invalid.'),
});
