import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import { createScenario, scenario } from '../scenario/current.ts';
import { logLinesOf, type ScenarioOptions, stagesOf } from '../scenario/scenario.ts';

const minute = 60_000;

/** A service on version 1; a tenth of the traffic tries the new version for three minutes, then it bakes for two. */
const given = async (configuration: DeploymentConfiguration = {}, options: ScenarioOptions = {}) => {
  await createScenario({
    services: {
      web: {
        deploymentConfiguration: {
          strategy: 'CANARY',
          canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 3 },
          bakeTimeInMinutes: 2,
          ...configuration,
        },
      },
    },
    ...options,
  });
};

const tried = [
  'PRE_SCALE_UP (0% traffic)',
  'SCALE_UP (0% traffic)',
  'POST_SCALE_UP (0% traffic)',
  'TEST_TRAFFIC_SHIFT (0% traffic)',
  'POST_TEST_TRAFFIC_SHIFT (0% traffic)',
  'PRE_PRODUCTION_TRAFFIC_SHIFT (0% traffic)',
  'PRODUCTION_TRAFFIC_SHIFT (10% traffic)',
];
const taken = [
  ...tried,
  'PRE_PRODUCTION_TRAFFIC_SHIFT (10% traffic)',
  'PRODUCTION_TRAFFIC_SHIFT (100% traffic)',
  'POST_PRODUCTION_TRAFFIC_SHIFT (100% traffic)',
  'BAKE_TIME (100% traffic)',
];

