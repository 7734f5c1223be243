import type { Outcome } from '../deployment/report/outcome.ts';
import { errorOfRun } from '../deployment/report/results.ts';
import { LandfallError } from '../errors/landfall-error.ts';
import type { ScheduleEnd } from '../schedules/deploy-schedules.ts';
import type { WaveEnd } from './deploy-waves.ts';

const skippedIn = (ends: readonly WaveEnd[]): readonly string[] =>
  ends.flatMap(({ tasks, outcomes }) => [
    ...tasks.flatMap((one) => ('notStarted' in one ? [`task ${one.key}`] : [])),
    ...outcomes.flatMap((one) => (one.status === 'not-started' ? [one.service] : [])),
  ]);

/** What a later step may read: each wave with its tasks and services, and what was not started. */
export const wavesOutput = (ends: readonly WaveEnd[]) => ({
  waves: JSON.stringify(
    ends.map(({ wave, tasks, outcomes }) => ({
      wave,
      tasks: tasks.map((one) => ({
        task: one.key,
        status: 'notStarted' in one ? 'not-started' : one.error ? 'failed' : 'succeeded',
        ...('arns' in one && { arns: one.arns }),
      })),
      services: outcomes.map(({ service, status, verdict }) => ({ service, status, verdict })),
    })),
  ),
  skipped: JSON.stringify(skippedIn(ends)),
});

/** The services that did not exist, and do now. */
export const createdOutput = (ends: readonly WaveEnd[]): string =>
  JSON.stringify(
    ends.flatMap(({ services, outcomes }) =>
      services.flatMap(({ target }, at) => (target.isAbsent && outcomes[at]?.ours ? [target.name] : [])),
    ),
  );

/** The error of a run, or undefined when every task has succeeded and every service is live. */
export function errorOfWaves(ends: readonly WaveEnd[]): LandfallError | undefined {
  const outcomes = ends.flatMap((one) => one.outcomes);
  const failed = ends
    .flatMap(({ tasks }) => tasks)
    .flatMap((one) => ('error' in one && one.error ? [{ key: one.key, error: one.error }] : []));
  const [first] = failed;
  const error = errorOfRun(outcomes);
  if (!first) return error && withSkipped(error, ends);
  const { code, summary, remedy, facts, applied } = first.error;
  const rolledBack = outcomes
    .filter((one) => one.isTakenBack)
    .map(({ service, reason }) => `${service} ${reason}`);
  const details = [...first.error.details, ...rolledBack];
  return withSkipped(
    new LandfallError(code, {
      summary: `task ${first.key}: ${summary}`,
      remedy,
      details,
      facts,
      applied,
      cause: first.error,
    }),
    ends,
  );
}

function withSkipped(error: LandfallError, ends: readonly WaveEnd[]): LandfallError {
  const skipped = skippedIn(ends);
  if (skipped.length === 0) return error;
  const { summary, remedy, facts, applied } = error;
  const details = [...error.details, `not started: ${skipped.join(', ')}`];
  return new LandfallError(error.code, { summary, remedy, details, facts, applied, cause: error.cause });
}

/** SUCCEEDED, NOOP where nothing was deployed, written or pruned, or the code of the error. */
export const verdictOf = (
  error: LandfallError | undefined,
  outcomes: readonly Outcome[],
  pruned: readonly string[],
  schedules: readonly Pick<ScheduleEnd, 'status'>[],
): string =>
  error?.code ??
  (pruned.length === 0 &&
  outcomes.every(({ verdict }) => verdict === 'NOOP') &&
  schedules.every(({ status }) => status === 'unchanged')
    ? 'NOOP'
    : 'SUCCEEDED');

export const prunedOutput = {
  pruned: {
    description: 'The services that were pruned, or would be, as a JSON list of names.',
  },
};
