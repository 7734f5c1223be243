import { expect, test } from '@jest/globals';
import { externalIdOf, isMarked, markOf, revisionBefore } from './create-task-set-request.ts';

const arn = (name: string) => `arn:aws:ecs:us-east-1:123456789012:task-definition/${name}`;
const run = { id: 'run-7', attempt: 1 };
const live = (name: string, more: object = {}) => ({
  taskDefinition: arn(name),
  stabilityStatus: 'STEADY_STATE' as const,
  ...more,
});

test.each([
  ['the first task set of a service', 'web:2', undefined, 'landfall/web:2'],
  ['one after another', 'web:2', live('web:1'), 'landfall/web:2/after/web:1'],
  [
    'one after another that was not healthy',
    'web:2',
    live('web:1', { stabilityStatus: 'STABILIZING' }),
    'landfall/web:2',
  ],
  [
    'one of the same revision, which hands on what it knew',
    'web:2',
    live('web:2', { externalId: 'landfall/web:2/after/web:1' }),
    'landfall/web:2/after/web:1',
  ],
  [
    'one of the same revision made by somebody else',
    'web:2',
    live('web:2', { externalId: 'their/web:2/after/web:1' }),
    'landfall/web:2',
  ],
])('%s', (_, wanted, before, id) => {
  const mark = markOf(arn(wanted));
  expect(externalIdOf(mark, arn(wanted), before)).toBe(id);
  expect(isMarked(id, mark)).toBe(true);
});

test('a mark is not mistaken for that of another revision, nor a forced one for an unforced', () => {
  expect(isMarked('landfall/web:20/after/web:1', markOf(arn('web:2')))).toBe(false);
  expect(isMarked('landfall/web:2/after/web:1', markOf(arn('web:2'), run))).toBe(false);
  expect(isMarked('landfall/web:2/run-7/after/web:1', markOf(arn('web:2'), run))).toBe(true);
  expect(isMarked(undefined, markOf(arn('web:2')))).toBe(false);
});

test('what was live before is read back, and where it would be too long it is omitted', () => {
  expect(revisionBefore({ externalId: 'landfall/web:2/run-7/after/web:1' })).toBe('web:1');
  expect(revisionBefore({ externalId: 'landfall/web:2' })).toBeUndefined();
  expect(revisionBefore({ externalId: 'blue/after/web:1' })).toBeUndefined();
  expect(revisionBefore({})).toBeUndefined();
  const name = `${'w'.repeat(60)}:1`;
  const mark = markOf(arn(name));
  expect(externalIdOf(mark, arn(name), live(`${'v'.repeat(60)}:1`))).toBe(mark);
});
