import { deploymentOf } from '../../ecs/deployments.ts';
import { isStopped, isUnderWay } from '../../ecs/newest-first.ts';
import { shortTaskDefinition } from '../../ecs/short-names.ts';
import { describe } from '../../errors/describe.ts';
import { isLandfallError, LandfallError } from '../../errors/landfall-error.ts';
import { type Cause, causeLine } from '../../record/cause.ts';
import type { OutsideChange } from '../../record/outside-change.ts';
import type { ServiceStatus, VerdictKind } from '../../record/service-record.ts';
import type { Registration } from '../../task-definition/register.ts';
import { type Explanation, eventLine, explainByEvents } from '../evidence/service-events.ts';
import type { TrackedDeployment } from '../rollout/rollout.ts';
import { isSettled } from '../rules/complete.ts';
import { errorOfVerdict, isGreen, type Verdict } from '../verdict/verdict.ts';
import type { Watch } from '../watch/watch.ts';
import type { DeploymentEnd } from './deployment-end.ts';
import { resumeHints } from './resume-hints.ts';

const statuses: Readonly<Record<VerdictKind, ServiceStatus>> = {
  SUCCEEDED: 'deployed',
  NOOP: 'unchanged',
  ROLLED_BACK: 'rolled-back',
  FAILED: 'failed',
  STOPPED: 'failed',
  SUPERSEDED: 'superseded',
  PAUSED: 'in-progress',
  STALLED: 'in-progress',
  TIMED_OUT: 'in-progress',
  CANCELLED: 'in-progress',
  UNKNOWN: 'unknown',
};

/** What one service of a run came to. */
export interface Outcome {
  readonly cluster: string;
  readonly service: string;
  readonly status: ServiceStatus;
  readonly verdict?: VerdictKind | 'STARTED';
  readonly reason: string;
  readonly ours?: TrackedDeployment;
  readonly registration?: Registration;
  readonly serviceDeploymentArn?: string;
  /** Milliseconds from the update to the verdict. */
  readonly milliseconds: number;
  readonly causes: readonly Cause[];
  readonly error?: LandfallError;
  /** ECS continues with it, whatever the verdict of this run. */
  readonly isInFlight?: boolean;
  /** Its own deployment went well; this run has undone it because another one failed. */
  readonly isTakenBack?: boolean;
  /** What lies outside the task definition and has changed, or could not be compared. */
  readonly outside?: readonly OutsideChange[];
  /** Whether production traffic was being shifted when it ended. */
  readonly shiftsTraffic?: boolean;
  /** How to continue with a deployment that this run has left in progress. */
  readonly resume?: readonly string[];
  readonly live?: string;
}

export function outcomeOf(verdict: Verdict, told: DeploymentEnd): Outcome {
  const { ours, watch } = told;
  const causes = told.scaling?.causes ?? watch?.rollout.causes ?? [];
  const resume = isGreen(verdict) ? [] : resumingOf(verdict, told);
  const error = isGreen(verdict) ? undefined : errorOf(verdict, told, causes, resume);
  const green = error === undefined && verdict.kind !== 'NOOP';
  return {
    cluster: ours.cluster,
    service: ours.service,
    status: green && verdict.kind === 'PAUSED' ? 'in-progress' : statuses[verdict.kind],
    verdict: verdict.kind,
    reason: verdict.reason,
    ours,
    registration: told.registration,
    ...(watch?.arn !== undefined && watch.confirmed && { serviceDeploymentArn: watch.arn }),
    milliseconds: told.milliseconds,
    causes,
    ...(error && { error }),
    isInFlight: watch !== undefined && goesOn(watch),
    shiftsTraffic:
      watch?.rollout.serviceDeployment?.targetServiceRevision?.requestedProductionTrafficWeight !== undefined,
    resume,
    ...(verdict.live !== undefined && { live: verdict.live }),
  };
}

function goesOn({ rollout: { ours, service, serviceDeployment } }: Watch): boolean {
  if (serviceDeployment) return isUnderWay(serviceDeployment.status) && !isStopped(serviceDeployment.status);
  const shown = deploymentOf(service, ours.deploymentId);
  // Behind a Classic Load Balancer nothing but its tasks tells.
  return shown?.rolloutState === undefined
    ? shown !== undefined && !isSettled(service, ours.deploymentId)
    : shown.rolloutState === 'IN_PROGRESS';
}

