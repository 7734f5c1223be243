import { describe, expect, test } from '@jest/globals';
import { waitForService } from '@landfall/core/operations/wait-for-service';
import { scenario } from '../scenario/current.ts';
import { type Between, verdictOf } from '../scenario/scenario.ts';
import { begin, createService, cutOff, marked, minute, own, reasonOf, run, writes } from './service.ts';

describe('wait-for-service', () => {
  test('watches the newest task set while another job takes it to its end', async () => {
    await createService();
    const deploying = scenario.begin();
    await scenario.clock.sleep(5000);
    const waiting = begin(waitForService);
    const [deployed, waited] = await Promise.all([deploying.done, waiting.done]);
    expect([verdictOf(deployed), verdictOf(waited)]).toEqual(['SUCCEEDED 0', 'SUCCEEDED 0']);
    expect(waited.result.outputs['deployment-id']).toBe(deployed.result.outputs['deployment-id']);
  });

  test('a task set whose run has ended is left as it is: TIMED_OUT, and it says how to resume it', async () => {
    await createService();
    const id = await cutOff();
    const from = marked();
    const end = await run(waitForService, { 'deployment-id': id, 'wait-timeout': '5m' });
    expect(end).toEnd('TIMED_OUT 4');
    expect(end.result.error?.remedy).toBe(
      `This step changes nothing. Whatever deploys task set ${id} must resume it; with Landfall, run deploy-service again.`,
    );
    expect(writes(from)).toEqual([]);
    expect(await own().sets()).toEqual(['web:1 PRIMARY', 'web:2 ACTIVE']);
  });

  test('a task set whose tasks cannot start is FAILED, and is not deleted', async () => {
    await createService({ taskRules: [{ match: { image: 'web:2' }, outcome: { kind: 'pull-error' } }] });
    const id = await own().make(2);
    const from = marked();
    const end = await run(waitForService, { 'deployment-id': id });
    expect(end).toEnd('FAILED 1');
    expect(writes(from)).toEqual([]);
  });

  test('a task set that someone keeps next to the primary one is named, and not waited for', async () => {
    await createService();
    const id = await own().make(2);
    const end = await run(waitForService);
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.result.outputs['task-definition-arn']).toMatch(/web:1$/);
    expect(end.host.lines).toContain(
      `notice: web: task set ${id} of web:2 (100 % of the desired count) was not created by Landfall and does not have the traffic; to wait for it, set \`deployment-id\``,
    );
  });

  test('a task set that is primary, steady and alone is green at once', async () => {
    await createService();
    const end = await run(waitForService, { 'task-definition': 'web:1' });
    expect(end).toEnd('NOOP 0');
    expect(reasonOf(end)).toBe('web:1 is live: task set ecs-svc/… is primary and steady');
  });

  test.each([2, 0])(
    'a primary task set that was scaled to nothing is not live at a desired count of %i',
    async (desiredCount) => {
      const id = await createService({
        services: { web: { desiredCount, deploymentController: { type: 'EXTERNAL' } } },
      });
      await own().ask('UpdateTaskSet', { taskSet: id, scale: { unit: 'PERCENT', value: 0 } });
      await scenario.clock.sleep(minute);
      const end = await run(waitForService, { 'wait-timeout': '5m' });
      expect(end).toEnd('TIMED_OUT 4');
      expect(end.result.error?.summary).toBe(
        `web: web:1 is not live: still ${desiredCount === 0 ? 'IN_PROGRESS' : 'complete with too few running tasks'} at the deadline; someone scaled it to 0 % of the desired count`,
      );
    },
  );

  test('a primary task set that loses the traffic before it is live is ROLLED_BACK', async () => {
    const live = await createService({
      taskRules: [{ match: { image: 'web:2' }, outcome: { kind: 'run', startAfter: 5 * minute } }],
    });
    await own().makePrimary(await own().make(2));
    let isTaken = false;
    const between: Between = async ({ operation, input }, send) => {
      if (operation === 'DescribeTaskSets' && !isTaken) await own().makePrimary(live);
      isTaken ||= operation === 'DescribeTaskSets';
      return send(input);
    };
    const end = await begin(waitForService, {}, { between }).done;
    expect(end).toEnd('ROLLED_BACK 1');
    expect(reasonOf(end)).toBe(
      'someone made task set ecs-svc/… of web:1 primary again; task set ecs-svc/… is still running alongside it',
    );
  });

  test('a task set that a run begins while the primary one becomes steady again is the newest', async () => {
    await createService();
    scenario.scaleAt(29_000, 4);
    const deploying = scenario.clock.sleep(35_000).then(() => scenario.begin().done);
    const [end, deployed] = await Promise.all([run(waitForService), deploying]);
    expect([verdictOf(end), verdictOf(deployed)]).toEqual(['SUCCEEDED 0', 'SUCCEEDED 0']);
    expect(end.result.outputs['deployment-id']).toBe(deployed.result.outputs['deployment-id']);
  });

  test('a task set that does not show at first is the newest anyway', async () => {
    await createService();
    scenario.sandbox.fault({ operation: 'DescribeServices', from: 2, count: 1, fault: { kind: 'stale' } });
    const deploying = scenario.begin();
    await scenario.clock.sleep(2000);
    const end = await run(waitForService);
    expect(await deploying.done).toEnd('SUCCEEDED 0');
    expect(
      JSON.parse(end.result.outputs.results!)[0].taskDefinition ?? end.result.outputs['task-definition-arn'],
    ).toMatch(/web:2$/);
  });

  test.each([
    [
      { 'deployment-id': 'ecs-svc/1' },
      'SUPERSEDED',
      /there is no task set ecs-svc\/1; ecs-svc\/\d+ of web:1 is primary \(live: web:1\)$/,
    ],
    [{ 'task-definition': 'web:9' }, 'SUPERSEDED', /task set ecs-svc\/\d+ runs web:1, not web:9/],
    [
      { 'deployment-id': 'd-1A2B3C4D5' },
      'INPUT_INVALID',
      /^deployment-id d-1A2B3C4D5: web is not deployed by CodeDeploy/,
    ],
    [
      { 'wait-until': 'paused' },
      'INPUT_INVALID',
      /^wait-until paused: web has the EXTERNAL controller, whose deployments never pause$/,
    ],
    [
      { 'wait-until': 'stage:BAKE_TIME' },
      'INPUT_INVALID',
      /^wait-until stage:BAKE_TIME: web has the EXTERNAL controller, whose deployments have no stages$/,
    ],
  ])('%j is red: %s', async (inputs, code, summary) => {
    await createService();
    const { result } = await run(waitForService, inputs as unknown as Record<string, string>);
    expect(result.error?.code).toBe(code);
    expect(result.error?.summary).toMatch(summary);
  });

  test('a service without any task set is red', async () => {
    await createService({}, false);
    const { result } = await run(waitForService);
    expect(result.error).toMatchObject({
      code: 'STOPPED',
      summary: expect.stringMatching(/the service has no task set: nothing has been deployed to it$/),
    });
  });
});
