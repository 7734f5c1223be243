import type { Clock } from '@landfall/core/world/clock';
import type { VirtualClock } from './clock.ts';

/**
 * The sandbox's virtual time for a program in the same process: when everything that could run has run and only
 * sleepers are left, time moves to the first of them. So any number of tasks may sleep at once, as they would in
 * real time, and nobody waits.
 */
export function drivenClock(clock: VirtualClock): Clock {
  let sleepers: number[] = [];
  let pumping = false;
  const pump = () => {
    // On a clock that was closed nobody is woken any longer.
    if (sleepers.length === 0 || clock.next() === undefined) {
      pumping = false;
      return;
    }
    clock.advanceTo(Math.min(...sleepers));
    setImmediate(pump);
  };
  return {
    now: clock.now,
    elapsed: clock.elapsed,
    random: clock.random,
    async sleep(milliseconds, signal) {
      if (signal?.aborted) return;
      const wake = clock.now() + Math.max(0, milliseconds);
      sleepers.push(wake);
      if (!pumping) {
        pumping = true;
        // After the promises of this turn: another task may be about to do something first.
        setImmediate(pump);
      }
      await clock.sleep(milliseconds, signal);
      const at = sleepers.indexOf(wake);
      sleepers = sleepers.filter((_, index) => index !== at);
    },
  };
}
