import { createHash } from 'node:crypto';
import type { RunFacts } from '../world/host.ts';

/**
 * The idempotency token of RunTask: the same for every repeat within one attempt of a run, another one for the
 * next attempt. `what` tells the steps of one job apart. 52 characters of ASCII 33–126; ECS takes at most 64.
 */
export function clientTokenOf(run: RunFacts, what: readonly string[]): string {
  const facts = JSON.stringify([run.id, run.attempt, run.job ?? '', ...what]);
  return `landfall-${createHash('sha256').update(facts).digest('base64url')}`;
}

/** The same for CreateService, which takes at most 36. */
export const shortClientTokenOf = (run: RunFacts, what: readonly string[]): string =>
  clientTokenOf(run, what).slice(-36);

/**
 * `startedBy` of the tasks of one step: the same at every attempt of a run, so that a later one finds those still in
 * progress (ListTasks takes the exact value). Letters, digits, `-`, `_` and `/`, at most 128 (RunTask API).
 */
export function startedByOf({ id, origin = id, job = '' }: RunFacts, what: readonly string[]): string {
  const step = createHash('sha256').update(JSON.stringify([origin, job, ...what]));
  return `landfall/${origin.replace(/[^A-Za-z0-9_-]/g, '-').slice(0, 102)}/${step.digest('base64url').slice(0, 16)}`;
}

/** Whether this may be a later attempt of a run. */
export const mayBeRepeated = ({ id, attempt, origin }: RunFacts): boolean =>
  origin !== undefined && (origin !== id || attempt > 1);
