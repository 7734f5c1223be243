import type { DeploymentGroupInfo, TrafficRoutingConfig } from '@aws-sdk/client-codedeploy';

const minute = 60_000;

/** How long a deployment of a group takes by design, in milliseconds. */
export interface Timing {
  /** From the first share of the traffic to all of it. */
  readonly shift: number;
  readonly longestStep: number;
  /** Waiting in Ready until someone continues it; 0 when it continues by itself. */
  readonly readyWait: number;
  /** Before the old task set is ended: only then is a deployment Succeeded. */
  readonly terminationWait: number;
}

const predefined =
  /^CodeDeployDefault\.ECS(?:AllAtOnce|Linear(\d+)PercentEvery(\d+)Minutes|Canary(\d+)Percent(\d+)Minutes)$/;

/**
 * The routing of a predefined configuration by its name, or undefined for a user's own, which must be
 * read.
 */
export function predefinedRouting(name: string): TrafficRoutingConfig | undefined {
  const match = predefined.exec(name);
  if (!match) return undefined;
  const [, linear, every, canary, held] = match;
  if (linear !== undefined) {
    return {
      type: 'TimeBasedLinear',
      timeBasedLinear: { linearPercentage: Number(linear), linearInterval: Number(every) },
    };
  }
  if (canary !== undefined) {
    return {
      type: 'TimeBasedCanary',
      timeBasedCanary: { canaryPercentage: Number(canary), canaryInterval: Number(held) },
    };
  }
  return { type: 'AllAtOnce' };
}

export function timingOf(group: DeploymentGroupInfo, routing: TrafficRoutingConfig | undefined): Timing {
  const settings = group.blueGreenDeploymentConfiguration;
  const ready = settings?.deploymentReadyOption;
  const blue = settings?.terminateBlueInstancesOnDeploymentSuccess;
  const linear = routing?.timeBasedLinear;
  const step = (linear?.linearInterval ?? routing?.timeBasedCanary?.canaryInterval ?? 0) * minute;
  const steps = linear ? Math.ceil(100 / (linear.linearPercentage ?? 10)) : 1;
  return {
    shift: step * steps,
    longestStep: step,
    readyWait: ready?.actionOnTimeout === 'STOP_DEPLOYMENT' ? (ready.waitTimeInMinutes ?? 0) * minute : 0,
    terminationWait: blue?.action === 'KEEP_ALIVE' ? 0 : (blue?.terminationWaitTimeInMinutes ?? 0) * minute,
  };
}

/** Twenty minutes for the tasks, as with every other controller, and what the group adds by design. */
export const defaultTimeout = ({ shift, readyWait, terminationWait }: Timing): number =>
  20 * minute + shift + readyWait + terminationWait;

/** The longest time for which nothing moves by design, and fifteen minutes on top. */
export const defaultStall = ({ longestStep, readyWait, terminationWait }: Timing): number =>
  15 * minute + Math.max(longestStep, readyWait, terminationWait);
