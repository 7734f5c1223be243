import { clockOn } from '@landfall/core/time/virtual-clock';
import type { Clock } from '@landfall/core/world/clock';
import type { VirtualClock } from './clock.ts';

/** The sandbox's virtual time for a program in the same process: its sleeps move it. */
export function drivenClock(clock: VirtualClock): Clock {
  const start = clock.now() - clock.elapsed();
  return clockOn(
    {
      now: clock.now,
      elapsed: clock.elapsed,
      moveTo(moment) {
        clock.advanceTo(start + moment);
        return !clock.closed();
      },
    },
    { idle: () => new Promise(setImmediate), random: clock.random },
  );
}
