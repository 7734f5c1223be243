import { clockOn, type VirtualClock } from '../time/virtual-clock.ts';

export type { VirtualClock } from '../time/virtual-clock.ts';

interface VirtualClockOptions {
  /** Wall time at the start. Default 2030-01-01T00:00:00Z. */
  readonly start?: number;
  /**
   * Whether a sleep moves time by itself, as soon as nothing else can run. Default true. With false only
   * `advance` moves it.
   */
  readonly auto?: boolean;
  /** Default: always 0.5. */
  readonly random?: () => number;
}

/** A clock that moves only by `sleep` or `advance`. A test on it waits for nothing. */
export function virtualClock(options: VirtualClockOptions = {}): VirtualClock {
  const { start = Date.UTC(2030, 0, 1), auto = true, random = () => 0.5 } = options;
  let elapsed = 0;
  return clockOn(
    {
      now: () => start + elapsed,
      elapsed: () => elapsed,
      moveTo(moment) {
        elapsed = Math.max(elapsed, moment);
        return true;
      },
    },
    { idle: () => new Promise(setImmediate), random, auto },
  );
}
