/** The order of stages (ECS API, ServiceDeployment.lifecycleStage). A stage not listed here is printed, never judged. */
const stageOrder = [
  'RECONCILE_SERVICE',
  'PRE_SCALE_UP',
  'SCALE_UP',
  'POST_SCALE_UP',
  'TEST_TRAFFIC_SHIFT',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRE_PRODUCTION_TRAFFIC_SHIFT',
  'PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
  'BAKE_TIME',
  'CLEAN_UP',
] as const;

const orderOf = (stage: string | undefined) => stageOrder.indexOf(stage as (typeof stageOrder)[number]);

/** How far a deployment with stages has come that is still in progress. */
export interface Reached {
  readonly stage?: string | undefined;
  /** Percent of the production traffic on it, where ECS tells. */
  readonly productionWeight?: number | undefined;
  /** As DescribeServices shows it. */
  readonly isAlive: boolean;
}

/**
 * Whether a deployment that is still in progress has reached what `wait-until` names. From POST_SCALE_UP on
 * it must be alive, too. A stage that is not listed can still be waited for, by its very name.
 */
export function hasReached(until: 'traffic-shifted' | { readonly stage: string }, now: Reached): boolean {
  if (until === 'traffic-shifted') return now.productionWeight === 100 && now.isAlive;
  const [at, wanted] = [orderOf(now.stage), orderOf(until.stage)];
  const isThere = now.stage === until.stage || (at >= 0 && wanted >= 0 && at >= wanted);
  return isThere && (now.isAlive || (at >= 0 && at < orderOf('POST_SCALE_UP')));
}
