import type * as sdk from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import { ecsBench } from '../testing/bench.ts';

const web = { cluster: 'main', service: 'web' };

function external() {
  const ecs = ecsBench();
  ecs.call('CreateService', {
    cluster: 'main',
    serviceName: 'web',
    desiredCount: 3,
    deploymentController: { type: 'EXTERNAL' },
  });
  const add = (taskDefinition: string, more: object = {}): sdk.TaskSet =>
    ecs.call<sdk.CreateTaskSetResponse>('CreateTaskSet', { ...web, taskDefinition, ...more }).taskSet!;
  const sets = (): sdk.TaskSet[] => ecs.call<sdk.DescribeTaskSetsResponse>('DescribeTaskSets', web).taskSets!;
  return { ...ecs, add, sets };
}

describe('an EXTERNAL service', () => {
  test('a task set stabilises, is promoted, and the old one is removed', () => {
    const ecs = external();
    const first = ecs.add(ecs.register(), { externalId: 'one' });
    expect(first).toMatchObject({
      status: 'ACTIVE',
      stabilityStatus: 'STABILIZING',
      computedDesiredCount: 3,
      externalId: 'one',
    });
    ecs.clock.advance(120_000);
    expect(ecs.sets()).toMatchObject([
      { id: first.id, stabilityStatus: 'STEADY_STATE', runningCount: 3, pendingCount: 0 },
    ]);
    ecs.call('UpdateServicePrimaryTaskSet', { ...web, primaryTaskSet: first.id });

    const definition = ecs.register({ image: 'example/web:2' });
    const second = ecs.add(definition);
    ecs.clock.advance(120_000);
    ecs.call('UpdateServicePrimaryTaskSet', { ...web, primaryTaskSet: second.taskSetArn });
    expect(ecs.sets().map(({ id, status }) => [id, status])).toEqual([
      [second.id, 'PRIMARY'],
      [first.id, 'ACTIVE'],
    ]);
    expect(ecs.describe()).toMatchObject({ taskDefinition: definition, runningCount: 6, deployments: [] });
    ecs.call('DeleteTaskSet', { ...web, taskSet: first.id, force: true });
    ecs.clock.advance(60_000);
    expect(ecs.sets()).toMatchObject([{ id: second.id }]);
    expect(ecs.describe().runningCount).toBe(3);
  });

  test('the scale is a percentage of the desired count, rounded up', () => {
    const ecs = external();
    const { id } = ecs.add(ecs.register(), { scale: { unit: 'PERCENT', value: 34 } });
    ecs.clock.advance(120_000);
    expect(ecs.sets()[0]).toMatchObject({ computedDesiredCount: 2, runningCount: 2 });
    ecs.call('UpdateTaskSet', { ...web, taskSet: id, scale: { unit: 'PERCENT', value: 0 } });
    ecs.clock.advance(60_000);
    expect(ecs.sets()[0]).toMatchObject({ runningCount: 0, stabilityStatus: 'STEADY_STATE' });
  });

  test('a task set whose tasks fail never becomes steady', () => {
    const ecs = external();
    ecs.service.setTaskRules([{ outcome: { kind: 'exit', code: 1 } }]);
    ecs.add(ecs.register());
    for (let minute = 0; minute < 30; minute += 1) {
      ecs.clock.advance(60_000);
      expect(ecs.sets()[0]!.stabilityStatus).toBe('STABILIZING');
    }
  });

  test.each<[string, string, object, string]>([
    ['a sixth task set', 'CreateTaskSet', {}, 'InvalidParameterException'],
    [
      'a task set that is not there',
      'UpdateTaskSet',
      { taskSet: 'ecs-svc/1', scale: { value: 1 } },
      'TaskSetNotFoundException',
    ],
    [
      'a task definition by UpdateService',
      'UpdateService',
      { taskDefinition: 'web' },
      'InvalidParameterException',
    ],
  ])('refuses %s', (_name, operation, more, code) => {
    const ecs = external();
    const taskDefinition = ecs.register();
    for (let count = 0; count < 5; count += 1) ecs.add(taskDefinition);
    expect(
      ecs.refusal(operation, {
        ...web,
        taskDefinition: operation === 'CreateTaskSet' ? taskDefinition : undefined,
        ...more,
      }).code,
    ).toBe(code);
  });
});
