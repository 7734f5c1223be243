import { describe, expect, test } from '@jest/globals';
import { scaleService } from '@landfall/core/operations/scale-service';
import { verifyService } from '@landfall/core/operations/verify-service';
import { terminationWait } from '../scenario/code-deployed.ts';
import { scenario } from '../scenario/current.ts';
import { logLinesOf } from '../scenario/scenario.ts';
import { codeDeploy, createService, marked, minute, run, writes } from './service.ts';

describe('scale-service', () => {
  test('sets the count, waits for the tasks of the primary task set, and starts no deployment', async () => {
    await createService();
    const from = marked();
    const end = await run(scaleService, { 'desired-count': '5' });
    expect(end).toEnd('SUCCEEDED 0');
    expect(JSON.parse(end.result.outputs.results!)[0].reason).toBe('5 of 5 tasks are running');
    expect(writes(from)).toEqual([['UpdateService', { cluster: 'main', service: 'web', desiredCount: 5 }]]);
    expect((await codeDeploy().truth()).made).toEqual([]);
    const again = await run(scaleService, { 'desired-count': '5' });
    expect(again).toEnd('NOOP 0');
  });

  test('is green with both task sets standing: the primary one counts', async () => {
    await createService(terminationWait(60));
    await scenario.deploy({ 'wait-until': 'traffic-shifted' });
    const end = await run(scaleService, { 'desired-count': '4' });
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.took).toBeLessThan(10 * minute);
    expect(logLinesOf(end.host).filter((line) => line.startsWith('notice:'))).toEqual([
      'notice: web: task set ecs-svc/… of web:1 exists alongside the primary one, as during a deployment; it has its own share of the count',
    ]);
  });
});

describe('verify-service', () => {
  const checksOf = (end: Awaited<ReturnType<typeof run>>) =>
    (JSON.parse(end.result.outputs.checks!) as { area: string; state: string; message: string }[])
      .filter((one) => one.area === 'service')
      .map((one) => `${one.state} ${one.message}`);

  test('looks whether the deployment group is there and is the one of the service', async () => {
    await createService();
    const skip = { skip: 'image, role, log, load-balancer' };
    const fine = await run(verifyService, { 'task-definition': 'v2.json', ...skip });
    expect(checksOf(fine)).toEqual(['OK is active in cluster main', 'OK deploys web']);
    const wrong = await run(verifyService, {
      'task-definition': 'v2.json',
      'codedeploy-deployment-group': 'other',
      ...skip,
    });
    expect(wrong.result.error?.code).toBe('VERIFY_FAILED');
    expect(checksOf(wrong)).toEqual(['OK is active in cluster main', 'ERROR does not exist']);
  });
});
