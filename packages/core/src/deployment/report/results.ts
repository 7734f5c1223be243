import { shortTaskDefinition } from '../../ecs/short-names.ts';
import { LandfallError } from '../../errors/landfall-error.ts';
import { formatElapsed } from '../../time/duration.ts';
import type { SummaryBlock } from '../../world/summary.ts';
import type { Outcome } from './outcome.ts';

const isGood = (outcome: Outcome) =>
  outcome.error === undefined && outcome.status !== 'not-started' && !outcome.isTakenBack;

/** The table of a run: every service has its row, whatever came of it. */
export const resultTable = (outcomes: readonly Outcome[]): SummaryBlock => ({
  kind: 'table',
  head: ['service', 'from', 'to', 'result', 'time', 'reason'],
  rows: outcomes.map((one) => [
    `${one.cluster}/${one.service}`,
    one.ours?.previous ? shortTaskDefinition(one.ours.previous.taskDefinition) : '–',
    one.ours ? shortTaskDefinition(one.ours.taskDefinition) : '–',
    one.verdict ?? one.status,
    one.milliseconds > 0 ? formatElapsed(one.milliseconds) : '–',
    one.reason,
  ]),
});

/** Plain data for `--output json` and the `results` output. */
export const resultFact = (one: Outcome) => ({
  cluster: one.cluster,
  service: one.service,
  status: one.status,
  verdict: one.verdict,
  reason: one.reason,
  taskDefinition: one.registration?.arn,
  registration: one.registration?.how,
  previousTaskDefinition: one.ours?.previous?.taskDefinition,
  deploymentId: one.ours?.deploymentId,
  serviceDeploymentArn: one.serviceDeploymentArn,
  live: one.live,
  outsideChanges: one.outside,
  milliseconds: Math.round(one.milliseconds),
  stoppedTasks: one.causes,
  error: one.error && { code: one.error.code, summary: one.error.summary, remedy: one.error.remedy },
});

/** The short form, for an output that a later step may read. */
export const resultSummary = (one: Outcome) => {
  const { cluster, service, status, verdict, reason, taskDefinition, deploymentId } = resultFact(one);
  return { cluster, service, status, verdict, reason, taskDefinition, deploymentId };
};

/**
 * `2 of 5 services run what was requested, 1 rolled-back (web), 2 not-started (api, admin)`: never hides a success,
 * and one that was only started is none yet.
 */
export function countSentence(outcomes: readonly Outcome[]): string {
  const isDone = (one: Outcome) => isGood(one) && one.status !== 'in-progress';
  const good = outcomes.filter(isDone);
  const bad = Map.groupBy(
    outcomes.filter((one) => !isDone(one)),
    (one) => one.status,
  );
  const rest = [...bad].map(
    ([status, group]) => `${group.length} ${status} (${group.map((one) => one.service).join(', ')})`,
  );
  return [`${good.length} of ${outcomes.length} services run what was requested`, ...rest].join(', ');
}

/** The error of a run, or undefined when every service is live. One service: its own error. */
export function errorOfRun(outcomes: readonly Outcome[]): LandfallError | undefined {
  const errors = outcomes.flatMap((one) => one.error ?? []);
  if (outcomes.every(isGood)) return undefined;
  if (outcomes.length === 1 && errors[0]) return errors[0];
  const cancelled =
    errors.some((error) => error.code === 'CANCELLED') && errors.every((error) => error.code === 'CANCELLED');
  return new LandfallError(cancelled ? 'CANCELLED' : 'PARTLY_DEPLOYED', {
    summary: countSentence(outcomes),
    remedy: errors[0]?.remedy,
    details: errors.flatMap((error) => [
      `${error.code}: ${error.summary}`,
      ...error.details.map((line) => `  ${line}`),
    ]),
    facts: { services: outcomes.map(resultFact) },
    cause: errors[0],
  });
}
