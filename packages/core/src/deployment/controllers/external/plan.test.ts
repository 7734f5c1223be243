import type { TaskSet } from '@aws-sdk/client-ecs';
import { expect, test } from '@jest/globals';
import type { Target } from '../../service/read-service-targets.ts';
import { begunTaskSet } from './plan.ts';

const revision = (number: number) => `arn:aws:ecs:us-east-1:123456789012:task-definition/web:${number}`;
const made = (number: number, status: TaskSet['status'], externalId: string): TaskSet => ({
  id: `ecs-svc/${number}`,
  taskDefinition: revision(number),
  externalId,
  status,
});
const begun = (...taskSets: TaskSet[]) =>
  begunTaskSet({ cluster: 'main', name: 'web', service: { taskSets } } satisfies Target, revision(2))?.id;

const ours = made(2, 'ACTIVE', 'landfall/web:2/replaces/1/after/web:1');

test('a task set that an earlier run has started is resumed', () => {
  expect(begun(made(1, 'PRIMARY', ''), ours)).toBe('ecs-svc/2');
  expect(begun(made(3, 'PRIMARY', ''), ours)).toBe('ecs-svc/2');
});

test('what is live is nothing to do, unless a run has begun to replace it', () => {
  const live = made(2, 'PRIMARY', '');
  const begunBy = (externalId: string, number: number): TaskSet => ({
    ...made(number, 'ACTIVE', externalId),
    id: 'ecs-svc/4',
    createdAt: new Date(1000),
  });
  expect(begun(live, begunBy('canary', 3))).toBe('ecs-svc/2');
  expect(begun(live, begunBy('landfall/web:3/replaces/2/after/web:2', 3))).toBeUndefined();
  expect(begun(live, begunBy('landfall/web:2/replaces/2/after/web:1', 2))).toBe('ecs-svc/4');
});

test('one that the primary one has replaced is not: it is about to be deleted, whatever a read may show', () => {
  expect(begun(made(3, 'PRIMARY', 'landfall/web:3/replaces/2/after/web:2'), ours)).toBeUndefined();
});

test('one that a run has left behind the primary one of another is not: that run is deleting it', () => {
  const older = { ...ours, createdAt: new Date(1000) };
  const primary = (externalId: string): TaskSet => ({
    ...made(3, 'PRIMARY', externalId),
    createdAt: new Date(2000),
  });
  expect(begun(primary('landfall/web:3/replaces/4/after/web:1'), older)).toBeUndefined();
  expect(begun(primary('somebody'), older)).toBe('ecs-svc/2');
});
