import type { Clock } from '@landfall/core/world/clock';
import type { VirtualClock } from '@landfall/sandbox/clock/clock';
import type { Sandbox } from '@landfall/sandbox/sandbox';

/** A client's clock that moves the sandbox's virtual time while it sleeps: for one client, over HTTP. */
export function jumpingClock(sandbox: Sandbox): Clock {
  const time = sandbox.clock as VirtualClock;
  return {
    now: () => time.now(),
    elapsed: () => time.elapsed(),
    random: () => 0.5,
    sleep: async (milliseconds, signal) => {
      if (!signal?.aborted) time.advance(milliseconds);
    },
  };
}
