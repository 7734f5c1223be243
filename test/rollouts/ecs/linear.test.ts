import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import { createScenario, scenario } from '../scenario/current.ts';
import { logLinesOf, type ScenarioOptions, stagesOf } from '../scenario/scenario.ts';

const minute = 60_000;
const alarms = { alarms: { enable: true, rollback: true, alarmNames: ['errors'] } };

/** A service on version 1 whose traffic is shifted in two halves, three minutes apart. */
const given = async (configuration: DeploymentConfiguration = {}, options: ScenarioOptions = {}) => {
  await createScenario({
    services: {
      web: {
        deploymentConfiguration: {
          strategy: 'LINEAR',
          linearConfiguration: { stepPercent: 50, stepBakeTimeInMinutes: 3 },
          ...configuration,
        },
      },
    },
    ...options,
  });
};

const half = [
  'PRE_SCALE_UP (0% traffic)',
  'SCALE_UP (0% traffic)',
  'POST_SCALE_UP (0% traffic)',
  'TEST_TRAFFIC_SHIFT (0% traffic)',
  'POST_TEST_TRAFFIC_SHIFT (0% traffic)',
  'PRE_PRODUCTION_TRAFFIC_SHIFT (0% traffic)',
  'PRODUCTION_TRAFFIC_SHIFT (50% traffic)',
];
const whole = [
  ...half,
  'PRE_PRODUCTION_TRAFFIC_SHIFT (50% traffic)',
  'PRODUCTION_TRAFFIC_SHIFT (100% traffic)',
  'POST_PRODUCTION_TRAFFIC_SHIFT (100% traffic)',
];

describe('LINEAR, transition by transition', () => {
  test('GoodToGood: every step is told with its share of the traffic', async () => {
    await given();
    const end = await scenario.deploy();
    expect(stagesOf(end)).toEqual([...whole, 'CLEAN_UP (100% traffic)']);
    expect(end).toEnd('SUCCEEDED 0');
    expect(scenario.serving()).toEqual(['web:2 2']);
    expect(end.took).toBeGreaterThan(3 * minute);
  });

  test('GoodToBad, an alarm at half of the traffic: the other half is never shifted', async () => {
    await given(alarms);
    scenario.alarmAt(2 * minute, 'errors');
    const end = await scenario.deploy();
    expect(stagesOf(end)).toEqual(half);
    expect(logLinesOf(end.host)).toContain('warning: web  alarm in state ALARM: errors');
    expect(end).toEnd('ROLLED_BACK 1');
    expect(end.result.error?.summary).toBe(
      'web: web:2 is not live: Service deployment rolled back because one or more alarms were triggered. (live: web:1)',
    );
    expect(scenario.serving()).toEqual(['web:1 2']);
  });

  test('GoodToBad, tasks that crash: the breaker ends it before any traffic is shifted', async () => {
    await given(
      { deploymentCircuitBreaker: { enable: true, rollback: true } },
      { taskRules: [{ match: { image: 'web:2' }, outcome: { kind: 'out-of-memory', after: 1000 } }] },
    );
    const end = await scenario.deploy();
    expect(stagesOf(end)).toEqual(half.slice(0, 2));
    expect(end).toEnd('ROLLED_BACK 1');
    expect(end.result.error?.details.join('\n')).toMatch(/OutOfMemory/);
    expect(scenario.serving()).toEqual(['web:1 2']);
  });

  test('GoodToBad, a hook before the second step says no: half of the traffic goes back', async () => {
    await given(
      {
        lifecycleHooks: [
          {
            hookTargetArn: 'arn:aws:lambda:us-east-1:123456789012:function:gate',
            roleArn: 'arn:aws:iam::123456789012:role/hooks',
            lifecycleStages: ['PRE_PRODUCTION_TRAFFIC_SHIFT'],
          },
        ],
      },
      { hooks: [{ answers: ['FAILED'] }] },
    );
    const end = await scenario.deploy();
    expect(stagesOf(end)).toEqual(half.slice(0, -1));
    expect(end).toEnd('ROLLED_BACK 1');
    expect(scenario.serving()).toEqual(['web:1 2']);
  });

  test('BadToGood: a broken service is fixed by a good version', async () => {
    await given(
      {},
      { taskRules: [{ match: { image: 'web:1' }, outcome: { kind: 'exit', code: 1, after: 1000 } }] },
    );
    const end = await scenario.deploy();
    expect(end).toEnd('SUCCEEDED 0');
    expect(scenario.serving()).toEqual(['web:2 2']);
  });

  test('BadToBad without a breaker: permanent causes end the wait, and the remedy is theirs', async () => {
    await given({}, { taskRules: [{ match: { family: 'web' }, outcome: { kind: 'pull-error' } }] });
    const end = await scenario.deploy();
    expect(end).toEnd('FAILED 1');
    expect(end.result.error?.summary).toMatch(
      /retrying cannot fix this, and no circuit breaker is enabled to stop ECS from retrying/,
    );
    expect(scenario.serving()).toEqual([]);
  });

  test('D16: superseded between two steps', async () => {
    await given();
    scenario.deployAt(2 * minute, 3);
    const end = await scenario.deploy();
    expect(end).toEnd('SUPERSEDED 1');
  });

  test('stopped by a person between two steps', async () => {
    await given();
    scenario.stopAt(2 * minute);
    const end = await scenario.deploy();
    expect(stagesOf(end)).toEqual(half);
    expect(end).toEnd('ROLLED_BACK 1');
    expect(scenario.serving()).toEqual(['web:1 2']);
  });

  test('autoscaled between two steps: the new tasks join, and the verdict is of our deployment', async () => {
    await given();
    scenario.scaleAt(2 * minute, 4);
    const end = await scenario.deploy();
    expect(logLinesOf(end.host)).toContain('info: web  desired count 2 → 4');
    expect(end).toEnd('SUCCEEDED 0');
    expect(scenario.serving()).toEqual(['web:2 4']);
  });

  test('many steps with long bakes neither stall nor time out', async () => {
    await given({ linearConfiguration: { stepPercent: 10, stepBakeTimeInMinutes: 60 } });
    const end = await scenario.deploy();
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.took).toBeGreaterThan(9 * 60 * minute);
    // The last shift lasts five seconds; after an hour of rest a read comes every thirty and may miss it.
    expect(
      stagesOf(end)
        .filter((line) => /^PRODUCTION_.* \(\d0% /.test(line))
        .slice(0, 9),
    ).toEqual(
      [10, 20, 30, 40, 50, 60, 70, 80, 90].map((share) => `PRODUCTION_TRAFFIC_SHIFT (${share}% traffic)`),
    );
  });

  test('wait-until traffic-shifted: half is not all', async () => {
    await given({ bakeTimeInMinutes: 30 });
    const end = await scenario.deploy({ 'wait-until': 'traffic-shifted' });
    expect(stagesOf(end)).toEqual(whole.slice(0, -1));
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.took).toBeLessThan(10 * minute);
  });

  test('wait-until stage:PRODUCTION_TRAFFIC_SHIFT: the first step is enough', async () => {
    await given();
    const end = await scenario.deploy({ 'wait-until': 'stage:PRODUCTION_TRAFFIC_SHIFT' });
    expect(stagesOf(end)).toEqual(half);
    expect(end).toEnd('SUCCEEDED 0');
  });
});
