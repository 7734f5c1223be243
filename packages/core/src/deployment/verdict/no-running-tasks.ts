import type { Service } from '@aws-sdk/client-ecs';
import { deploymentOf } from '../../ecs/deployments.ts';
import { shortTaskDefinition } from '../../ecs/short-names.ts';
import type { Rollout } from '../rollout/rollout.ts';
import type { Terms } from '../rollout/wait-conditions.ts';
import { alivePatience, leastRunning, taskCounts } from '../rules/alive.ts';
import type { Verdict } from './verdict.ts';

/**
 * The verdict on a deployment that is complete and runs too few tasks to be live, or undefined while they may
 * still come up. Neither ECS nor its circuit breaker checks a deployment once it is complete.
 */
export function judgeNoRunningTasks(rollout: Rollout, { now, count }: Terms): Verdict | undefined {
  const { ours, service, downSince, causes } = rollout;
  // Tasks of a count that was just set may wait for new instances: the limits of the watch hold for them.
  if (count !== undefined) return undefined;
  if (downSince === undefined || now - downSince < alivePatience) return undefined;
  const [cause] = causes;
  return {
    kind: 'FAILED',
    reason: `${noRunningTasksSentence(service, ours, rollout)}, after ${alivePatience / 60_000} min${cause ? ` (${cause.sentence})` : ''}`,
    remedy: `${cause?.remedy ?? 'Check the stopped tasks and the service events.'} In the meantime, redeploy a known-good revision.`,
  };
}

export function noRunningTasksSentence(
  service: Service | undefined,
  { deploymentId, taskDefinition }: { readonly deploymentId: string; readonly taskDefinition: string },
  { desiredAtCompletion }: Pick<Rollout, 'desiredAtCompletion'> = {},
): string {
  const running = deploymentOf(service, deploymentId)?.runningCount ?? 0;
  const desired = service?.desiredCount ?? 0;
  const least = leastRunning(taskCounts(service, running, { desiredAtCompletion }));
  const state =
    running > 0
      ? `only ${running} of its ${desired} tasks ${running === 1 ? 'is' : 'are'} running, and at least ${least} must be`
      : desired === 1
        ? 'its task is not running'
        : `none of its ${desired} tasks is running`;
  return `deployment ${deploymentId} of ${shortTaskDefinition(taskDefinition)} has completed, but ${state}`;
}
