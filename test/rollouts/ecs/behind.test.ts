import { describe, expect, test } from '@jest/globals';
import { scaleService } from '@landfall/core/operations/scale-service';
import { createScenario, scenario } from '../scenario/current.ts';
import { loggedBy } from '../scenario/scenario.ts';

const scale = (count: string) =>
  scenario.begin({ 'task-definition': '', 'desired-count': count }, { operation: scaleService }).done;
const updates = () =>
  scenario.sandbox.journal().filter(({ operation, input }) => operation === 'UpdateService' && input).length;

describe('a service deployment that ECS no longer answers for', () => {
  test('is judged by the service', async () => {
    await createScenario();
    scenario.sandbox.fault({
      operation: 'DescribeServiceDeployments',
      from: 3,
      fault: { kind: 'answer', body: { serviceDeployments: [], failures: [] } },
    });
    const end = await scenario.deploy();
    expect(end).toEnd('SUCCEEDED 0');
    expect(loggedBy(end.host)).toContain(
      'notice: ECS no longer shows the service deployment of web; judging by ecs:DescribeServices alone',
    );
    expect(end.took).toBeLessThan(180_000);
  });
});

describe('nothing that can be read until the deadline', () => {
  test('is not known, however short the wait was', async () => {
    await createScenario();
    for (const operation of ['DescribeServiceDeployments', 'DescribeServices'])
      scenario.sandbox.fault({
        operation,
        from: operation === 'DescribeServices' ? 2 : 1,
        fault: { kind: 'error', code: 'ThrottlingException', message: 'Rate exceeded' },
      });
    const end = await scenario.deploy({ 'wait-timeout': '20s' });
    expect(end).toEnd('UNKNOWN 5');
    expect(end.result.error?.summary).toMatch(
      /^web: web:2 is not known to be live: the deployment could not be read in the \d+s before the deadline; it was IN_PROGRESS before$/,
    );
  });
});

describe('scale-service, with reads that are behind', () => {
  test('its own count that does not show at first is waited for', async () => {
    await createScenario();
    scenario.sandbox.ecs.setLag({ staleReads: 2 });
    expect(await scale('4')).toEnd('SUCCEEDED 0');
  });
  test('a count that only the first read shows is set', async () => {
    await createScenario({ services: { web: { desiredCount: 4 } } });
    scenario.sandbox.ecs.setLag({ staleReads: 1 });
    await scenario.sandbox.dispatch('ecs', 'UpdateService', {
      cluster: 'main',
      service: 'web',
      desiredCount: 2,
    });
    const before = updates();
    expect(await scale('4')).toEnd('SUCCEEDED 0');
    expect(updates()).toBe(before + 1);
  });
  test('a count that took effect, though its answer was lost, is not set again', async () => {
    await createScenario();
    const before = updates();
    scenario.sandbox.fault({
      operation: 'UpdateService',
      count: 1,
      fault: { kind: 'reset', effect: 'applied' },
    });
    expect(await scale('4')).toEnd('SUCCEEDED 0');
    expect(updates()).toBe(before + 1);
  });
  test("someone else's count stays SUPERSEDED", async () => {
    await createScenario();
    scenario.scaleAt(500, 7);
    scenario.sandbox.ecs.setTaskRules([{ outcome: { kind: 'never-starts' } }]);
    const { result } = await scale('4');
    expect(result.error).toMatchObject({
      code: 'SUPERSEDED',
      summary:
        'web does not run 4 tasks: the desired count is now 7, not 4: someone else, or an autoscaler, changed it',
    });
  });
});
