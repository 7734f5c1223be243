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

/** `startedBy` for people: which run it was. Letters, digits, `-`, `_` and `/`, at most 128 (RunTask API). */
export const startedByOf = (run: RunFacts): string =>
  `landfall/${run.id}/${run.attempt}`.replace(/[^A-Za-z0-9_/-]/g, '-').slice(0, 128);
