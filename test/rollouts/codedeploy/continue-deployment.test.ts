import { describe, expect, test } from '@jest/globals';
import { continueDeployment } from '@landfall/core/operations/continue-deployment';
import { readyWait, terminationWait } from '../scenario/code-deployed.ts';
import { scenario } from '../scenario/current.ts';
import type { Between } from '../scenario/scenario.ts';
import {
  acceptStopsInVain,
  begin,
  codeDeploy,
  createService,
  marked,
  minute,
  run,
  start,
  writes,
} from './service.ts';

describe('continue-deployment', () => {
  test('READY_WAIT: the deployment shifts the traffic and becomes live', async () => {
    await createService(readyWait);
    const paused = await scenario.deploy();
    expect(paused).toEnd('PAUSED 4');
    const from = marked();
    const end = await run(continueDeployment);
    expect(end).toEnd('SUCCEEDED 0');
    const deploymentId = paused.result.outputs['codedeploy-deployment-id'];
    expect(writes(from)).toEqual([
      ['ContinueDeployment', { deploymentId, deploymentWaitType: 'READY_WAIT' }],
    ]);
    expect((await codeDeploy().truth()).live).toBe('web:2');
  });

  test('rollback: CodeDeploy stops it and rolls back, which is green, because it was requested', async () => {
    await createService(readyWait);
    const paused = await scenario.deploy();
    const from = marked();
    const end = await run(continueDeployment, { action: 'rollback' });
    expect(end).toEnd('ROLLED_BACK 0');
    expect(JSON.parse(end.result.outputs.results!)[0].reason).toBe('rollback complete: web:1 is live');
    const deploymentId = paused.result.outputs['codedeploy-deployment-id'];
    expect(writes(from)).toEqual([['StopDeployment', { deploymentId, autoRollbackEnabled: true }]]);
    expect((await codeDeploy().truth()).live).toBe('web:1');
  });

  test('the termination wait is ended only when it is named', async () => {
    await createService(terminationWait(600));
    const shifted = await scenario.deploy({ 'wait-until': 'traffic-shifted' });
    const id = shifted.result.outputs['codedeploy-deployment-id'];
    await scenario.clock.sleep(minute);
    const from = marked();
    const refused = await run(continueDeployment);
    expect(refused.result.error).toMatchObject({
      code: 'NOT_PAUSED',
      summary: `deployment ${id} of web is in TERMINATION_WAIT, not in READY_WAIT`,
      remedy:
        'Its traffic has already shifted. To terminate the old task set now, set `hook: TERMINATION_WAIT`.',
    });
    expect(writes(from)).toEqual([]);
    const end = await run(continueDeployment, { hook: 'TERMINATION_WAIT' });
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.took).toBeLessThan(5 * minute);
    expect(writes(from)).toEqual([
      ['ContinueDeployment', { deploymentId: id, deploymentWaitType: 'TERMINATION_WAIT' }],
    ]);
  });

  test('the answer is lost: the deployment is followed', async () => {
    await createService(readyWait);
    await scenario.deploy();
    scenario.sandbox.fault({
      operation: 'ContinueDeployment',
      count: 1,
      fault: { kind: 'reset', effect: 'applied' },
    });
    expect(await run(continueDeployment)).toEnd('SUCCEEDED 0');
  });

  test('killed after its answer it follows the deployment when it is run again', async () => {
    await createService(readyWait);
    await scenario.deploy();
    await begin(continueDeployment, {}, { killAt: { call: 'continueDeployment', when: 'after' } }).killed;
    await scenario.clock.sleep(5000);
    const from = marked();
    const end = await run(continueDeployment);
    expect(end).toEnd('SUCCEEDED 0');
    expect(writes(from)).toEqual([]);
  });

  test('a read from before it waited, after one that was killed, is looked past', async () => {
    await createService(readyWait);
    await scenario.deploy();
    await begin(continueDeployment, {}, { killAt: { call: 'continueDeployment', when: 'after' } }).killed;
    await scenario.clock.sleep(2000);
    const from = marked();
    let reads = 0;
    const between: Between = async ({ operation, input }, send) => {
      const answer = (await send(input)) as Record<string, { lifecycleEvents: object[] }>;
      if (operation !== 'GetDeploymentTarget' || ++reads > 2) return answer;
      const ecsTarget = { lifecycleEvents: [{ lifecycleEventName: 'Install', status: 'InProgress' }] };
      return { deploymentTarget: { ...answer.deploymentTarget, ecsTarget } };
    };
    const end = await begin(continueDeployment, {}, { between }).done;
    expect(end).toEnd('SUCCEEDED 0');
    expect(writes(from)).toEqual([]);
  });

  test('a rollback that comes too late is red: what was requested has not happened', async () => {
    await createService(readyWait);
    await scenario.deploy();
    acceptStopsInVain();
    const { newest } = await codeDeploy().truth();
    const ending = begin(continueDeployment, { action: 'rollback' });
    scenario.at(5000, () =>
      codeDeploy().ask('ContinueDeployment', {
        deploymentId: newest.deploymentId,
        deploymentWaitType: 'READY_WAIT',
      }),
    );
    const end = await ending.done;
    expect(end).toEnd('FAILED 1');
    expect(end.result.error?.summary).toBe(
      'web is not rolled back: web:2 became live before it could be rolled back',
    );
  });

  test('cancelled while a deployment that waits is looked for, it is CANCELLED: reads may be behind', async () => {
    await createService();
    const { host, done } = begin(continueDeployment);
    scenario.at(5000, () => host.cancel());
    expect((await done).result.error).toMatchObject({
      code: 'CANCELLED',
      summary: 'the run was cancelled before a paused deployment of web was found; nothing was answered',
    });
  });

  test('without a deployment that waits nothing is sent', async () => {
    await createService();
    const none = await run(continueDeployment);
    expect(none.result.error).toMatchObject({
      code: 'NOT_PAUSED',
      summary: 'web has no paused deployment: deployment group DgpECS-main-web has none in progress',
    });
    const { result } = await start();
    const from = marked();
    const under = await run(continueDeployment);
    expect(under.result.error).toMatchObject({
      code: 'NOT_PAUSED',
      summary: `deployment ${result.outputs['codedeploy-deployment-id']} of web is InProgress, not in READY_WAIT`,
    });
    expect(writes(from)).toEqual([]);
  });

  test.each([
    [
      { hook: 'gate' },
      'hook gate: web is deployed by CodeDeploy, whose deployments wait in READY_WAIT or TERMINATION_WAIT',
    ],
    [
      { 'wait-until': 'paused' },
      'wait-until paused: a CodeDeploy deployment of web does not pause again once continued',
    ],
  ])('%j is refused before anything is sent', async (inputs, summary) => {
    await createService(readyWait);
    await scenario.deploy();
    const from = marked();
    const { result } = await run(continueDeployment, inputs as unknown as Record<string, string>);
    expect(result.error).toMatchObject({ code: 'INPUT_INVALID', summary });
    expect(writes(from)).toEqual([]);
  });
});
