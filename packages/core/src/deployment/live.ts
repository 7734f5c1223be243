import { digitsOf, primaryOf, type Rollout, shortTaskDefinition } from './rollout.ts';
import type { Verdict } from './verdict.ts';

export function success(rollout: Rollout): Verdict {
  const { ours, service } = rollout;
  const exercised = (service?.desiredCount ?? 0) > 0 || service?.schedulingStrategy === 'DAEMON';
  return {
    kind: 'SUCCEEDED',
    reason: exercised
      ? `${shortTaskDefinition(ours.taskDefinition)} is live`
      : `${shortTaskDefinition(ours.taskDefinition)} is in place, but the desired count is 0: no task ran it`,
    live: ours.taskDefinition,
  };
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
