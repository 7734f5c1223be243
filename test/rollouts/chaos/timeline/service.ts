import type { CreateServiceRequest, DeploymentConfiguration } from '@aws-sdk/client-ecs';
import type { HookRule } from '@landfall/sandbox/services/ecs/deployments/hooks';
import { balanced } from '../../scenario/code-deployed.ts';
import { alarm } from '../simulation/place.ts';
import type { Draw } from './draw.ts';
import type { Strategy } from './timeline.ts';

/** The service of a timeline, as it is created. */
export function serviceFrom(
  draw: Draw,
  strategy: Strategy,
  hasPause: boolean,
): Partial<CreateServiceRequest> {
  const { chance, pick } = draw;
  const desiredCount = pick([0, 1, 2, 2, 3, 5]);
  switch (strategy) {
    case 'CODE_DEPLOY':
      return { ...balanced, desiredCount };
    case 'EXTERNAL':
      return { desiredCount, deploymentController: { type: 'EXTERNAL' } };
    case 'EXPRESS':
      return {};
    case 'CLASSIC':
      return {
        desiredCount,
        deploymentConfiguration: { ...rollingFrom(draw), bakeTimeInMinutes: 0 },
        loadBalancers: [{ loadBalancerName: 'classic', containerName: 'app', containerPort: 80 }],
      };
    case 'ROLLING':
      return chance(0.07)
        ? { schedulingStrategy: 'DAEMON', desiredCount: undefined }
        : { desiredCount, deploymentConfiguration: rollingFrom(draw) };
    default:
      return { desiredCount, deploymentConfiguration: stagedFrom(draw, strategy, hasPause) };
  }
}

function commonFrom({ chance, pick }: Draw): DeploymentConfiguration {
  const breaker = pick([
    undefined,
    { enable: true, rollback: true },
    { enable: true, rollback: true },
    { enable: true, rollback: false },
  ]);
  return {
    ...(breaker && { deploymentCircuitBreaker: breaker }),
    ...(chance(0.3) && { alarms: { enable: true, rollback: chance(0.7), alarmNames: [alarm] } }),
    bakeTimeInMinutes: pick([0, 0, 1, 3]),
  };
}

function rollingFrom(draw: Draw): DeploymentConfiguration {
  const { chance, pick } = draw;
  const minimumHealthyPercent = pick([0, 50, 100]);
  return {
    strategy: 'ROLLING',
    ...commonFrom(draw),
    minimumHealthyPercent,
    maximumPercent: pick([150, 200, 200]),
    ...(chance(0.15) && {
      earlySuccessCriteria: {
        enable: true,
        healthyPercent: pick([minimumHealthyPercent, 100]),
        sourceServiceRevisionCleanup: pick(['BLOCKING', 'DEFERRED'] as const),
      },
    }),
  };
}

const stages = ['PRE_SCALE_UP', 'POST_SCALE_UP', 'POST_TEST_TRAFFIC_SHIFT'] as const;
const later = [...stages, 'POST_PRODUCTION_TRAFFIC_SHIFT'] as const;

/** Through the stages of a strategy, with short bakes and, now and then, hooks. */
function stagedFrom(draw: Draw, strategy: Strategy, hasPause: boolean): DeploymentConfiguration {
  const { chance, pick } = draw;
  const timeout = (minutes: readonly number[]) => ({
    timeoutInMinutes: pick(minutes),
    action: pick(['ROLLBACK', 'CONTINUE'] as const),
  });
  return {
    strategy: strategy as 'BLUE_GREEN' | 'LINEAR' | 'CANARY',
    ...commonFrom(draw),
    ...(strategy === 'LINEAR' && {
      linearConfiguration: { stepPercent: pick([25, 33.3, 50]), stepBakeTimeInMinutes: pick([1, 2]) },
    }),
    ...(strategy === 'CANARY' && {
      canaryConfiguration: { canaryPercent: pick([1, 10, 50]), canaryBakeTimeInMinutes: pick([1, 3]) },
    }),
    lifecycleHooks: [
      ...(chance(0.3)
        ? [
            {
              hookTargetArn: 'arn:aws:lambda:us-east-1:123456789012:function:gate',
              roleArn: 'arn:aws:iam::123456789012:role/hooks',
              lifecycleStages: [pick(later)],
              timeoutConfiguration: timeout([2, 5]),
            },
          ]
        : []),
      ...(hasPause
        ? [
            {
              targetType: 'PAUSE' as const,
              lifecycleStages: [pick(later)],
              timeoutConfiguration: timeout([3, 12, 30]),
            },
          ]
        : []),
    ],
  };
}

export const hooksFrom = ({ pick }: Draw): readonly HookRule[] => [
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
];

/** The deployment group of a service that CodeDeploy deploys. */
export function groupFrom({ chance, pick }: Draw, isReadyWaiting: boolean): object {
  return {
    deploymentConfigName: `CodeDeployDefault.ECS${pick(['AllAtOnce', 'AllAtOnce', 'Linear10PercentEvery1Minutes', 'Canary10Percent5Minutes'])}`,
    autoRollbackConfiguration: {
      enabled: chance(0.7),
      events: pick([
        ['DEPLOYMENT_FAILURE'],
        ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM'],
        ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'],
      ]),
    },
    blueGreenDeploymentConfiguration: {
      terminateBlueInstancesOnDeploymentSuccess: {
        action: 'TERMINATE',
        terminationWaitTimeInMinutes: pick([0, 0, 2, 10]),
      },
      ...(isReadyWaiting && {
        deploymentReadyOption: { actionOnTimeout: 'STOP_DEPLOYMENT', waitTimeInMinutes: pick([5, 30]) },
      }),
    },
  };
}
