import type { DeploymentConfiguration, ServiceDeployment } from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import { beginRollout, type Rollout } from '../rollout/rollout.ts';
import { waitingFor } from './waiting-line.ts';

const minute = 60_000;
/** The stage was entered a minute after the start; two minutes later it is asked. */
const since = { stage: minute, elapsed: 3 * minute, now: Date.parse('2026-11-30T12:03:00Z') };
const ours = {
  cluster: 'main',
  service: 'web',
  serviceArn: 'arn:aws:ecs:us-east-1:123456789012:service/main/web',
  deploymentId: 'ecs-svc/2',
  taskDefinition: 'web:2',
  createdAt: 0,
};

const rolling = (running: number, old: number): Partial<Rollout> => ({
  service: {
    desiredCount: 2,
    deployments: [
      { id: 'ecs-svc/2', status: 'PRIMARY', desiredCount: 2, runningCount: running, pendingCount: 0 },
      ...(old > 0 ? [{ id: 'ecs-svc/1', status: 'ACTIVE', runningCount: old }] : []),
    ],
  },
});
const staged = (
  deployment: ServiceDeployment,
  deploymentConfiguration: DeploymentConfiguration,
): Partial<Rollout> => ({
  serviceDeployment: { status: 'IN_PROGRESS', deploymentConfiguration, ...deployment },
});
const weighted = (traffic: number) => ({
  lifecycleStage: 'PRODUCTION_TRAFFIC_SHIFT' as const,
  targetServiceRevision: {
    requestedTaskCount: 2,
    runningTaskCount: 2,
    requestedProductionTrafficWeight: traffic,
  },
});

describe('what a deployment waits for', () => {
  test.each<[string, Partial<Rollout>, string, number | undefined]>([
    ['nothing is known yet', {}, 'ECS to show the deployment', undefined],
    ['new tasks do not run yet', rolling(1, 2), '1 of 2 new tasks to run', undefined],
    ['old tasks still run', rolling(2, 1), '1 old task to stop', undefined],
    ['only the new tasks run', rolling(2, 0), 'the deployment to complete', undefined],
    [
      'the bake time',
      staged({ lifecycleStage: 'BAKE_TIME' }, { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 30 }),
      'the bake time of 30m to end',
      31 * minute,
    ],
    [
      'a canary bakes',
      staged(weighted(10), {
        strategy: 'CANARY',
        canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 20 },
      }),
      'the canary bake time of 20m at 10% of the traffic to end',
      21 * minute,
    ],
    [
      'the steps of a linear deployment',
      staged(weighted(50), {
        strategy: 'LINEAR',
        linearConfiguration: { stepPercent: 25, stepBakeTimeInMinutes: 6 },
      }),
      'the next traffic step after 6m at 50%',
      7 * minute,
    ],
    [
      'a pause that somebody has to end',
      staged(
        {
          lifecycleStage: 'POST_TEST_TRAFFIC_SHIFT',
          lifecycleHookDetails: [
            { hookId: 'h1', status: 'AWAITING_ACTION', expiresAt: new Date('2026-11-30T12:13:00Z') },
          ],
        },
        {},
      ),
      'hook h1 at POST_TEST_TRAFFIC_SHIFT to be continued',
      13 * minute,
    ],
    [
      'a stage without a pause',
      staged({ lifecycleStage: 'CLEAN_UP', targetServiceRevision: { requestedTaskCount: 0 } }, {}),
      'stage CLEAN_UP to end',
      undefined,
    ],
    ['ECS rolls back', { givenUp: { at: 0, reason: 'the alarm' } }, 'the rollback to end', undefined],
  ])('%s', (_title, rollout, what, until) => {
    const { what: asked, until: end } = waitingFor({ ...beginRollout(ours, 0), ...rollout }, since);
    expect([asked, end]).toEqual([what, until]);
  });
});
