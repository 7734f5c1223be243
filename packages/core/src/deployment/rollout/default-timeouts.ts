import type { DeploymentConfiguration, DeploymentLifecycleHook } from '@aws-sdk/client-ecs';

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
