import type { Deployment, Service } from '@aws-sdk/client-ecs';
import { causesOf } from './evidence.ts';
import { type Rollout, shortTaskDefinition } from './rollout.ts';
import type { Terms } from './terms.ts';
import type { Verdict } from './verdict.ts';

/** A task that is replaced may be the only one: its successor is given so long to come up. */
const patience = 5 * 60_000;

/**
 * ECS has called the deployment complete, and none of its tasks runs any more. ECS looks at a deployment no more once
 * it is complete (its circuit breaker neither), but nobody would call a version live that answers nothing.
 */
export const isDown = (service: Service | undefined, deployment: Deployment | undefined): boolean =>
  deployment?.rolloutState === 'COMPLETED' &&
  deployment.runningCount === 0 &&
  (service?.desiredCount ?? 0) > 0;

/** The verdict on a deployment that is complete and down, or undefined while its tasks may still come back. */
export function judgeDown(
  { ours, service, downSince, stoppedTasks }: Rollout,
  { now }: Terms,
): Verdict | undefined {
  if (downSince === undefined || now - downSince < patience) return undefined;
  const [cause] = causesOf(stoppedTasks);
  return {
    kind: 'FAILED',
    reason: `${downSentence(service, ours)}, for ${patience / 60_000} min now${cause ? ` (${cause.sentence})` : ''}`,
    remedy: `${cause?.remedy ?? 'Look at the stopped tasks and at the events of the service.'} Until then deploy a revision that worked.`,
  };
}

export const downSentence = (
  service: Service | undefined,
  { deploymentId, taskDefinition }: { readonly deploymentId: string; readonly taskDefinition: string },
) =>
  `deployment ${deploymentId} of ${shortTaskDefinition(taskDefinition)} has completed, but ${
    service?.desiredCount === 1 ? 'its task does not run' : `none of its ${service?.desiredCount} tasks runs`
  }`;
