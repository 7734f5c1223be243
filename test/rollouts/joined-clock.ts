import type { Clock } from '@landfall/core/world/clock';
import type { VirtualClock } from '@landfall/sandbox/world/clock';

/** Until which time nothing more may happen: a run that is still going then is a defect, not a patience. */
const horizon = 400 * 86_400_000;

interface Sleeper {
  readonly due: number;
  wake(): void;
}

/**
 * The client's clock, made of the sandbox's: whoever sleeps lets the sandbox's time run on, as soon as nobody can
 * do anything else. `note` is told of every sleep, so that a scene can act at a time of its choosing.
 */
export function joinedClock(
  sandbox: VirtualClock,
  random: () => number,
): Clock & { at(time: number, act: () => void): void } {
  const sleepers = new Set<Sleeper>();
  let ticking = false;
  const first = () => {
    let found: Sleeper | undefined;
    for (const sleeper of sleepers) if (!found || sleeper.due < found.due) found = sleeper;
    return found;
  };
  const tick = async () => {
    if (ticking) return;
    ticking = true;
    await new Promise<void>((resolve) => setImmediate(resolve));
    ticking = false;
    const sleeper = first();
    if (!sleeper) return;
    if (sleeper.due > horizon) throw new Error('a rollout slept beyond the horizon of its scene');
    sandbox.advance(Math.max(0, sleeper.due - sandbox.elapsed()));
    sleepers.delete(sleeper);
    sleeper.wake();
    if (sleepers.size > 0) void tick();
  };
  return {
    now: () => sandbox.now(),
    elapsed: () => sandbox.elapsed(),
    random,
    at: (time, act) => void sandbox.after(time, act),
    sleep: (milliseconds, signal) =>
      new Promise<void>((resolve) => {
        if (signal?.aborted) return resolve();
        const sleeper: Sleeper = {
          due: sandbox.elapsed() + Math.max(0, milliseconds),
          wake: () => {
            signal?.removeEventListener('abort', cut);
            resolve();
          },
        };
        const cut = () => {
          sleepers.delete(sleeper);
          sleeper.wake();
        };
        signal?.addEventListener('abort', cut, { once: true });
        sleepers.add(sleeper);
        void tick();
      }),
  };
}
