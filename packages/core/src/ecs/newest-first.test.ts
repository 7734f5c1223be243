import { expect, test } from '@jest/globals';
import { isStopped, isUnderWay, newestFirst } from './newest-first.ts';

test('the newest is the one that was created last, whatever the order of the list', () => {
  const at = (second: number) => ({ createdAt: new Date(second * 1000) });
  expect(newestFirst([at(2), {}, at(3), at(1)])).toEqual([at(3), at(2), at(1), {}]);
});

test.each([
  ['PENDING', true, false],
  ['IN_PROGRESS', true, false],
  ['STOP_REQUESTED', true, true],
  ['ROLLBACK_REQUESTED', true, true],
  ['ROLLBACK_IN_PROGRESS', true, true],
  ['TELEPORTING', true, false],
  ['SUCCESSFUL', false, false],
  ['STOPPED', false, true],
  ['ROLLBACK_SUCCESSFUL', false, true],
  ['ROLLBACK_FAILED', false, true],
  [undefined, false, false],
])('%s: in progress %s, stopped %s', (status, underWay, stopped) => {
  expect([isUnderWay(status), isStopped(status)]).toEqual([underWay, stopped]);
});
