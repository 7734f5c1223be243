import type { OutputLogEvent } from '@aws-sdk/client-cloudwatch-logs';
import { isLandfallError } from '../errors/landfall-error.ts';
import type { Aws, CallOptions } from '../world/aws.ts';
import { type LoggedContainer, logDestination } from './log-destination.ts';
import { logProblem } from './log-source.ts';

/** The stream may answer with empty pages although there is more; this bounds how far back we look. */
const mostPages = 4;
const longestLine = 2000;

export interface LastLogLines {
  /** Oldest first, at most `limit`. Untrusted text. */
  readonly lines: readonly string[];
  /** Why there are none or not all: a full sentence, naming the IAM action when one is missing. */
  readonly note?: string;
}

/** The last words of a container, for a failure report. Best effort: it never throws, it says what it could not do. */
export async function lastLogLines(wanted: {
  readonly logs: Aws['logs'];
  readonly containerDefinition: LoggedContainer;
  readonly taskArn: string;
  readonly limit: number;
  /** For a container whose driver has no stream prefix. */
  readonly runtimeId?: string | undefined;
  /** The options of each call. */
  readonly calls?: (() => CallOptions) | undefined;
}): Promise<LastLogLines> {
  const { containerDefinition: container, limit } = wanted;
  const destination = logDestination(container, wanted.taskArn, wanted.runtimeId);
  if (destination.kind === 'elsewhere')
    return { lines: [], note: `Container "${container.name}" ${destination.note}.` };
  const { group, stream, region } = destination.at;
  let lines: string[] = [];
  try {
    const logs = await wanted.logs(region);
    let token: string | undefined;
    for (let page = 0; page < mostPages && lines.length < limit; page += 1) {
      const answer = await logs.getLogEvents(
        {
          logGroupName: group,
          logStreamName: stream,
          limit: Math.min(limit, 10_000),
          startFromHead: false,
          ...(token !== undefined && { nextToken: token }),
        },
        wanted.calls?.(),
      );
      lines = [...linesOf(answer.events ?? []), ...lines].slice(-limit);
      if (answer.nextBackwardToken === undefined || answer.nextBackwardToken === token) break;
      token = answer.nextBackwardToken;
    }
  } catch (thrown) {
    if (isLandfallError(thrown, 'NOT_FOUND'))
      return { lines, note: `Container "${container.name}" wrote no log (${group}, ${stream}).` };
    return { lines, note: logProblem(thrown, group) };
  }
  return lines.length > 0
    ? { lines }
    : { lines, note: `Container "${container.name}" wrote no log (${group}, ${stream}).` };
}

const linesOf = (events: readonly OutputLogEvent[]): string[] =>
  events
    .flatMap(({ message }) => (message ?? '').replace(/\s+$/, '').split(/\r\n|[\r\n]/))
    .map((line) => (line.length > longestLine ? `${line.slice(0, longestLine)}…` : line));
