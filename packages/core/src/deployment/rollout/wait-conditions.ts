import type { DeploymentConfiguration, DeploymentLifecycleHook } from '@aws-sdk/client-ecs';

/** What a user asks of the wait for a deployment. Durations in milliseconds; undefined: by the service's strategy. */
export interface WaitOptions extends Omit<WaitConditions, 'until' | 'timeout' | 'stallAfter'> {
  readonly until: WaitUntil | 'started';
  readonly timeout?: number | undefined;
  /** When the host ends the job, from the beginning of the run. */
  readonly jobTimeout?: number | undefined;
  readonly stallTimeout?: number | undefined;
  readonly onCancel: 'leave' | 'stop';
}

/** What that resolves to for one deployment. Durations in milliseconds. */
export interface WaitConditions {
  readonly until: WaitUntil;
  readonly timeout: number;
  /** Give up when nothing has moved for so long. */
  readonly stallAfter: number;
  /** Someone else continues a paused deployment: continue watching. */
  readonly waitThroughPause: boolean;
  /**
   * The pause hook that was answered when the watch began: it may be shown as waiting a little
   * longer.
   */
  readonly answeredHook?: string | undefined;
  /** End early on a cause that retrying cannot fix. Only where no circuit breaker will do it. */
  readonly failFast: boolean;
  /** This many tasks are to run, where a count was set without a deployment. */
  readonly count?: number | undefined;
  /** The deployment is stopped, or replaces another, to roll back. */
  readonly rollback?: RollbackBy | undefined;
}

/** The conditions at one moment of the wait. Monotonic milliseconds. */
export interface Terms extends Omit<WaitConditions, 'timeout'> {
  readonly now: number;
  readonly deadline: number;
  /** How long a service that ECS does not know, or does not yet show as ours, is put down to eventual consistency. */
  readonly grace: number;
  /** Since when nothing could be read: what does not move then is not the deployment. */
  readonly unreadSince?: number | undefined;
  /** When something was last read, and when the watch began; absent in a judgement of one read. */
  readonly readAt?: number | undefined;
  readonly startedAt?: number | undefined;
}

/** `stop`: a deployment that is stopped is followed. `deploy`: one of the earlier version. */
export type RollbackBy = 'stop' | 'deploy';

export type WaitUntil =
  | 'completed'
  | 'traffic-shifted'
  | 'paused'
  | { readonly stage: string }
  | { readonly event: string };

const minute = 60_000;

/**
 * ECS gives a hook a day unless it is told otherwise. Someone may take that day to continue a pause; a
 * function that has not answered in a quarter of an hour will not.
 */
const hookMinutes = (hook: DeploymentLifecycleHook) =>
  hook.timeoutConfiguration?.timeoutInMinutes ?? (hook.targetType === 'PAUSE' ? 1440 : 15);

/**
 * How long a deployment may reasonably take, in milliseconds: twenty minutes for its tasks, and what its strategy
 * adds by design (bake, steps, hooks that wait). A fixed limit would end every blue/green deployment with a bake.
 */
export function defaultTimeout(configuration: DeploymentConfiguration | undefined): number {
  const bake = (configuration?.bakeTimeInMinutes ?? 0) * minute;
  const linear = configuration?.strategy === 'LINEAR' ? configuration.linearConfiguration : undefined;
  const steps = linear
    ? Math.ceil(100 / (linear.stepPercent ?? 10)) * (linear.stepBakeTimeInMinutes ?? 6) * minute
    : 0;
  const canary =
    configuration?.strategy === 'CANARY'
      ? (configuration.canaryConfiguration?.canaryBakeTimeInMinutes ?? 10) * minute
      : 0;
  const hooks = (configuration?.lifecycleHooks ?? []).reduce(
    (sum, hook) => sum + (hook.lifecycleStages?.length ?? 1) * hookMinutes(hook) * minute,
    0,
  );
  return 20 * minute + bake + steps + canary + hooks;
}

/** Nothing may move for so long by design: the longest single pause of the strategy, and fifteen minutes on top. */
export function defaultStall(configuration: DeploymentConfiguration | undefined): number {
  const pauses = [
    configuration?.bakeTimeInMinutes ?? 0,
    configuration?.strategy === 'LINEAR'
      ? (configuration.linearConfiguration?.stepBakeTimeInMinutes ?? 6)
      : 0,
    configuration?.strategy === 'CANARY'
      ? (configuration.canaryConfiguration?.canaryBakeTimeInMinutes ?? 10)
      : 0,
    // A pause stops the stall clock by itself.
    ...(configuration?.lifecycleHooks ?? []).filter((hook) => hook.targetType !== 'PAUSE').map(hookMinutes),
  ];
  return (Math.max(...pauses) + 15) * minute;
}
