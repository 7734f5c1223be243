import { digitsOf, primaryOf, type Rollout, shortTaskDefinition } from './rollout.ts';
import type { Verdict } from './verdict.ts';

export function success(rollout: Rollout): Verdict {
  const { ours, service } = rollout;
  const runs = (service?.desiredCount ?? 0) > 0 || service?.schedulingStrategy === 'DAEMON';
  return {
    kind: 'SUCCEEDED',
    reason: liveSentence(ours.taskDefinition, runs, rollout.everRan),
    live: ours.taskDefinition,
  };
}

/** What is to be said of a success where nothing may run: a desired count of 0, from the start or by now. */
export function liveSentence(taskDefinition: string | undefined, runs: boolean, everRan: boolean): string {
  const name = shortTaskDefinition(taskDefinition);
  if (runs) return `${name} is live`;
  return everRan
    ? `${name} is in place; its tasks ran, but the desired count is 0 now`
    : `${name} is in place, but the desired count is 0: no task ran it`;
}

export function isNewer(rollout: Rollout): boolean {
  const primary = primaryOf(rollout.service);
  return (
    primary !== undefined &&
    primary.id !== rollout.ours.deploymentId &&
    (primary.createdAt?.getTime() ?? 0) > rollout.ours.createdAt
  );
}

export function supersededBy(rollout: Rollout): Verdict {
  const primary = primaryOf(rollout.service);
  return {
    kind: 'SUPERSEDED',
    reason: `deployment ${primary?.id} of ${shortTaskDefinition(primary?.taskDefinition)} replaced ours of ${shortTaskDefinition(rollout.ours.taskDefinition)}`,
    ...liveNow(rollout),
  };
}

export const liveNow = (rollout: Rollout) => {
  const arn = rollout.serviceDeployment?.rollback?.serviceRevisionArn;
  const primary = primaryOf(rollout.service);
  // A deployment under way is not live yet.
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
