import type { DeploymentEarlySuccessCriteria } from '@aws-sdk/client-ecs';

/**
 * Whether a rolling deployment is done: all of its tasks healthy and none of the older ones left. With early success
 * criteria a part of the tasks is enough, and `DEFERRED` leaves the older ones to be removed afterwards.
 */
export function rolloutComplete(input: {
  readonly desired: number;
  readonly live: number;
  readonly healthy: number;
  /** Tasks of older deployments that have not stopped. */
  readonly olderLeft: number;
  readonly early?: DeploymentEarlySuccessCriteria | undefined;
}): boolean {
  if (input.early?.enable === true) {
    const enough = Math.ceil((input.desired * (input.early.healthyPercent ?? 100)) / 100);
    const cleared = input.olderLeft === 0 || input.early.sourceServiceRevisionCleanup === 'DEFERRED';
    return input.healthy >= enough && cleared;
  }
  return input.live === input.desired && input.healthy === input.desired && input.olderLeft === 0;
}
