import type { StoredEvent } from './log-groups.ts';

/** The position of a reader in a stream: before or after the event with this timestamp and sequence. */
interface Position {
  readonly timestamp: number;
  readonly sequence: number;
}

interface EventWindow {
  readonly events: readonly StoredEvent[];
  readonly nextForwardToken: string;
  readonly nextBackwardToken: string;
}

interface WindowRequest {
  readonly token?: string;
  readonly fromHead: boolean;
  readonly limit: number;
  /** Inclusive, epoch milliseconds. */
  readonly startTime?: number;
  /** Exclusive. */
  readonly endTime?: number;
}

/** AWS returns at most this many bytes of messages, each event counted with 26 more. */
const mostBytes = 1024 * 1024;

/**
 * GetLogEvents' cursor: both tokens always come; at an end the token that leads on is the very token that was
 * given. A token names an event, so it stays good while events are added. Undefined for a token of another making.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
 */
export function eventWindow(all: readonly StoredEvent[], request: WindowRequest): EventWindow | undefined {
  const inTime = all.filter(
    ({ timestamp }) =>
      (request.startTime === undefined || timestamp >= request.startTime) &&
      (request.endTime === undefined || timestamp < request.endTime),
  );
  const cursor = request.token === undefined ? undefined : readToken(request.token);
  if (request.token !== undefined && !cursor) return undefined;

  const forward = cursor ? cursor.direction === 'f' : request.fromHead;
  const candidates = cursor
    ? inTime.filter((event) => (forward ? compare(event, cursor) > 0 : compare(event, cursor) < 0))
    : inTime;
  const events = forward
    ? fit(candidates, request.limit)
    : fit([...candidates].reverse(), request.limit).reverse();

  const first = events[0];
  const last = events.at(-1);
  // With nothing to show, both tokens keep standing where the reader stands.
  const rest: Position = cursor ?? { timestamp: 0, sequence: -1 };
  return {
    events,
    nextForwardToken: writeToken('f', last ?? rest),
    nextBackwardToken: writeToken('b', first ?? rest),
  };
}

function fit(events: readonly StoredEvent[], limit: number): StoredEvent[] {
  const shown: StoredEvent[] = [];
  let bytes = 0;
  for (const event of events) {
    bytes += Buffer.byteLength(event.message) + 26;
    if (shown.length >= limit || (bytes > mostBytes && shown.length > 0)) break;
    shown.push(event);
  }
  return shown;
}

const compare = (a: Position, b: Position) => a.timestamp - b.timestamp || a.sequence - b.sequence;

/** AWS's tokens are `f/<56 digits>/s`; ours hold timestamp and sequence in the digits. */
const writeToken = (direction: 'f' | 'b', at: Position) =>
  `${direction}/${String(at.timestamp).padStart(28, '0')}${String(at.sequence + 1).padStart(28, '0')}/s`;

function readToken(token: string): (Position & { direction: 'f' | 'b' }) | undefined {
  const parts = /^([fb])\/(\d{28})(\d{28})\/s$/.exec(token);
  if (!parts) return undefined;
  return { direction: parts[1] as 'f' | 'b', timestamp: Number(parts[2]), sequence: Number(parts[3]) - 1 };
}

/** The id an event has in FilterLogEvents. */
export const eventId = (event: Position) =>
  `${String(event.timestamp).padStart(28, '0')}${String(event.sequence).padStart(28, '0')}`;
