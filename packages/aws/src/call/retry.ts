import type { FailureClass } from '../errors/failure-class.ts';

/**
 * How a call may be repeated. `read` and `repeatable` (a write with an idempotency token, or one that means the
 * same when done twice): after anything transient. `once`: only when it is certain that nothing was done.
 */
export type CallKind = 'read' | 'repeatable' | 'once';

const certainlyNotDone: ReadonlySet<FailureClass> = new Set(['throttled', 'not-sent']);

export const mayRepeat = (kind: CallKind, failure: FailureClass, attempt: number): boolean =>
  failure === 'skewed'
    ? attempt <= skewCorrections
    : certainlyNotDone.has(failure) || (failure === 'lost' && kind !== 'once');

/** The first answer tells the server's time; if that does not help, more of the same will not. */
const skewCorrections = 2;

/** A write ended like this may have been applied. */
export const isAmbiguous = (kind: CallKind, failure: FailureClass, sent: boolean): boolean =>
  kind !== 'read' && sent && (failure === 'lost' || failure === 'unreadable' || failure === 'cancelled');

const slow = { base: 1000, cap: 20_000 };
const fast = { base: 100, cap: 5000 };

/**
 * Exponential with full jitter ("Exponential Backoff And Jitter", AWS Architecture Blog). A rate limit gets the
 * longer steps: RegisterTaskDefinition refills at one a second. The server's own Retry-After is a lower bound.
 */
export function retryDelay(
  failure: FailureClass,
  attempt: number,
  chance: number,
  retryAfter: number | undefined,
): number {
  if (failure === 'skewed') return 0;
  const { base, cap } = failure === 'throttled' ? slow : fast;
  const jittered = chance * Math.min(cap, base * 2 ** (attempt - 1));
  return Math.round(Math.max(jittered, Math.min(retryAfter ?? 0, 30_000)));
}
