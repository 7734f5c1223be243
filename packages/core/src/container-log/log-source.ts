import { asLandfallError } from '../errors/as-landfall-error.ts';
import { isLandfallError } from '../errors/landfall-error.ts';
import type { CallOptions, CloudWatchLogs } from '../world/aws.ts';
import type { LogStream } from './log-destination.ts';

/** Reads what is new in a stream since the last time: no event twice, none omitted. */
export interface LogSource {
  /** The next messages; `more` when another read would bring more at once. NOT_FOUND while there is no stream. */
  read(options: CallOptions): Promise<{ readonly messages: readonly string[]; readonly more: boolean }>;
}

/** By GetLogEvents; by FilterLogEvents from the first time that GetLogEvents is denied. */
export function logSource(logs: CloudWatchLogs, at: LogStream): LogSource {
  let source = byForwardToken(logs, at);
  let fallen = false;
  return {
    async read(options) {
      try {
        return await source.read(options);
      } catch (error) {
        if (fallen || !isLandfallError(error, 'ACCESS_DENIED')) throw error;
        fallen = true;
        source = byFilter(logs, at);
        try {
          return await source.read(options);
        } catch (second) {
          // Both are denied: the better way is the one to ask for.
          throw isLandfallError(second, 'ACCESS_DENIED') ? error : second;
        }
      }
    },
  };
}

/** From the head; the end is where the forward token no longer moves (CloudWatch Logs API, GetLogEvents). */
function byForwardToken(logs: CloudWatchLogs, { group, stream }: LogStream): LogSource {
  let token: string | undefined;
  return {
    async read(options) {
      const answer = await logs.getLogEvents(
        {
          logGroupName: group,
          logStreamName: stream,
          startFromHead: true,
          ...(token !== undefined && { nextToken: token }),
        },
        options,
      );
      const more = answer.nextForwardToken !== token;
      token = answer.nextForwardToken ?? token;
      return { messages: (answer.events ?? []).map(({ message }) => message ?? ''), more };
    },
  };
}

/** An event may come in after a younger one; so far back we look again, and tell events by their id. */
const overlap = 30_000;

function byFilter(logs: CloudWatchLogs, { group, stream }: LogStream): LogSource {
  const seen = new Map<string, number>();
  let newest = 0;
  let token: string | undefined;
  return {
    async read(options) {
      const answer = await logs.filterLogEvents(
        {
          logGroupName: group,
          logStreamNames: [stream],
          startTime: Math.max(0, newest - overlap),
          ...(token !== undefined && { nextToken: token }),
        },
        options,
      );
      const fresh = (answer.events ?? []).filter(({ eventId }) => !seen.has(eventId ?? ''));
      for (const { eventId, timestamp } of fresh) seen.set(eventId ?? '', timestamp ?? 0);
      token = answer.nextToken;
      // The window moves only between whole passes: a token belongs to the window it was given for.
      if (token === undefined) {
        newest = Math.max(newest, ...seen.values());
        for (const [id, time] of seen) if (time < newest - overlap) seen.delete(id);
      }
      return { messages: fresh.map(({ message }) => message ?? ''), more: token !== undefined };
    },
  };
}

/** One sentence for a log that cannot be read. It names the IAM action where one is missing. */
export function logProblem(thrown: unknown, group: string): string {
  const error = asLandfallError(thrown);
  if (error.code !== 'ACCESS_DENIED') return `The log of group ${group} could not be read: ${error.summary}`;
  const action = error.facts.action ?? error.facts.operation ?? 'logs:GetLogEvents';
  return `The log of group ${group} cannot be shown: this job's role lacks ${action}.`;
}
