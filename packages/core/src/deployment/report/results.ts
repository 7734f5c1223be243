import { LandfallError } from '../../errors/landfall-error.ts';
import type { ServiceRecord } from '../../record/service-record.ts';
import type { Outcome } from './outcome.ts';

const isGood = (outcome: Outcome) =>
  outcome.error === undefined && outcome.status !== 'not-started' && !outcome.isTakenBack;

export const serviceRecord = (one: Outcome): ServiceRecord => ({
  cluster: one.cluster,
  service: one.service,
  status: one.status,
  verdict: one.verdict,
  reason: one.reason,
  taskDefinition: one.registration?.arn,
  registration: one.registration?.how,
  deployment: one.ours && {
    id: one.ours.deploymentId,
    taskDefinition: one.ours.taskDefinition,
    previousTaskDefinition: one.ours.previous?.taskDefinition,
    serviceDeploymentArn: one.serviceDeploymentArn,
    shiftsTraffic: one.shiftsTraffic ?? false,
  },
  live: one.live,
  milliseconds: Math.round(one.milliseconds),
  stoppedTasks: one.causes,
  outsideChanges: one.outside ?? [],
  resume: one.resume ?? [],
  error: one.error && { code: one.error.code, summary: one.error.summary, remedy: one.error.remedy },
});

/** The short form, for an output that a later step may read. */
export const resultSummary = (one: Outcome) => {
  const { cluster, service, status, verdict, reason, taskDefinition, deployment } = serviceRecord(one);
  return { cluster, service, status, verdict, reason, taskDefinition, deploymentId: deployment?.id };
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
    cause: errors[0],
  });
}
