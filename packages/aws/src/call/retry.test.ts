import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { retryBudget } from './budget.ts';
import { type CallKind, isAmbiguous, mayRepeat, retryDelay } from './retry.ts';

describe('a call that failed', () => {
  test.each<[CallKind, 'lost' | 'throttled' | 'not-sent' | 'unreadable' | 'denied', boolean, boolean]>([
    ['read', 'lost', true, false],
    ['read', 'unreadable', false, false],
    ['read', 'denied', false, false],
    ['repeatable', 'lost', true, true],
    ['repeatable', 'throttled', true, false],
    ['once', 'lost', false, true],
    ['once', 'unreadable', false, true],
    ['once', 'throttled', true, false],
    ['once', 'not-sent', true, false],
    ['once', 'denied', false, false],
  ])('%s after "%s": repeated %s, may have been applied %s', (kind, failure, repeated, ambiguous) => {
    expect(mayRepeat(kind, failure, 1)).toBe(repeated);
    expect(isAmbiguous(kind, failure, true)).toBe(ambiguous);
  });

  test('a wrong clock is corrected twice and no more', () => {
    expect([1, 2, 3].map((attempt) => mayRepeat('once', 'skewed', attempt))).toEqual([true, true, false]);
  });

  test('waits longer each time, up to a cap, by chance, and never less than the server asks for', () => {
    const most = (attempt: number) => retryDelay('throttled', attempt, 1, undefined);
    expect([1, 2, 3, 6, 9].map(most)).toEqual([1000, 2000, 4000, 20_000, 20_000]);
    expect(retryDelay('lost', 1, 1, undefined)).toBe(100);
    expect(retryDelay('lost', 1, 0, 3000)).toBe(3000);
    expect(retryDelay('lost', 1, 0, 3_600_000)).toBe(30_000);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (attempt, chance) => {
          expect(retryDelay('throttled', attempt, chance, undefined)).toBeLessThanOrEqual(most(attempt));
        },
      ),
    );
  });
});

test('an outage exhausts the retry budget after a hundred, and successes refill it', () => {
  const budget = retryBudget();
  let spent = 0;
  while (budget.spend()) spent += 1;
  expect(spent).toBe(100);
  budget.refund(0);
  expect(budget.spend()).toBe(false);
  budget.refund(2);
  expect(budget.spend()).toBe(true);
});
