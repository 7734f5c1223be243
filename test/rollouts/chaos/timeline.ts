import type { CreateServiceRequest, DeploymentConfiguration } from '@aws-sdk/client-ecs';
import type { HookRule } from '@landfall/sandbox/ecs/engine/hooks';
import type { FateRule } from '@landfall/sandbox/ecs/fates/fate';
import type { FaultRule } from '@landfall/sandbox/faults/fault';
import { seededRandom } from '@landfall/sandbox/world/random';
import { drawing, fatesFrom, faultFrom } from './draw.ts';

/** Everything that happens in one scene, drawn from one number: the same seed is the same scene. */
export interface Timeline {
  readonly seed: number;
  readonly service: Partial<CreateServiceRequest>;
  /** What becomes of the tasks of the new version. */
  readonly fates: readonly FateRule[];
  readonly faults: readonly FaultRule[];
  readonly lag: { readonly staleReads: number; readonly lateServiceDeployment: number };
  /** Others meddle, so many milliseconds after the start. */
  readonly meddling: readonly { readonly at: number; readonly what: Meddling }[];
  /** What the functions of lifecycle hooks answer. */
  readonly hooks: readonly HookRule[];
  readonly unknownStage: string | undefined;
  readonly until: 'completed' | 'traffic-shifted' | 'paused';
  readonly onPause: 'end' | 'wait';
  /** The run is killed and started again this often. */
  readonly restarts: number;
  readonly force: boolean;
  readonly onCancel: 'leave' | 'stop';
}

export type Meddling = 'supersede' | 'scale' | 'stop' | 'cancel' | 'alarm' | 'continue' | 'turn-back';
/** The alarm that every service with alarms watches. */
export const alarm = 'errors';

const operations = [
  'ecs:DescribeServices',
  'ecs:DescribeServiceDeployments',
  'ecs:ListServiceDeployments',
  'ecs:RegisterTaskDefinition',
  'ecs:UpdateService',
  'ecs:DescribeTaskDefinition',
  'ecs:ListTasks',
  'ecs:DescribeTasks',
] as const;

export function timelineOf(seed: number): Timeline {
  const random = seededRandom(seed);
  const draw = drawing(random);
  const { chance, pick, between } = draw;
  const fates = fatesFrom(draw, seed, { image: 'web:2' });
  const configuration = configurationFrom(random);
  const isStaged = configuration.strategy !== 'ROLLING';
  const hasPause = configuration.lifecycleHooks?.some((hook) => hook.targetType === 'PAUSE') === true;
  const meddling = [
    ...(chance(0.35)
      ? [{ at: between(1000, 300_000), what: pick(['supersede', 'scale', 'stop', 'cancel'] as const) }]
      : []),
    ...(configuration.alarms && chance(0.4) ? [{ at: between(1000, 400_000), what: 'alarm' as const }] : []),
    ...(hasPause && chance(0.6)
      ? [{ at: between(60_000, 600_000), what: pick(['continue', 'continue', 'turn-back'] as const) }]
      : []),
  ];
  return {
    seed,
    service: { desiredCount: pick([0, 1, 2, 3, 5]), deploymentConfiguration: configuration },
    fates,
    faults: Array.from({ length: between(0, 4) }, () => faultFrom(draw, operations)),
    lag: {
      staleReads: chance(0.3) ? between(1, 8) : 0,
      lateServiceDeployment: chance(0.3) ? between(1, 8) : 0,
    },
    meddling,
    hooks: [
      {
        answers: pick<HookRule['answers']>([
          ['SUCCEEDED'],
          ['SUCCEEDED'],
          ['FAILED'],
          [{ status: 'IN_PROGRESS' }, 'SUCCEEDED'],
          [{ status: 'IN_PROGRESS', callBackDelay: 90 }, 'FAILED'],
          [{ status: 'IN_PROGRESS' }],
        ]),
      },
    ],
    unknownStage: chance(0.1) ? 'WARM_UP_CACHES' : undefined,
    until: isStaged && chance(0.15) ? pick(['traffic-shifted', 'paused']) : 'completed',
    onPause: pick(['end', 'wait']),
    restarts: chance(0.25) ? between(1, 3) : 0,
    force: chance(0.1),
    onCancel: pick(['leave', 'stop']),
  };
}

/** Half of the services are rolled; the others go through the stages of their strategy, with short bakes. */
function configurationFrom(random: () => number): DeploymentConfiguration {
  const { chance, pick } = drawing(random);
  const breaker = pick([
    undefined,
    { enable: true, rollback: true },
    { enable: true, rollback: true },
    { enable: true, rollback: false },
  ]);
  const common = {
    ...(breaker && { deploymentCircuitBreaker: breaker }),
    ...(chance(0.3) && { alarms: { enable: true, rollback: chance(0.7), alarmNames: [alarm] } }),
    bakeTimeInMinutes: pick([0, 0, 1, 3]),
  };
  const strategy = pick(['ROLLING', 'ROLLING', 'ROLLING', 'BLUE_GREEN', 'LINEAR', 'CANARY'] as const);
  if (strategy === 'ROLLING') {
    return {
      strategy,
      ...common,
      minimumHealthyPercent: pick([0, 50]),
      maximumPercent: pick([150, 200, 200]),
      ...(chance(0.2) && {
        earlySuccessCriteria: {
          enable: true,
          healthyPercent: pick([50, 75, 100]),
          sourceServiceRevisionCleanup: pick(['BLOCKING', 'DEFERRED'] as const),
        },
      }),
    };
  }
  const stages = ['PRE_SCALE_UP', 'POST_SCALE_UP', 'POST_TEST_TRAFFIC_SHIFT'] as const;
  const later = [...stages, 'POST_PRODUCTION_TRAFFIC_SHIFT'] as const;
  return {
    strategy,
    ...common,
    ...(strategy === 'LINEAR' && {
      linearConfiguration: { stepPercent: pick([25, 33.3, 50]), stepBakeTimeInMinutes: pick([1, 2]) },
    }),
    ...(strategy === 'CANARY' && {
      canaryConfiguration: { canaryPercent: pick([1, 10, 50]), canaryBakeTimeInMinutes: pick([1, 3]) },
    }),
    lifecycleHooks: [
      ...(chance(0.35)
        ? [
            {
              hookTargetArn: 'arn:aws:lambda:us-east-1:123456789012:function:gate',
              roleArn: 'arn:aws:iam::123456789012:role/hooks',
              lifecycleStages: [pick(later)],
              timeoutConfiguration: {
                timeoutInMinutes: pick([2, 5]),
                action: pick(['ROLLBACK', 'CONTINUE'] as const),
              },
            },
          ]
        : []),
      ...(chance(0.2)
        ? [
            {
              targetType: 'PAUSE' as const,
              lifecycleStages: [pick(later)],
              timeoutConfiguration: {
                timeoutInMinutes: pick([3, 12]),
                action: pick(['ROLLBACK', 'CONTINUE'] as const),
              },
            },
          ]
        : []),
    ],
  };
}
