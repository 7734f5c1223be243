import { describe, expect, test } from '@jest/globals';
import { rollbackService } from '@landfall/core/operations/rollback-service';
import { readyWait, terminationWait } from '../scenario/code-deployed.ts';
import { scenario } from '../scenario/current.ts';
import type { Between } from '../scenario/scenario.ts';
import { acceptStopsInVain, begin, codeDeploy, createService, marked, run, writes } from './service.ts';

describe('rollback-service', () => {
  test('stops a deployment in progress, and the rollback that CodeDeploy makes of it is green', async () => {
    await createService(readyWait);
    const paused = await scenario.deploy();
    const from = marked();
    const end = await run(rollbackService);
    expect(end).toEnd('ROLLED_BACK 0');
    const deploymentId = paused.result.outputs['codedeploy-deployment-id'];
    expect(writes(from)).toEqual([
      ['TagResource', expect.anything()],
      ['StopDeployment', { deploymentId, autoRollbackEnabled: true }],
    ]);
    expect((await codeDeploy().truth()).live).toBe('web:1');
  });

  test('in the termination wait too: the old task set takes the traffic again', async () => {
    await createService(terminationWait(60));
    await scenario.deploy({ 'wait-until': 'traffic-shifted' });
    const end = await run(rollbackService);
    expect(end).toEnd('ROLLED_BACK 0');
    expect(JSON.parse(end.result.outputs.results!)[0].reason).toBe('rollback complete: web:1 is live');
    expect((await codeDeploy().truth()).live).toBe('web:1');
  });

  test('a rollback already in progress is followed, and nothing is sent', async () => {
    await createService(readyWait);
    const paused = await scenario.deploy();
    const deploymentId = paused.result.outputs['codedeploy-deployment-id'];
    await codeDeploy().ask('StopDeployment', { deploymentId, autoRollbackEnabled: true });
    const from = marked();
    const end = await run(rollbackService);
    expect(end).toEnd('ROLLED_BACK 0');
    expect(writes(from)).toEqual([]);
  });

  test('deploys the last revision that was live, by CodeDeploy and without the hooks of the file', async () => {
    await createService();
    await scenario.deploy();
    scenario.sandbox.codedeploy.setHooks({ smoke: 'Failed' });
    const resources = [{ TargetService: { Type: 'AWS::ECS::Service', Properties: {} } }];
    const hooks = { version: 0, Resources: resources, Hooks: [{ AfterInstall: 'smoke' }] };
    const failed = await scenario.deploy(
      { 'task-definition': 'v3.json' },
      { 'appspec.yaml': JSON.stringify(hooks) },
    );
    expect(failed).toEnd('ROLLED_BACK 1');
    scenario.sandbox.codedeploy.setHooks({});
    await scenario.deploy({ 'task-definition': 'v3.json' });
    expect((await codeDeploy().truth()).live).toBe('web:3');
    const from = marked();
    const end = await run(rollbackService);
    expect(end).toEnd('SUCCEEDED 0');
    expect((await codeDeploy().truth()).live).toBe('web:2');
    expect(writes(from).map(([operation]) => operation)).toEqual(['TagResource', 'CreateDeployment']);
    const { newest } = await codeDeploy().truth();
    expect(JSON.parse(newest.revision!.appSpecContent!.content!)).not.toHaveProperty('Hooks');
  });

  test('M02: without an earlier success it is impossible, and nothing is sent', async () => {
    await createService();
    await scenario.deploy();
    const from = marked();
    const { result } = await run(rollbackService);
    expect(result.error).toMatchObject({
      code: 'ROLLBACK_IMPOSSIBLE',
      summary: 'web has no earlier successful deployment of a different revision in CodeDeploy',
      remedy: 'Set `task-definition` to the revision to roll back to.',
    });
    expect(writes(from)).toEqual([]);
  });

  /** A run of another pipeline, or of the same one again. */
  const other = { run: { origin: 'run-2' } };

  test('run again by the same job it is NOOP; by another one it is refused, and says what is live', async () => {
    await createService();
    await scenario.deploy();
    await scenario.deploy({ 'task-definition': 'v3.json' });
    expect(await run(rollbackService)).toEnd('SUCCEEDED 0');
    expect((await codeDeploy().truth()).live).toBe('web:2');
    const from = marked();
    const again = await run(rollbackService);
    expect(again).toEnd('NOOP 0');
    expect(JSON.parse(again.result.outputs.results!)[0].reason).toBe(
      'this run has already rolled it back: web:2 is live',
    );
    const { result } = await begin(rollbackService, {}, other).done;
    expect(result.error).toMatchObject({
      code: 'ROLLBACK_IMPOSSIBLE',
      summary: 'web was already rolled back: web:2 is live, and it replaced web:3',
      remedy: 'To go further back, set `task-definition` to a revision.',
    });
    expect(writes(from)).toEqual([]);
  });

  test('after a stop, too: the same job again is NOOP, another one is refused', async () => {
    await createService(readyWait);
    const paused = await scenario.deploy();
    const id = paused.result.outputs['codedeploy-deployment-id'];
    expect(await run(rollbackService)).toEnd('ROLLED_BACK 0');
    const from = marked();
    expect(await run(rollbackService)).toEnd('NOOP 0');
    const { result } = await begin(rollbackService, {}, other).done;
    expect(result.error?.code).toBe('ROLLBACK_IMPOSSIBLE');
    expect(writes(from)).toEqual([]);
    expect((await codeDeploy().truth()).made.find((one) => one.deploymentId === id)?.status).toBe('Stopped');
  });

  test.each(['before', 'after'] as const)(
    'killed %s its deployment was made, it continues where it was',
    async (when) => {
      await createService();
      await scenario.deploy();
      await scenario.deploy({ 'task-definition': 'v3.json' });
      await begin(rollbackService, {}, { killAt: { call: 'createDeployment', when } }).killed;
      expect(await run(rollbackService)).toEnd('SUCCEEDED 0');
      expect((await codeDeploy().truth()).live).toBe('web:2');
      expect((await codeDeploy().truth()).made).toHaveLength(3);
    },
  );

  test('the same job, killed and run again before its mark shows, does not stop its own rollback', async () => {
    await createService();
    await scenario.deploy();
    await scenario.deploy({ 'task-definition': 'v3.json' });
    await begin(rollbackService, {}, { killAt: { call: 'createDeployment', when: 'after' } }).killed;
    let reads = 0;
    const between: Between = async ({ operation, input }, send) => {
      const answer = (await send(input)) as { services: { tags?: object[] }[] };
      if (operation !== 'DescribeServices') return answer;
      reads += 1;
      return reads > 2 ? answer : { services: answer.services.map(({ tags: _tags, ...rest }) => rest) };
    };
    const end = await begin(rollbackService, {}, { between }).done;
    expect(end).toEnd('SUCCEEDED 0');
    expect((await codeDeploy().truth()).live).toBe('web:2');
  });

  test('another job is refused while a rollback is in progress', async () => {
    await createService();
    await scenario.deploy();
    await scenario.deploy({ 'task-definition': 'v3.json' });
    const first = begin(rollbackService);
    await scenario.clock.sleep(5000);
    const second = await begin(rollbackService, {}, other).done;
    expect(second.result.error?.summary.replace(/d-\w+/, 'd-…')).toBe(
      'web is already being rolled back by another run: deployment d-… of web:2 is in progress',
    );
    expect(await first.done).toEnd('SUCCEEDED 0');
    expect((await codeDeploy().truth()).live).toBe('web:2');
  });

  test('what becomes live although it was stopped is rolled back', async () => {
    await createService(terminationWait(1));
    await scenario.deploy();
    await scenario.deploy({ 'task-definition': 'v3.json', 'wait-until': 'traffic-shifted' });
    acceptStopsInVain();
    const end = await run(rollbackService);
    expect(end).toEnd('SUCCEEDED 0');
    expect((await codeDeploy().truth()).live).toBe('web:2');
  });

  test.each([1, 100])('the answer to the stop is lost %i times: its rollback is followed', async (count) => {
    await createService(readyWait);
    await scenario.deploy();
    scenario.sandbox.fault({
      operation: 'StopDeployment',
      count,
      fault: { kind: 'reset', effect: 'applied' },
    });
    expect(await run(rollbackService)).toEnd('ROLLED_BACK 0');
  });

  test('wait-until does not apply: a rollback is followed to its end', async () => {
    await createService(terminationWait(60));
    await scenario.deploy({ 'wait-until': 'traffic-shifted' });
    const end = await run(rollbackService, { 'wait-until': 'traffic-shifted' });
    expect(end).toEnd('ROLLED_BACK 0');
    expect(end.host.lines).toContain(
      'notice: web: a rollback is always followed to its end, regardless of `wait-until`',
    );
  });

  test('to the revision that is named', async () => {
    await createService();
    await scenario.deploy();
    const end = await run(rollbackService, { 'task-definition': 'web:1' });
    expect(end).toEnd('SUCCEEDED 0');
    expect((await codeDeploy().truth()).live).toBe('web:1');
  });
});
