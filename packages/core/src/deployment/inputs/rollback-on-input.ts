import { list } from '../../inputs/kinds.ts';
import type { Outcome } from '../report/outcome.ts';

const occasions = ['failure', 'timeout', 'cancel'] as const;

/** When this run rolls back its own deployment, where ECS does not do so by itself. */
export const rollbackOn = list({
  default: '',
  item: { expression: /^(?:failure|timeout|cancel)$/, rule: `one of ${occasions.join(', ')}` },
  description:
    'Roll back when the deployment ends in `failure`, `timeout` (TIMED_OUT or STALLED) or `cancel`: a deployment in progress is stopped, one that failed without a rollback is replaced by what was running before. Off by default; a circuit breaker with rollback is preferable.',
  example: 'failure, timeout',
});

const verdicts: Readonly<Record<(typeof occasions)[number], readonly string[]>> = {
  failure: ['FAILED'],
  timeout: ['TIMED_OUT', 'STALLED'],
  cancel: ['CANCELLED'],
};

/** ROLLED_BACK and SUPERSEDED need nothing: something else is live, or is about to be. */
export const mustRollBack = ({ verdict }: Outcome, wanted: readonly string[]): boolean =>
  verdict !== undefined &&
  occasions.some((occasion) => wanted.includes(occasion) && verdicts[occasion].includes(verdict));
