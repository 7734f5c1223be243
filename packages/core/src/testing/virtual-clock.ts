import type { Clock } from '../world/clock.ts';

export interface VirtualClock extends Clock {
  /** Moves time, settling the sleepers that fall due in order and letting each go on before the next wakes. */
  advance(milliseconds: number): Promise<void>;
  /** How many are asleep. */
  readonly sleepers: number;
}

export interface VirtualClockOptions {
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

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

/** A clock that moves only by `sleep` or `advance`. A test on it waits for nothing. */
export function virtualClock(options: VirtualClockOptions = {}): VirtualClock {
  const start = options.start ?? Date.UTC(2030, 0, 1);
  const sleepers = new Set<Sleeper>();
  let elapsed = 0;
  let ticking = false;

  const next = () => {
    let first: Sleeper | undefined;
    for (const sleeper of sleepers) if (!first || sleeper.due < first.due) first = sleeper;
    return first;
  };
  const wake = (sleeper: Sleeper) => {
    elapsed = Math.max(elapsed, sleeper.due);
    sleeper.wake();
  };
  const tick = async () => {
    if (ticking) return;
    ticking = true;
    await idle();
    ticking = false;
    const sleeper = next();
    if (!sleeper) return;
    wake(sleeper);
    if (sleepers.size > 0) void tick();
  };

  return {
    now: () => start + elapsed,
    elapsed: () => elapsed,
    random: options.random ?? (() => 0.5),
    get sleepers() {
      return sleepers.size;
    },
    sleep: (milliseconds, signal) =>
      new Promise<void>((resolve) => {
        if (signal?.aborted) return resolve();
        const settle = () => {
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', settle);
          resolve();
        };
        const sleeper = { due: elapsed + Math.max(0, milliseconds), wake: settle };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', settle, { once: true });
        if (options.auto !== false) void tick();
      }),
    async advance(milliseconds) {
      const until = elapsed + milliseconds;
      await idle();
      for (let sleeper = next(); sleeper && sleeper.due <= until; sleeper = next()) {
        wake(sleeper);
        await idle();
      }
      elapsed = Math.max(elapsed, until);
    },
  };
}

/** After every promise that can settle has settled. */
const idle = () => new Promise<void>((resolve) => setImmediate(resolve));
