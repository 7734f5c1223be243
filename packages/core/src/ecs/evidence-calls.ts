import type { CallOptions } from '../world/aws.ts';
import type { Clock } from '../world/clock.ts';

/**
 * Evidence says why, and must not hold a verdict up that is known: so long one round reads of it, all calls together,
 * counted from the first. Milliseconds.
 */
const evidenceTime = 15_000;

/** Gives each call for evidence what is left of its time. */
export type EvidenceCalls = () => CallOptions;

export function evidenceCalls(clock: Clock, signal: AbortSignal): EvidenceCalls {
  let since: number | undefined;
  return () => {
    since ??= clock.elapsed();
    return { signal, within: Math.max(0, since + evidenceTime - clock.elapsed()) };
  };
}
