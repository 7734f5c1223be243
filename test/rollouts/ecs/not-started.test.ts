import { describe, expect, test } from '@jest/globals';
import { scaleService } from '@landfall/core/operations/scale-service';
import type { TaskRule } from '@landfall/sandbox/services/ecs/task-rules/task-rule';
import { createScenario, scenario } from '../scenario/current.ts';
import { logLinesOf, type ScenarioResult } from '../scenario/scenario.ts';

const given = async (...taskRules: readonly TaskRule[]) => {
  await createScenario();
  scenario.sandbox.ecs.setTaskRules(taskRules);
};
const room = 'No instance has 2 vCPU left.';
const noRoom: TaskRule = { outcome: { kind: 'placement', reason: room } };
const placementWarnings = ({ host }: ScenarioResult) =>
  logLinesOf(host).filter((line) => line.startsWith('info: web  · was unable') && line.includes(room));
const limit = { 'wait-timeout': '3m' };
const saidNow = expect.stringMatching(/^was unable to place a task because .*2 vCPU left\./);
const throttled = expect.stringMatching(/^is unable to consistently start tasks successfully\./);
const saidEarlier = expect.stringMatching(
  /^reported at 2026-\d\d-\d\dT[\d:.]+Z, before this deployment, and repeated only every six hours: was unable to place a task because .*No instance has 2 vCPU left\./,
);

/** The details without the hint on how to resume, which another test covers. */
const why = ({ result }: ScenarioResult) =>
  result.error?.details.filter((line) => !/^(?:to keep watching|or from anywhere)/.test(line));

describe('tasks that find no room', () => {
  const capacity = 'Add capacity, request less CPU or memory, or allow other subnets.';
  test('the error names what ECS said, and the remedy is room, not more time', async () => {
    await given(noRoom);
    const end = await scenario.deploy(limit);
    expect(end).toEnd('TIMED_OUT 4');
    expect(why(end)).toEqual([saidNow, throttled]);
    expect(end.result.error?.remedy).toBe(capacity);
  });
  test('a run that adopts the deployment reports it, too, though ECS says it only once', async () => {
    await given(noRoom);
    await scenario.deploy(limit);
    const end = await scenario.deploy(limit);
    expect(end.deploymentsMade).toBe(1);
    expect(placementWarnings(end)).toHaveLength(1);
    expect(why(end)).toEqual([saidNow]);
  });
  test('the next deployment, of which ECS says nothing more, reports what it said before, and when', async () => {
    await given(noRoom);
    await scenario.deploy(limit);
    const end = await scenario.deploy({ ...limit, 'task-definition': 'v3.json' });
    expect(end).toEnd('TIMED_OUT 4');
    expect(placementWarnings(end)).toEqual([]);
    expect(why(end)).toEqual([saidEarlier]);
    expect(end.result.error?.remedy).toBe(capacity);
  });
  test('scale-service tells it in the same way', async () => {
    await given(noRoom);
    const operation = scaleService;
    const scale = (count: string) =>
      scenario.begin({ ...limit, 'task-definition': '', 'desired-count': count }, { operation }).done;
    await scale('4');
    expect(why(await scale('5'))).toEqual([saidEarlier]);
  });
});

describe('tasks that stay pending', () => {
  const pending = '0 of 2 tasks running, 2 pending, and ECS has not reported what they are waiting for';
  test('are counted in the error, with what most often keeps them', async () => {
    await given({ outcome: { kind: 'never-starts' } });
    const end = await scenario.deploy();
    expect(end).toEnd('STALLED 4');
    expect(why(end)).toEqual([pending]);
    expect(end.result.error?.remedy).toBe(
      'Find out what holds up the pending tasks: an image still being pulled, or subnets without a route to the registry and AWS.',
    );
  });
  test('may need more time only, when they were not given much', async () => {
    await given({ outcome: { kind: 'never-starts' } });
    const end = await scenario.deploy({ 'wait-timeout': '3m' });
    expect(end).toEnd('TIMED_OUT 4');
    expect(why(end)).toEqual([pending]);
    expect(end.result.error?.remedy).toBe('Raise `wait-timeout`, or check the cause shown.');
  });
});
