import { LandfallError } from '../../errors/landfall-error.ts';
import type { World } from '../../world/world.ts';

/** Milliseconds between the reads of what is not yet as it was written: reads may be behind writes. */
const pauses = [1000, 2000, 4000, 8000];

/** Reads until what is read is settled, and at most so often that a registry had its time: then what was read last. */
export async function untilSettled<T>(
  { host, clock }: Pick<World, 'host' | 'clock'>,
  what: string,
  read: () => Promise<T>,
  settled: (found: T) => boolean,
): Promise<T> {
  let found = await read();
  for (const pause of pauses) {
    if (settled(found)) break;
    await clock.sleep(pause, host.cancellation);
    if (host.cancellation.aborted)
      throw new LandfallError('CANCELLED', { summary: `the check of ${what} was cancelled` });
    found = await read();
  }
  return found;
}
