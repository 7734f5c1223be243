import type { CallOptions } from '@landfall/core/world/aws';
import type { Clock } from '@landfall/core/world/clock';
import { errorOf } from '../errors/error-of.ts';
import { failureOf } from '../errors/failure.ts';
import { type FailureClass, failureClass } from '../errors/failure-class.ts';
import type { RetryBudget } from './budget.ts';
import { type Expectation, unexpected } from './expectation.ts';
import type { Limits } from './limits.ts';
import { type CallKind, isAmbiguous, mayRepeat, retryDelay } from './retry.ts';

export interface CallContext {
  readonly clock: Clock;
  readonly limits: Limits;
  /** Of every call, where the caller has set it. */
  readonly attempts?: number;
  /** A signal that aborts when one attempt has had its time. */
  readonly timeLimit: (milliseconds: number) => AbortSignal;
  readonly budget: RetryBudget;
  /** Requests sent, by `service:Operation`. */
  readonly counts: Record<string, number>;
}

interface CallPlan {
  /** `ecs:DescribeServices`. */
  readonly operation: string;
  readonly region: string;
  readonly kind: CallKind;
  readonly attempts: number;
  readonly expectation: Expectation;
  /** Sends it once; calls `onSent` when the request leaves. */
  send(signal: AbortSignal, onSent: () => void): Promise<unknown>;
}

/** One call with its time limits, its retries and its judgement of the answer. The only retry layer there is. */
export async function perform(plan: CallPlan, context: CallContext, options?: CallOptions): Promise<unknown> {
  const { clock, limits, budget, timeLimit } = context;
  const caller = options?.signal;
  const start = clock.elapsed();
  const within = options?.within ?? Number.POSITIVE_INFINITY;
  const left = () => Math.max(0, within - (clock.elapsed() - start));
  let ambiguous = false;
  for (let attempt = 1; ; attempt += 1) {
    const ended = await once(plan, timeLimit(Math.ceil(Math.min(limits.attempt, left()))), caller);
    if (ended.ok) {
      budget.refund(attempt - 1);
      return ended.answer;
    }
    const { failure, kind, thrown } = ended;
    ambiguous ||= isAmbiguous(plan.kind, kind, failure.sent);
    const delay = retryDelay(kind, attempt, clock.random(), failure.retryAfter);
    const goOn =
      mayRepeat(plan.kind, kind, attempt) &&
      attempt < plan.attempts &&
      clock.elapsed() - start + delay < Math.min(limits.call, within) &&
      budget.spend();
    if (goOn) await clock.sleep(delay, caller);
    if (goOn && !caller?.aborted) continue;
    throw errorOf(
      failure,
      goOn ? 'cancelled' : kind,
      {
        operation: plan.operation,
        region: plan.region,
        attempts: attempt,
        now: clock.now(),
        applied: ambiguous ? 'unknown' : 'no',
      },
      thrown,
    );
  }
}

type Ended =
  | { readonly ok: true; readonly answer: unknown }
  | {
      readonly ok: false;
      readonly failure: ReturnType<typeof failureOf>;
      readonly kind: FailureClass;
      readonly thrown: unknown;
    };

/** A server that accepts and never answers, or drips a byte at a time, is only ended by the signal. */
async function once(plan: CallPlan, timeout: AbortSignal, caller: AbortSignal | undefined): Promise<Ended> {
  let sent = false;
  try {
    caller?.throwIfAborted();
    const answer = await plan.send(caller ? AbortSignal.any([caller, timeout]) : timeout, () => {
      sent = true;
    });
    const problem = unexpected(answer, plan.expectation);
    if (problem === undefined) return { ok: true, answer };
    const failure = { ...failureOf(answer, { sent }), message: `the field ${problem}` };
    return { ok: false, failure, kind: 'unreadable', thrown: undefined };
  } catch (thrown) {
    const by = caller?.aborted ? 'caller' : timeout.aborted ? 'limit' : undefined;
    const failure = failureOf(thrown, { sent, ended: by });
    return { ok: false, failure, kind: failureClass(failure), thrown };
  }
}