describe('CANARY, transition by transition', () => {
  test('GoodToGood: a tenth of the traffic, then all of it, then the bake', async () => {
    await given();
    const end = await scenario.deploy();
    expect(stagesOf(end)).toEqual([...taken, 'CLEAN_UP (100% traffic)']);
    expect(end).toEnd('SUCCEEDED 0');
    expect(scenario.serving()).toEqual(['web:2 2']);
    expect(end.took).toBeGreaterThan(5 * minute);
  });

  test('GoodToBad, an alarm while a tenth of the traffic tries it: the rest of the traffic never reaches it', async () => {
    await given({ alarms: { enable: true, rollback: true, alarmNames: ['errors'] } });
    scenario.alarmAt(2 * minute, 'errors');
    const end = await scenario.deploy();
    expect(stagesOf(end)).toEqual(tried);
    expect(end).toEnd('ROLLED_BACK 1');
    expect(end.result.error?.summary).toBe(
      'web: web:2 is not live: Service deployment rolled back because one or more alarms were triggered. (live: web:1)',
    );
    expect(scenario.serving()).toEqual(['web:1 2']);
  });

  test('GoodToBad, a canary that cannot be pulled: the breaker ends it, and the image is named', async () => {
    await given(
      { deploymentCircuitBreaker: { enable: true, rollback: true } },
      { taskRules: [{ match: { image: 'web:2' }, outcome: { kind: 'pull-error' } }] },
    );
    const end = await scenario.deploy();
    expect(stagesOf(end)).toEqual(tried.slice(0, 2));
    expect(end).toEnd('ROLLED_BACK 1');
    expect(end.result.error?.details.join('\n')).toMatch(/CannotPullContainerError.*example\/web:2/);
    expect(scenario.serving()).toEqual(['web:1 2']);
  });

  test('GoodToBad without a breaker: the second permanent cause ends the wait; version 1 still serves', async () => {
    await given({}, { taskRules: [{ match: { image: 'web:2' }, outcome: { kind: 'pull-error' } }] });
    const end = await scenario.deploy();
    expect(end).toEnd('FAILED 1');
    expect(end.took).toBeLessThan(2 * minute);
    expect(scenario.serving()).toEqual(['web:1 2']);
  });

  test.each([
    ['FAILED' as const, 'returned FAILED status.'],
    [{ status: 'IN_PROGRESS' } as const, 'timed out.'],
  ])('GoodToBad, the hook after the test traffic: %j', async (answer, words) => {
    await given(
      {
        lifecycleHooks: [
          {
            hookTargetArn: 'arn:aws:lambda:us-east-1:123456789012:function:smoke',
            roleArn: 'arn:aws:iam::123456789012:role/hooks',
            lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'],
            timeoutConfiguration: { timeoutInMinutes: 3, action: 'ROLLBACK' },
          },
        ],
      },
      { hooks: [{ target: 'smoke', answers: [answer] }] },
    );
    const end = await scenario.deploy();
    expect(stagesOf(end)).toEqual(tried.slice(0, 5));
    expect(end).toEnd('ROLLED_BACK 1');
    expect(end.result.error?.summary).toBe(
      `web: web:2 is not live: Service deployment rolled back because POST_TEST_TRAFFIC_SHIFT lifecycle hook(s) failed. Lifecycle hook target arn:aws:lambda:us-east-1:123456789012:function:smoke ${words} (live: web:1)`,
    );
    expect(scenario.serving()).toEqual(['web:1 2']);
  });

  test('a pause before the rest of the traffic: PAUSED with a tenth on the new version', async () => {
    await given({
      lifecycleHooks: [
        {
          targetType: 'PAUSE',
          lifecycleStages: ['POST_PRODUCTION_TRAFFIC_SHIFT'],
          timeoutConfiguration: { timeoutInMinutes: 60, action: 'CONTINUE' },
        },
      ],
    });
    const end = await scenario.deploy();
    expect(end).toEnd('PAUSED 4');
    expect(end.result.error?.summary).toMatch(
      /^web: web:2 is not live: hook [0-9a-f-]{36} is waiting for approval at POST_PRODUCTION_TRAFFIC_SHIFT; at .*Z ECS will CONTINUE$/,
    );
  });

  test('BadToGood: a broken service is fixed by a good version', async () => {
    await given(
      {},
      { taskRules: [{ match: { image: 'web:1' }, outcome: { kind: 'exit', code: 1, after: 1000 } }] },
    );
    expect(await scenario.deploy()).toEnd('SUCCEEDED 0');
    expect(scenario.serving()).toEqual(['web:2 2']);
  });

  test('BadToBad: the rollback has nowhere to go, FAILED', async () => {
    await given(
      { deploymentCircuitBreaker: { enable: true, rollback: true } },
      { taskRules: [{ match: { family: 'web' }, outcome: { kind: 'exit', code: 1, after: 1000 } }] },
    );
    const end = await scenario.deploy();
    expect(end).toEnd('FAILED 1');
    expect(end.result.error?.summary).toMatch(/the rollback also failed: No rollback candidate was found/);
  });

  test('D16: superseded while the canary runs', async () => {
    await given();
    scenario.deployAt(2 * minute, 3);
    const end = await scenario.deploy();
    expect(end).toEnd('SUPERSEDED 1');
    expect(end.result.error?.summary).toMatch(
      /superseded by deployment ecs-svc\/\d+ of web:3; this run deployed web:2$/,
    );
  });

  test('stopped by a person while the canary runs', async () => {
    await given();
    scenario.stopAt(2 * minute);
    const end = await scenario.deploy();
    expect(stagesOf(end)).toEqual(tried);
    expect(end).toEnd('ROLLED_BACK 1');
    expect(scenario.serving()).toEqual(['web:1 2']);
  });

  test('autoscaled while the canary runs', async () => {
    await given();
    scenario.scaleAt(2 * minute, 3);
    const end = await scenario.deploy();
    expect(logLinesOf(end.host)).toContain('info: web  desired count 2 → 3');
    expect(end).toEnd('SUCCEEDED 0');
    expect(scenario.serving()).toEqual(['web:2 3']);
  });

  test('a canary of eight hours neither stalls nor times out', async () => {
    await given({ canaryConfiguration: { canaryPercent: 5, canaryBakeTimeInMinutes: 480 } });
    const end = await scenario.deploy();
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.took).toBeGreaterThan(480 * minute);
  });

  test('an unknown stage is printed, and passed', async () => {
    await given({}, { unknownStage: 'WARM_UP_CACHES' });
    const end = await scenario.deploy();
    expect(stagesOf(end)).toContain('WARM_UP_CACHES (0% traffic)');
    expect(end).toEnd('SUCCEEDED 0');
  });

  test('wait-until traffic-shifted: a tenth is not all', async () => {
    await given();
    const end = await scenario.deploy({ 'wait-until': 'traffic-shifted' });
    expect(stagesOf(end)).toEqual(taken.slice(0, -2));
    expect(end).toEnd('SUCCEEDED 0');
  });

  test('wait-until stage:BAKE_TIME: green when the bake begins', async () => {
    await given();
    const end = await scenario.deploy({ 'wait-until': 'stage:BAKE_TIME' });
    expect(stagesOf(end)).toEqual(taken);
    expect(logLinesOf(end.host).at(-1)).toBe('info: ✓ web: the deployment has reached BAKE_TIME');
    expect(end).toEnd('SUCCEEDED 0');
  });
});
