import { expect, test } from '@jest/globals';
import { goalOfRollback, judgeRollback, type Past, type RollingBack } from './go-back.ts';

/** `1 2 3!`: 1 and 2 were live one after the other, 3 was undone; `3…` is in progress. */
const past = (text: string): (Past & { readonly at: number })[] =>
  text
    .split(' ')
    .filter((one) => one !== '')
    .map((one, at) => ({
      version: one.replace(/[!…]/, ''),
      outcome: one.endsWith('!') ? 'undone' : one.endsWith('…') ? 'open' : 'live',
      at,
    }));

test.each([
  ['1 2 3', '3', 'go 2'],
  ['1 2! 3', '3', 'go 1'],
  ['1 2 1 3', '3', 'go 1'],
  ['1 2 2', '2', 'go 1'],
  ['1 2 2!', '2', 'go 1'],
  ['1 2 3 2', '2', 'gone back from 3, further 1'],
  ['1 2 1', '1', 'gone back from 2'],
  ['1 2 1 2', '2', 'go 1'],
  ['1 2 3 2 3', '3', 'go 2'],
  ['1 2 1 2 1', '1', 'gone back from 2'],
  ['1 2 3 4 3 2', '2', 'gone back from 3, further 1'],
  ['1 2 1 2 3!', '2', 'gone back from 3, further 1'],
  ['1 2 3!', '2', 'gone back from 3, further 1'],
  ['1 2 3 2!', '3', 'go 2'],
  ['1', '1', 'nowhere'],
  ['1 1', '1', 'nowhere'],
  ['1 2 3!', '3', 'go 2'],
  ['1!', '1', 'unknown'],
  ['', '1', 'unknown'],
  ['1 2', '9', 'unknown'],
])('the past %j with %s live: %s', (text, present, expected) => {
  const goal = goalOfRollback(past(text), present);
  const said = {
    go: () => goal.kind === 'go' && `go ${goal.to.version}`,
    'gone-back': () =>
      goal.kind === 'gone-back' &&
      `gone back from ${goal.from.version}${goal.further ? `, further ${goal.further.version}` : ''}`,
    nowhere: () => 'nowhere',
    unknown: () => 'unknown',
  };
  expect(said[goal.kind]()).toBe(expected);
});

test('a version deployed again after one that was stopped counts as a rollback only if the mark says so', () => {
  const all = past('1 2 3! 2');
  expect(goalOfRollback(all, '2')).toMatchObject({ kind: 'go', to: { version: '1' } });
  expect(goalOfRollback(all, '2', all[2])).toMatchObject({
    kind: 'gone-back',
    from: { version: '3' },
    further: { version: '1' },
  });
});

test('of a version that was deployed several times in a row, the last deployment is rolled back to', () => {
  expect(goalOfRollback(past('1 1 2'), '2')).toMatchObject({ kind: 'go', to: { at: 1 } });
});

test.each<[Partial<RollingBack>, string]>([
  [{}, 'done'],
  [{ end: 'open' }, 'open'],
  [{ isEarlierLive: false }, 'open'],
  [{ leftRunning: 1 }, 'open'],
  [{ end: 'went-live' }, 'take-back'],
  [{ end: 'stopped' }, 'stopped'],
  [{ end: 'failed' }, 'failed'],
])('a rollback that was requested: %j is %s', (state, judged) => {
  expect(judgeRollback({ end: 'rolled-back', isEarlierLive: true, leftRunning: 0, ...state })).toBe(judged);
});
