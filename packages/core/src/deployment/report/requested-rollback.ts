import { shortTaskDefinition } from '../../ecs/short-names.ts';
import type { Outcome } from './outcome.ts';

/** A rollback that was requested and has succeeded is green; any other end stays what it is. */
export function asRequestedRollback(outcome: Outcome): Outcome {
  if (outcome.verdict !== 'ROLLED_BACK') return outcome;
  const { error: _asked, ...done } = outcome;
  const live = outcome.live ? `${shortTaskDefinition(outcome.live)} is live` : outcome.reason;
  return { ...done, reason: `rollback complete: ${live}` };
}
