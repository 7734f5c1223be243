/** What requests name and bring with them: found and checked, or refused as CloudWatch Logs does. */
import { AwsFault } from '../../api/aws-service.ts';
import type { LogGroup, LogGroups, LogStream } from './log-groups.ts';

export const invalid = (message: string) => new AwsFault('InvalidParameterException', message);
export const groupMissing = () =>
  new AwsFault('ResourceNotFoundException', 'The specified log group does not exist.');
export const streamMissing = () =>
  new AwsFault('ResourceNotFoundException', 'The specified log stream does not exist.');

export function checkEvents(events: readonly { timestamp: number; message: string }[]) {
  let previous = 0;
  for (const event of events) {
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

export const pageOptions = (input: { limit?: number; nextToken?: unknown }, most: number) => ({
  limit: input.limit ?? most,
  token: input.nextToken,
  invalid: () => invalid('The specified nextToken is invalid.'),
});
