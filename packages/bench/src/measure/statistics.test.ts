import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { median, quantile, rounded } from './statistics.ts';

describe('quantile', () => {
  test('the median of an odd number of values is the middle one, of an even number the mean of the middle two', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  test('the 95th percentile of 1 to 101 is 96', () => {
    expect(
      quantile(
        Array.from({ length: 101 }, (_, index) => index + 1),
        0.95,
      ),
    ).toBe(96);
  });

  test('a quantile lies between the smallest and the largest value and grows with p', () => {
    const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(values, share, share, (list, a, b) => {
        const [low, high] = [quantile(list, Math.min(a, b)), quantile(list, Math.max(a, b))];
        expect(low).toBeGreaterThanOrEqual(Math.min(...list) - 1e-9);
        expect(high).toBeLessThanOrEqual(Math.max(...list) + 1e-9);
        expect(high).toBeGreaterThanOrEqual(low - 1e-6);
      }),
    );
  });

  test('a quantile of nothing is refused, because any number would be a lie', () => {
    expect(() => median([])).toThrow(new RangeError('a quantile of nothing'));
  });

  test('a value is rounded to one digit unless told otherwise', () => {
    expect(rounded(1.26)).toBe(1.3);
    expect(rounded(1.256, 2)).toBe(1.26);
  });
});
