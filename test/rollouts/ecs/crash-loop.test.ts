import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import type { TaskRule } from '@landfall/sandbox/services/ecs/task-rules/task-rule';
import { createScenario, scenario } from '../scenario/current.ts';
import { logLinesOf } from '../scenario/scenario.ts';

const minute = 60_000;
const given = async (
  rule: Omit<TaskRule, 'match'>,
  deploymentConfiguration: DeploymentConfiguration = {},
  desiredCount = 2,
) => {
  await createScenario({
    services: { web: { desiredCount, deploymentConfiguration } },
    taskRules: [{ match: { image: 'web:2' }, ...rule }],
  });
};
const crashing = { kind: 'exit', code: 1, after: 1000, log: ['no DATABASE_URL'] } as const;

const strategies: readonly (readonly [string, DeploymentConfiguration])[] = [
  ['ROLLING', {}],
  ['BLUE_GREEN', { strategy: 'BLUE_GREEN' }],
  ['LINEAR', { strategy: 'LINEAR' }],
  ['CANARY', { strategy: 'CANARY' }],
];

describe('a crash loop without a circuit breaker', () => {
  test.each(strategies)(
    '%s: it ends long before the deadline, with the exit code and the last words',
    async (_, configuration) => {
      await given({ outcome: crashing }, configuration);
      const end = await scenario.deploy();
      expect(end).toEnd('STALLED 4');
      const ended = 'container "app" ended (exit code 1): Essential container in task exited';
      expect(end.result.error?.summary).toBe(
        `web: web:2 is not live: a crash loop: 14 tasks stopped within 3 min and none is left (${ended}); no circuit breaker is enabled to stop ECS from retrying`,
      );
      expect(end.result.error?.remedy).toBe(
        'Check the container log. In the meantime, deploy the previous revision; with the deployment circuit breaker enabled, ECS would have rolled back to it.',
      );
      expect(
        end.result.error?.details.map((line) => line.replace(/\(.*, …\)/, '(…)').replace(/\d{10,}/, '…')),
      ).toEqual([
        `14 tasks (…): ${ended}`,
        '| no DATABASE_URL',
        'to keep watching, run this step again: it picks up deployment ecs-svc/…',
        'or from anywhere: landfall wait-for-service --region us-east-1 --cluster main --service web --deployment-id ecs-svc/…',
      ]);
      expect(end.took).toBeLessThan(7 * minute);
      expect(scenario.serving()).toEqual(['web:1 2']);
    },
  );

  test('a target that is never healthy counts, too', async () => {
    const targetGroupArn =
      'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0123456789abcdef';
    await createScenario({
      services: { web: { loadBalancers: [{ targetGroupArn, containerName: 'app', containerPort: 80 }] } },
      taskRules: [{ match: { image: 'web:2' }, outcome: { kind: 'elb-unhealthy' } }],
    });
    const end = await scenario.deploy();
    expect(end).toEnd('STALLED 4');
    expect(end.took).toBeLessThan(10 * minute);
  });

  test('a version that comes up after some crashes is waited for', async () => {
    await given({ outcome: crashing, count: 12 });
    const end = await scenario.deploy();
    expect(end).toEnd('SUCCEEDED 0');
    expect(logLinesOf(end.host).join('\n')).toContain('no DATABASE_URL');
  });

  test('crashes while other tasks run are no loop: the deployment continues', async () => {
    await given({ outcome: crashing, nth: 1 }, {}, 4);
    expect(await scenario.deploy()).toEnd('SUCCEEDED 0');
  });

  test('interrupted Spot tasks are not crashes', async () => {
    await given({ outcome: { kind: 'spot-interruption', after: 1000 } });
    const end = await scenario.deploy({ 'wait-timeout': '12m' });
    expect(end).toEnd('TIMED_OUT 4');
  });

  test('without fail-fast it is waited for to the deadline', async () => {
    await given({ outcome: crashing });
    const end = await scenario.deploy({ 'fail-fast': 'false', 'wait-timeout': '12m' });
    expect(end).toEnd('TIMED_OUT 4');
  });

  test('run again, the step follows the deployment that has come up since', async () => {
    await given({ outcome: crashing });
    expect(await scenario.deploy()).toEnd('STALLED 4');
    // ECS waits for minutes before it retries; earlier crashes do not end the watch at once.
    scenario.sandbox.ecs.setTaskRules([]);
    const end = await scenario.deploy();
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.deploymentsMade).toBe(1);
  });
});