/** A service that the run never came to. */
export const notStarted = (cluster: string, service: string, why: string): Outcome => ({
  cluster,
  service,
  status: 'not-started',
  reason: `not started: ${why}`,
  milliseconds: 0,
  causes: [],
});

/** A service whose update was refused, or that an earlier deployment blocks. */
export const failedToStart = (cluster: string, service: string, error: LandfallError): Outcome => ({
  cluster,
  service,
  status: error.code === 'OUTCOME_UNKNOWN' ? 'unknown' : 'failed',
  reason: error.summary,
  milliseconds: 0,
  causes: [],
  error,
});

function errorOf(
  verdict: Verdict,
  told: DeploymentEnd,
  causes: readonly Cause[],
  resume: readonly string[],
): LandfallError {
  const { ours, story, failure, scaling } = told;
  const count = scaling?.wanted ?? told.count;
  const version = shortTaskDefinition(ours.taskDefinition || ours.deploymentId);
  // The same revision may be live by another deployment of it.
  const name =
    verdict.live !== undefined && verdict.live === ours.taskDefinition
      ? `deployment ${ours.deploymentId} of ${version}`
      : version;
  const live = verdict.live ? ` (live: ${shortTaskDefinition(verdict.live)})` : '';
  const explained = causes.length === 0 && failure === undefined ? explainEnd(verdict, told) : { lines: [] };
  const details = [
    ...causes.slice(0, 3).map(causeLine),
    ...(story?.balancer ?? []).slice(0, 3).map((message) => eventLine(message, ours)),
    ...(story?.logTail ?? []).map((line) => `| ${line}`),
    ...explained.lines,
    ...resume,
  ];
  const facts = {
    cluster: ours.cluster,
    service: ours.service,
    deploymentId: ours.deploymentId,
    taskDefinition: ours.taskDefinition,
    verdict: verdict.kind,
    causes,
  };
  if (failure !== undefined) {
    const known = isLandfallError(failure) ? failure : undefined;
    return new LandfallError(known?.code ?? 'INTERNAL', {
      summary: `${known?.summary ?? describe(failure)}; deployment ${ours.deploymentId} of ${version} continues in ECS`,
      remedy: known?.remedy,
      details,
      facts: { ...known?.facts, ...facts },
      cause: failure,
    });
  }
  return new LandfallError(errorOfVerdict[verdict.kind as keyof typeof errorOfVerdict], {
    summary:
      count !== undefined
        ? `${ours.service} does not run ${tasksOf(count)}: ${verdict.reason}`
        : `${ours.service}: ${name} is not ${verdict.kind === 'UNKNOWN' ? 'known to be ' : ''}live: ${verdict.reason}${live}`,
    remedy: verdict.remedy ?? causes[0]?.remedy ?? explained.remedy,
    details,
    facts,
  });
}

/**
 * No task of ours has stopped. A deployment that is waiting for approval, or was asked to end, is not explained by
 * its tasks.
 */
function explainEnd({ kind }: Verdict, { ours, watch, story, scaling }: DeploymentEnd): Explanation {
  const isOpen = kind === 'STALLED' || kind === 'TIMED_OUT';
  return explainByEvents(ours, {
    events: scaling?.events ?? story?.recentEvents ?? [],
    earlier:
      isOpen || kind === 'FAILED' || kind === 'ROLLED_BACK' ? (scaling?.earlier ?? story?.earlier ?? []) : [],
    open: isOpen && watch ? { rollout: watch.rollout, isStalled: kind === 'STALLED' } : undefined,
  });
}

const tasksOf = (count: number) => (count === 1 ? '1 task' : `${count} tasks`);

function resumingOf(verdict: Verdict, told: DeploymentEnd): readonly string[] {
  if (statuses[verdict.kind] !== 'in-progress' && verdict.kind !== 'UNKNOWN') return [];
  return told.scaling
    ? ['to keep watching, run this step again: it does not set the count again']
    : resumeHints(verdict, told);
}

export const withOutside = (outcome: Outcome, outside: readonly OutsideChange[]): Outcome =>
  outside.length === 0 ? outcome : { ...outcome, outside };
