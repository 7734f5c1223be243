import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';

const minute = 60_000;

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
    (sum, hook) => sum + (hook.timeoutConfiguration?.timeoutInMinutes ?? 15) * minute,
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
    ...(configuration?.lifecycleHooks ?? []).map((hook) => hook.timeoutConfiguration?.timeoutInMinutes ?? 15),
  ];
  return (Math.max(...pauses) + 15) * minute;
}
