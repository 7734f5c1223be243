import type { Clock } from '../world/clock.ts';

/** Time that moves only when it is told to: a number, or the sandbox's in this process or over HTTP. */
interface VirtualTime {
  now(): number;
  elapsed(): number;
  /** Moves to a moment of `elapsed`. False: time no longer moves. */
  moveTo(moment: number): boolean | Promise<boolean>;
}

export interface VirtualClock extends Clock {
  /** Moves time, waking the sleepers that fall due in order and letting each continue before the next wakes. */
  advance(milliseconds: number): Promise<void>;
  /** How many are asleep. */
  readonly sleepers: number;
}

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

/** Moments that crossed a wire as text: a sleeper must not be left for a rounding error. */
const rounding = 0.001;

/**
 * A clock on virtual time. Any number may sleep at once, as they would in real time: when nothing else can run, time
 * moves to the first who is due, and no one waits.
 */
export function clockOn(
  time: VirtualTime,
  options: {
    /** Resolves when every promise that can settle has settled. */
    readonly idle: () => Promise<void>;
    readonly random: () => number;
    /** False: only `advance` moves time. */
    readonly auto?: boolean;
  },
): VirtualClock {
  const { idle, random, auto = true } = options;
  const sleepers = new Set<Sleeper>();
  let moving = false;

  const firstDue = () => {
    let first = Number.POSITIVE_INFINITY;
    for (const { due } of sleepers) first = Math.min(first, due);
    return first;
  };
  /** Wakes those who are due at the first moment up to `until`. */
  const wakeNext = async (until: number): Promise<boolean> => {
    await idle();
    const first = firstDue();
    if (sleepers.size === 0 || first > until || !(await time.moveTo(first))) return false;
    for (const sleeper of [...sleepers]) if (sleeper.due <= time.elapsed() + rounding) sleeper.wake();
    return true;
  };
  const move = async () => {
    if (moving) return;
    moving = true;
    while (await wakeNext(Number.POSITIVE_INFINITY));
    moving = false;
  };

  return {
    now: time.now,
    elapsed: time.elapsed,
    random,
    get sleepers() {
      return sleepers.size;
    },
    sleep: (milliseconds, signal) =>
      new Promise<void>((resolve) => {
        if (signal?.aborted) return resolve();
        const wake = () => {
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        const sleeper = { due: time.elapsed() + Math.max(0, milliseconds), wake };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', wake, { once: true });
        if (auto) void move();
      }),
    async advance(milliseconds) {
      const until = time.elapsed() + milliseconds;
      while (await wakeNext(until));
      await time.moveTo(until);
    },
  };
}
