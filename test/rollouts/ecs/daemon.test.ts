import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import { createScenario, scenario } from '../scenario/current.ts';
import { logLinesOf, type ScenarioOptions } from '../scenario/scenario.ts';

/** One task on every instance: only ECS sets the count. */
const given = async (deploymentConfiguration?: DeploymentConfiguration, options: ScenarioOptions = {}) => {
  await createScenario({
    services: {
      web: {
        schedulingStrategy: 'DAEMON',
        desiredCount: undefined,
        ...(deploymentConfiguration && { deploymentConfiguration }),
      },
    },
    ...options,
  });
};

const breaker = { deploymentCircuitBreaker: { enable: true, rollback: true } };

describe('DAEMON, transition by transition', () => {
  test('GoodToGood: the old task goes before the new one comes, and no desired count is sent', async () => {
    await given();
    const end = await scenario.deploy();
    expect(logLinesOf(end.host)).toEqual([
      'info: task definition registered web:2',
      'warning: the deployment circuit breaker of web is off: ECS will keep retrying a failing deployment; only the time limits of this step will end the wait',
      'info: web: deployment ecs-svc/… of web:2 in cluster main',
      'info: web  · has stopped 1 running tasks: (task …).',
      'info: web  · has started 1 tasks: (task …).',
      'info: web  · (deployment ecs-svc/… of web:2) deployment completed.',
      'info: web  · has reached a steady state.',
      'info: ✓ web: web:2 is live',
    ]);
    expect(end).toEnd('SUCCEEDED 0');
    expect(scenario.serving()).toEqual(['web:2 1']);
    const update = scenario.sandbox.journal().findLast((one) => one.operation === 'UpdateService');
    expect(Object.keys(update?.input as object).sort()).toEqual(['cluster', 'service', 'taskDefinition']);
  });

  test('a desired count is refused before anything is registered', async () => {
    await given();
    const end = await scenario.deploy({ 'desired-count': '3' });
    expect(end.result).toMatchObject({
      exitCode: 2,
      error: {
        code: 'INPUT_INVALID',
        summary: 'desired-count cannot be set for web: DAEMON services run one task per container instance',
      },
    });
    expect(logLinesOf(end.host)).not.toContain('info: task definition registered web:2');
    expect(end.deploymentsMade).toBe(0);
  });

  test('GoodToBad with a breaker: rolled back', async () => {
    await given(breaker, {
      taskRules: [{ match: { image: 'web:2' }, outcome: { kind: 'exit', code: 9, after: 1000 } }],
    });
    const end = await scenario.deploy();
    expect(end).toEnd('ROLLED_BACK 1');
    expect(end.result.error?.details.join('\n')).toMatch(/exit code 9/);
    expect(scenario.serving()).toEqual(['web:1 1']);
  });

  test('GoodToBad without a breaker: a permanent cause ends the wait, and nothing serves', async () => {
    await given(undefined, { taskRules: [{ match: { image: 'web:2' }, outcome: { kind: 'secret-error' } }] });
    const end = await scenario.deploy();
    expect(end).toEnd('FAILED 1');
    expect(scenario.serving()).toEqual([]);
  });

  test('BadToGood', async () => {
    await given(undefined, {
      taskRules: [{ match: { image: 'web:1' }, outcome: { kind: 'exit', code: 1, after: 1000 } }],
    });
    expect(await scenario.deploy()).toEnd('SUCCEEDED 0');
    expect(scenario.serving()).toEqual(['web:2 1']);
  });

  test('BadToBad: FAILED, with nothing to roll back to', async () => {
    await given(breaker, {
      taskRules: [{ match: { family: 'web' }, outcome: { kind: 'exit', code: 1, after: 1000 } }],
    });
    expect(await scenario.deploy()).toEnd('FAILED 1');
    expect(scenario.serving()).toEqual([]);
  });

  test('D16: superseded', async () => {
    await given();
    scenario.deployAt(20_000, 3);
    expect(await scenario.deploy()).toEnd('SUPERSEDED 1');
  });

  test('stopped by a person: rolled back', async () => {
    await given();
    scenario.stopAt(20_000);
    expect(await scenario.deploy()).toEnd('ROLLED_BACK 1');
    expect(scenario.serving()).toEqual(['web:1 1']);
  });

  test('stalled: a task that never starts', async () => {
    await given(undefined, { taskRules: [{ match: { image: 'web:2' }, outcome: { kind: 'never-starts' } }] });
    const end = await scenario.deploy({ 'stall-timeout': '5m' });
    expect(end).toEnd('STALLED 4');
  });
});
