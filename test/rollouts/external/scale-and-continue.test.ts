import { describe, expect, test } from '@jest/globals';
import { continueDeployment } from '@landfall/core/operations/continue-deployment';
import { scaleService } from '@landfall/core/operations/scale-service';
import { scenario } from '../scenario/current.ts';
import { type Between, logLinesOf } from '../scenario/scenario.ts';
import { begin, createService, marked, minute, own, reasonOf, run, writes } from './service.ts';

describe('scale-service', () => {
  test('sets the count and waits for the tasks of the primary task set', async () => {
    await createService();
    const from = marked();
    const end = await run(scaleService, { 'desired-count': '4' });
    expect(end).toEnd('SUCCEEDED 0');
    expect(reasonOf(end)).toBe('4 of 4 tasks are running');
    expect(writes(from)).toEqual(['UpdateService']);
  });

  test('says that a task set next to the primary one has its share of the count, too', async () => {
    await createService();
    await own().make(2);
    const end = await run(scaleService, { 'desired-count': '4' });
    expect(end).toEnd('SUCCEEDED 0');
    expect(logLinesOf(end.host).filter((line) => line.startsWith('notice:'))).toEqual([
      'notice: web: task set ecs-svc/… of web:2 exists alongside the primary one, as during a deployment; it has its own share of the count',
    ]);
  });

  test('a primary task set that has only a share of the count is waited for as such', async () => {
    const id = await createService();
    await own().ask('UpdateTaskSet', { taskSet: id, scale: { unit: 'PERCENT', value: 50 } });
    const end = await run(scaleService, { 'desired-count': '8' });
    expect(end).toEnd('SUCCEEDED 0');
    expect(reasonOf(end)).toBe('4 of 4 tasks are running');
  });

  test('a task set that is being deleted is not believed to be back by a read from before', async () => {
    const id = await createService();
    let reads = 0;
    const between: Between = async ({ operation, input }, send) => {
      const answer = await send(input);
      if (operation === 'UpdateService') await own().ask('DeleteTaskSet', { taskSet: id, force: true });
      if (operation !== 'DescribeServices') return answer;
      reads += 1;
      const [web] = (answer as { services: { taskSets: object[] }[] }).services;
      const before = {
        status: 'PRIMARY',
        stabilityStatus: 'STEADY_STATE',
        runningCount: 4,
        computedDesiredCount: 4,
      };
      const taskSets = web!.taskSets.map((one) => ({ ...one, ...before }));
      return reads === 3 ? { services: [{ ...web, taskSets }] } : answer;
    };
    const inputs = { 'desired-count': '4', 'wait-timeout': '1m' };
    expect(await begin(scaleService, inputs, { between }).done).toEnd('TIMED_OUT 4');
  });

  test('one that was being deleted, and that someone has made the primary one again, counts', async () => {
    const old = await createService();
    const id = await own().make(2);
    await scenario.clock.sleep(5 * minute);
    await own().makePrimary(id);
    await own().ask('DeleteTaskSet', { taskSet: old, force: true });
    const scaling = begin(scaleService, { 'desired-count': '4' });
    scenario.at(3000, () => own().makePrimary(old));
    expect(await scaling.done).toEnd('SUCCEEDED 0');
    expect(scenario.serving()).toContain('web:1 4');
  });

  test('nor with a primary one that has no share of the count', async () => {
    const id = await createService();
    await own().ask('UpdateTaskSet', { taskSet: id, scale: { unit: 'PERCENT', value: 0 } });
    const { result } = await run(scaleService, { 'desired-count': '2' });
    expect(result.error).toMatchObject({
      code: 'INPUT_INVALID',
      summary: `the primary task set ${id} of web is scaled to 0 %: no tasks would run at any desired count`,
    });
  });

  test('without a primary task set no task would run: refused before the count is set', async () => {
    await createService({}, false);
    const from = marked();
    const { result } = await run(scaleService, { 'desired-count': '4' });
    expect(result.error).toMatchObject({
      code: 'INPUT_INVALID',
      summary: 'web has no primary task set: no tasks would run at any desired count',
    });
    expect(writes(from)).toEqual([]);
    const set0 = await run(scaleService, { 'desired-count': '4', wait: 'false' });
    expect(set0).toEnd('SUCCEEDED 0');
  });
});

describe('continue-deployment', () => {
  test('is refused: such a deployment never waits for approval', async () => {
    await createService();
    await own().make(2);
    const from = marked();
    const { result } = await run(continueDeployment);
    expect(result).toMatchObject({
      exitCode: 2,
      error: {
        code: 'CONTROLLER_UNSUPPORTED',
        summary: 'web has the EXTERNAL controller, whose deployments never pause',
        remedy: 'To resume a task set that a run has left unfinished, run deploy-service again.',
      },
    });
    expect(writes(from)).toEqual([]);
  });
});
