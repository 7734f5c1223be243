import type { SandboxClock, VirtualClock } from '../clock/clock.ts';

/** Latency: real time is waited for, virtual time is moved on. */
export async function letPass(clock: SandboxClock, milliseconds: number, signal: AbortSignal): Promise<void> {
  if (milliseconds <= 0) return;
  if (clock.kind === 'virtual') (clock as VirtualClock).advance(milliseconds);
  else await clock.sleep(milliseconds, signal);
}
