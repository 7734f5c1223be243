import { LandfallError } from '../errors/landfall-error.ts';
import type { CheckState } from '../record/run-results.ts';
import type { SummaryBlock } from '../record/summary-block.ts';
import type { Log } from '../world/host.ts';
import type { Check } from './check.ts';

const marks: Readonly<Record<CheckState, string>> = { OK: '✓', WARN: '!', ERROR: '✗', SKIP: '-' };

const sentence = ({ subject, message }: Check) => `${subject} ${message}`;

/** `12 ok, 1 warning, 2 errors, 1 skipped`. */
export function checkCount(checks: readonly Check[]): string {
  const count = (state: CheckState) => checks.filter((one) => one.state === state).length;
  const many = (number: number, word: string) => `${number} ${word}${number === 1 ? '' : 's'}`;
  return [
    `${count('OK')} ok`,
    many(count('WARN'), 'warning'),
    many(count('ERROR'), 'error'),
    `${count('SKIP')} skipped`,
  ].join(', ');
}

/** A tree: the areas, and under each what was checked, with its mark and what to do. */
export function logChecks(checks: readonly Check[], log: Log): void {
  for (const [area, group] of Map.groupBy(checks, (one) => one.area)) {
    log.info(area);
    for (const check of group) {
      const line = `  ${marks[check.state]} ${sentence(check)}${check.remedy === undefined ? '' : ` → ${check.remedy}`}`;
      if (check.state === 'ERROR') log.error(line);
      else if (check.state === 'WARN') log.warning(line);
      else log.info(line);
    }
  }
}

export const checkTable = (checks: readonly Check[]): SummaryBlock => ({
  kind: 'table',
  head: ['', 'area', 'check', 'what to do'],
  rows: checks.map((one) => [`${marks[one.state]} ${one.state}`, one.area, sentence(one), one.remedy ?? '']),
  logged: true,
});

/** VERIFY_FAILED with every problem, or undefined when there is none. `what`: `web:7 on service web`. */
export function verifyError(checks: readonly Check[], what: string): LandfallError | undefined {
  const errors = checks.filter(({ state }) => state === 'ERROR');
  if (errors.length === 0) return undefined;
  return new LandfallError('VERIFY_FAILED', {
    summary: `${what} would not work: ${errors.length === 1 ? sentence(errors[0]!) : `${errors.length} problems`}`,
    remedy: errors.length === 1 ? errors[0]!.remedy : undefined,
    details: errors.map((one) => `${one.area}: ${sentence(one)} → ${one.remedy}`),
    detailsLogged: true,
    facts: { checks: errors },
  });
}
