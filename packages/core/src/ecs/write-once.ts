import { isLandfallError, LandfallError } from '../errors/landfall-error.ts';
import type { Clock } from '../world/clock.ts';
import { settleTime } from './eventual-consistency.ts';

/** A write without an idempotency token, and how to see whether it took effect. */
interface Write<T> {
  send(): Promise<T>;
  /** What the write made, where it shows; undefined while it does not. A read that fails for a passing reason is undefined, too. */
  find(): Promise<T | undefined>;
  /** ECS's own refusals that deserve a name. */
  explain?(error: unknown): unknown;
  /** Completes "the answer to … was lost": `updating web`. */
  readonly name: string;
}

const interval = 2000;

/**
 * Exactly one write. When its answer is lost, what it should have made is looked for until the time of
 * eventual consistency has passed; only then is the same request sent again.
 * @throws OUTCOME_UNKNOWN
 */
export async function sendOnce<T>(
  write: Write<T>,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<{ readonly made: T; readonly how: 'answered' | 'adopted' }> {
  for (const last of [false, true]) {
    try {
      return { made: await write.send(), how: 'answered' };
    } catch (error) {
      if (!isLandfallError(error) || error.applied !== 'unknown') throw write.explain?.(error) ?? error;
      const made = await within(clock, signal, () => write.find());
      if (made !== undefined) return { made, how: 'adopted' };
      if (last || signal.aborted) {
        throw new LandfallError('OUTCOME_UNKNOWN', {
          summary: `no response was received when ${write.name}, and the service does not show whether it took effect`,
          cause: error,
        });
      }
    }
  }
  throw new Error('unreachable');
}

/** Asks until there is an answer or the time of eventual consistency has passed. */
export async function within<T>(
  clock: Clock,
  signal: AbortSignal,
  ask: () => Promise<T | undefined>,
  milliseconds = settleTime,
): Promise<T | undefined> {
  const until = clock.elapsed() + milliseconds;
  while (!signal.aborted) {
    const found = await ask();
    if (found !== undefined) return found;
    if (clock.elapsed() >= until) return undefined;
    await clock.sleep(interval, signal);
  }
  return undefined;
}

/** The network that lost an answer may lose a read too; the loop around it has its own end. */
export async function unlessPassing<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (
      isLandfallError(error, 'ENDPOINT_UNREACHABLE') ||
      isLandfallError(error, 'RESPONSE_INVALID') ||
      isLandfallError(error, 'THROTTLED')
    )
      return undefined;
    throw error;
  }
}
