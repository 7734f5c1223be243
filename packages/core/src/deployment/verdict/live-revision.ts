import type { Service } from '@aws-sdk/client-ecs';
import { digitsOf, primaryOf } from '../../ecs/deployments.ts';
import { absenceTime, settleTime } from '../../ecs/eventual-consistency.ts';
import { shortTaskDefinition } from '../../ecs/short-names.ts';
import type { Rollout } from '../rollout/rollout.ts';
import type { Terms } from '../rollout/wait-conditions.ts';
import type { Verdict } from './verdict.ts';

export function success(rollout: Rollout): Verdict {
  const { ours, service } = rollout;
  // Of a DAEMON service ECS gives as desired count how many instances it finds, if it gives one.
  const isDaemon = service?.schedulingStrategy === 'DAEMON';
  const runs = (service?.desiredCount ?? 0) > 0 || (isDaemon && rollout.everRan);
  return {
    kind: 'SUCCEEDED',
    reason: liveSentence(ours.taskDefinition, runs, rollout.everRan),
    live: ours.taskDefinition,
  };
}

/**
 * What to report of a success where nothing may run: a desired count of 0, from the start or later.
 */
export function liveSentence(taskDefinition: string | undefined, runs: boolean, everRan: boolean): string {
  const name = shortTaskDefinition(taskDefinition);
  if (runs) return `${name} is live`;
  return everRan
    ? `${name} is in place; its tasks ran, but the desired count is now 0`
    : `${name} is in place, but the desired count is 0: no task ran it`;
}

/**
 * What to report where nothing was left to do: what is live, in the words of `live`, or that no task
 * runs it.
 */
export function standingSentence(
  { desiredCount = 0, runningCount = 0, schedulingStrategy }: Service,
  taskDefinition: string | undefined,
  live: (name: string) => string = (name) => `${name} is live`,
): string {
  const name = shortTaskDefinition(taskDefinition);
  // Of a DAEMON service ECS need not give a desired count.
  if (desiredCount > 0 || (schedulingStrategy === 'DAEMON' && runningCount > 0)) return live(name);
  return `${name} is in place, but the desired count is 0: no task runs it`;
}

/** The service has been shown without ours for longer than an answer may be behind. */
export const isGone = ({ unconfirmedSince }: Rollout, { now }: Pick<Terms, 'now'>): boolean =>
  unconfirmedSince !== undefined && now - unconfirmedSince > absenceTime;

export const isSuperseded = (rollout: Rollout): boolean => rollout.other !== undefined;

export function supersededBy(rollout: Rollout): Verdict {
  const { other, ours } = rollout;
  return {
    kind: 'SUPERSEDED',
    reason: `superseded by deployment ${other?.id} of ${shortTaskDefinition(other?.taskDefinition)}; this run deployed ${shortTaskDefinition(ours.taskDefinition)}`,
    ...liveNow(rollout),
  };
}

export const liveNow = (rollout: Rollout) => {
  const arn = rollout.serviceDeployment?.rollback?.serviceRevisionArn;
  const primary = primaryOf(rollout.service);
  // A deployment in progress is not live yet.
  const isDone = primary?.rolloutState === undefined || primary.rolloutState === 'COMPLETED';
  const fromPrimary =
    primary && isDone && primary.id !== rollout.ours.deploymentId ? primary.taskDefinition : undefined;
  const live =
    fromPrimary ??
    (arn && rollout.ours.previous && digitsOf(arn) === digitsOf(rollout.ours.previous.deploymentId)
      ? rollout.ours.previous.taskDefinition
      : arn);
  return live === undefined ? {} : { live };
};

/**
 * Someone deleted the service: whatever becomes of its deployment, nothing of it is live, and no run continues it.
 * A service that is deleted is DRAINING until its tasks are gone, then INACTIVE, and never ACTIVE again.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteService.html
 * A read from before it was created again may still show the service that was deleted then.
 */
export function deleted(
  { ours, service, shownAt, startedAt }: Rollout,
  { now }: Pick<Terms, 'now'>,
): Verdict | undefined {
  const { status } = service ?? {};
  if (status !== 'DRAINING' && status !== 'INACTIVE') return undefined;
  if (shownAt === undefined && now - startedAt <= settleTime) return undefined;
  return {
    kind: 'STOPPED',
    reason: `service ${ours.service} was deleted while it was being deployed; it is ${status}`,
    remedy: 'Find out who deleted the service, and why; create it again before the next deployment.',
  };
}
