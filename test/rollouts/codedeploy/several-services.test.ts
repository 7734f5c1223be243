import { describe, expect, test } from '@jest/globals';
import { balanced, CodeDeployed, names, rollsBack, terminationWait } from '../scenario/code-deployed.ts';
import { createScenario, scenario } from '../scenario/current.ts';
import { ask, createService, truth } from './service.ts';

describe('several services, and no more than was requested', () => {
  test('on-failure rollback of a deployment that was adopted with the traffic already: to what it replaced', async () => {
    await createScenario({
      services: { web: balanced, api: {} },
      taskRules: [{ match: { image: 'api:2' }, outcome: { kind: 'pull-error' } }],
    });
    await new CodeDeployed(scenario).group(terminationWait(10));
    await scenario.deploy({ 'wait-until': 'traffic-shifted' });
    expect((await truth()).live).toBe('web:2');
    const { result } = await scenario.begin({
      service: '',
      services: 'web=v2.json\napi=api-v2.json after web',
      'task-definition': '',
      'on-failure': 'rollback',
    }).done;
    expect(JSON.parse(result.outputs.results!)[0]).toMatchObject({
      service: 'web',
      verdict: 'ROLLED_BACK',
      reason: 'was live, and was rolled back to web:1 because another service in this run failed',
    });
    expect((await truth()).live).toBe('web:1');
  });

  test('services of both controllers in one run: each is deployed its way, and the table has both', async () => {
    await createScenario({ services: { web: balanced, api: {} } });
    await new CodeDeployed(scenario).group();
    const { result, host } = await scenario.deploy({
      service: '',
      'task-definition': '',
      services: 'web=v2.json\napi=api-v2.json',
    });
    expect({ result, host }).toEnd(0);
    expect(
      JSON.parse(result.outputs.results!).map((one: { service: string; verdict: string }) => [
        one.service,
        one.verdict,
      ]),
    ).toEqual([
      ['web', 'SUCCEEDED'],
      ['api', 'SUCCEEDED'],
    ]);
    expect((await truth()).live).toBe('web:2');
    expect(scenario.sandbox.ecs.truth('main', 'api')?.live?.taskDefinition).toMatch(/api:2$/);
  });

  test('many services are read together: no more calls for the verdicts of twenty than for one', async () => {
    const list = Array.from({ length: 20 }, (_, index) => `s${index}`);
    await createScenario({ services: Object.fromEntries(list.map((name) => [name, balanced])) });
    for (const name of list) await new CodeDeployed(scenario).group(rollsBack, name);
    const { result, host, took } = await scenario.deploy({
      service: '',
      'task-definition': '',
      services: list.map((name) => `${name}=${name}-v2.json`).join('\n'),
    });
    expect({ result, host }).toEnd(0);
    expect(result.calls['codedeploy:CreateDeployment']).toBe(20);
    expect(result.calls['codedeploy:BatchGetDeployments']).toBeLessThan(took / 1500 + 2);
  });

  test('a dry run says what would be done, and makes nothing', async () => {
    await createService();
    const { result, host } = await scenario.deploy({ 'dry-run': 'true' });
    expect({ result, host }).toEnd(0);
    expect(host.lines).toContain('info: web: the update would start a new deployment');
    expect((await ask<{ deployments: string[] }>('ListDeployments', names)).deployments).toEqual([]);
  });
});
