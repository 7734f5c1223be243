import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';

/** One stretch of a staged deployment. A stage may come several times: linear shifts revisit it. */
export interface StageStep {
  readonly stage: string;
  /** Percentages of traffic to the new revision from here on; the source has the rest. */
  readonly production?: number;
  readonly test?: number;
  /** How long it lasts at least, in milliseconds. */
  readonly wait: number;
  readonly work?: 'reconcile' | 'scale-up' | 'clean-up';
}

/**
 * The stages of a BLUE_GREEN, LINEAR or CANARY deployment, in order.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-deployment-how-it-works.html
 */
export function stagePlan(
  configuration: DeploymentConfiguration,
  options: {
    /** More than one revision was active when it started. */
    readonly reconcile: boolean;
    /** What a stage takes that has nothing to wait for. */
    readonly pace: number;
    /** What a minute of a bake takes, in milliseconds. */
    readonly minute?: number;
    /** An unknown stage, before the test traffic. */
    readonly unknownStage?: string | undefined;
  },
): StageStep[] {
  const { pace, minute = 60_000 } = options;
  const step = (stage: string, more: Partial<StageStep> = {}): StageStep => ({ stage, wait: pace, ...more });
  return [
    ...(options.reconcile ? [step('RECONCILE_SERVICE', { work: 'reconcile' })] : []),
    step('PRE_SCALE_UP'),
    step('SCALE_UP', { work: 'scale-up' }),
    step('POST_SCALE_UP'),
    ...(options.unknownStage === undefined ? [] : [step(options.unknownStage)]),
    step('TEST_TRAFFIC_SHIFT', { test: 100 }),
    step('POST_TEST_TRAFFIC_SHIFT'),
    ...shifts(configuration).flatMap(({ percent, bake }) => [
      ...(configuration.strategy === 'BLUE_GREEN' ? [] : [step('PRE_PRODUCTION_TRAFFIC_SHIFT')]),
      step('PRODUCTION_TRAFFIC_SHIFT', { production: percent, wait: Math.max(pace, bake * minute) }),
    ]),
    step('POST_PRODUCTION_TRAFFIC_SHIFT'),
    step('BAKE_TIME', { wait: (configuration.bakeTimeInMinutes ?? 0) * minute }),
    step('CLEAN_UP', { work: 'clean-up', wait: 0 }),
  ];
}

/** The percentages of production traffic, each with the minutes it is held. */
export function shifts(
  configuration: DeploymentConfiguration,
): { readonly percent: number; readonly bake: number }[] {
  if (configuration.strategy === 'CANARY') {
    const { canaryPercent = 5, canaryBakeTimeInMinutes = 10 } = configuration.canaryConfiguration ?? {};
    return canaryPercent >= 100
      ? [{ percent: 100, bake: 0 }]
      : [
          { percent: canaryPercent, bake: canaryBakeTimeInMinutes },
          { percent: 100, bake: 0 },
        ];
  }
  if (configuration.strategy === 'LINEAR') {
    const { stepPercent = 10, stepBakeTimeInMinutes = 6 } = configuration.linearConfiguration ?? {};
    const held: { percent: number; bake: number }[] = [];
    // In tenths of a percent, so that steps of 33.3 add up without rounding errors.
    for (let tenths = Math.round(stepPercent * 10); tenths < 1_000; tenths += Math.round(stepPercent * 10)) {
      held.push({ percent: tenths / 10, bake: stepBakeTimeInMinutes });
    }
    return [...held, { percent: 100, bake: 0 }];
  }
  return [{ percent: 100, bake: 0 }];
}
