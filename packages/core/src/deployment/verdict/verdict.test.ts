import { expect, test } from '@jest/globals';
import { unlessFailed, type Verdict } from './verdict.ts';

const verdict = (kind: Verdict['kind'], asked?: true): Verdict => ({
  kind,
  reason: '',
  ...(asked && { asked }),
});
test.each([
  [verdict('SUCCEEDED'), false, 'SUCCEEDED'],
  [verdict('SUCCEEDED'), true, undefined],
  [verdict('PAUSED', true), true, undefined],
  [verdict('ROLLED_BACK'), true, 'ROLLED_BACK'],
  [undefined, true, undefined],
])('%j, a failure seen before: %j → %j', (given, seen, kind) => {
  expect(unlessFailed(given, seen)?.kind).toBe(kind);
});
