import type { Clock } from '../world/clock.ts';

interface TimeLimit {
  readonly signal: AbortSignal;
  /** The work is done: the clock no longer has to wake. */
  release(): void;
}

/**
 * A signal that aborts after this many milliseconds; counted from when `after` aborts, where that is given.
 */
export function withinTime(milliseconds: number, clock: Clock, after?: AbortSignal): TimeLimit {
  const limit = new AbortController();
  const done = new AbortController();
  const count = async () => {
    if (clock.sleepReal) await clock.sleepReal(milliseconds, done.signal);
    else await clock.sleep(milliseconds, done.signal);
    if (!done.signal.aborted) limit.abort();
  };
  if (after === undefined || after.aborted) void count();
  else after.addEventListener('abort', () => void count(), { once: true, signal: done.signal });
  return { signal: limit.signal, release: () => done.abort() };
}
