import { isLandfallError, LandfallError } from '../../errors/landfall-error.ts';
import { formatDuration } from '../../time/duration.ts';
import type { Clock } from '../../world/clock.ts';
import type { Log } from '../../world/host.ts';

interface RetryPlan {
  readonly what: string;
  readonly attempts: number;
  /** The first pause, in milliseconds; each further one is twice as long. */
  readonly pause: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** However long a registry asks to be left alone: a job that waits looks like one that hangs. */
const longestAsked = 60_000;

/**
 * Retries what failed for a transient reason (`facts.transient`), after a pause with jitter, and not before
 * the registry said (`facts.retryAfter`, milliseconds). Where that is longer than a minute it is not waited
 * for.
 */
export async function retryTransient<T>(plan: RetryPlan, act: () => Promise<T>): Promise<T> {
  const { what, attempts, clock, log, signal } = plan;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await act();
    } catch (thrown) {
      if (!isLandfallError(thrown) || thrown.facts.transient !== true || attempt >= attempts) throw thrown;
      const asked = typeof thrown.facts.retryAfter === 'number' ? thrown.facts.retryAfter : 0;
      if (asked > longestAsked) throw thrown;
      const pause = Math.max(asked, Math.round(plan.pause * 2 ** (attempt - 1) * (0.5 + clock.random() / 2)));
      log.warning(
        `${what} failed (${attempt} of ${attempts} attempts), retrying in ${formatDuration(pause)}: ${thrown.summary}`,
      );
      await clock.sleep(pause, signal);
      if (signal.aborted)
        throw new LandfallError('CANCELLED', { summary: `${what} was cancelled`, cause: thrown });
    }
  }
}
