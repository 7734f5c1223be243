import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import type { Timing } from '@landfall/sandbox/clock/timing';

/** ECS's own ways to move traffic step by step, each with short bakes. */
const strategies = {
  'blue-green': { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 2 },
  canary: {
    strategy: 'CANARY',
    bakeTimeInMinutes: 1,
    canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 2 },
  },
  linear: {
    strategy: 'LINEAR',
    bakeTimeInMinutes: 1,
    linearConfiguration: { stepPercent: 25, stepBakeTimeInMinutes: 1 },
  },
} as const satisfies Record<string, DeploymentConfiguration>;

export type Strategy = keyof typeof strategies;
export const strategyNames = Object.keys(strategies) as Strategy[];

/** What every deployment of the demo's service has. */
export const rolling: DeploymentConfiguration = {
  minimumHealthyPercent: 100,
  maximumPercent: 200,
  deploymentCircuitBreaker: { enable: true, rollback: true },
};

export const configurationOf = (strategy: Strategy): DeploymentConfiguration => ({
  ...rolling,
  ...strategies[strategy],
});

/**
 * A demo should not wait for a bake: a minute passes in four seconds, and a stage lasts long enough to be
 * seen.
 */
export const quickStages: Partial<Timing> = { bakeMinute: 4000, stage: 2000 };
