import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatDuration, formatElapsed, parseDuration } from './duration.ts';

test.each([
  ['90s', 90_000],
  ['10m', 600_000],
  ['1h30m', 5_400_000],
  ['1.5h', 5_400_000],
  ['250ms', 250],
  ['1d', 86_400_000],
  [' 5m\n', 300_000],
  ['0s', 0],
])('%s is %d milliseconds', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});

test.each(['', '10', '10 m', '-1m', '1M', 'm', '1h 30m', '1,5h', '1e3s', '.5h', '5.h', '١m', '1m1', '10min'])(
  '%j is not a duration',
  (text) => {
    expect(parseDuration(text)).toBeUndefined();
  },
);

test('what is written is read back: whole seconds up to a hundred days, and milliseconds below one', () => {
  const seconds = fc.integer({ min: 1, max: 100 * 86_400 }).map((one) => one * 1000);
  fc.assert(
    fc.property(fc.oneof(seconds, fc.integer({ min: 0, max: 999 })), (milliseconds) => {
      expect(parseDuration(formatDuration(milliseconds))).toBe(milliseconds);
    }),
  );
});

test('a duration of several parts is their sum', () => {
  const part = fc.tuple(fc.integer({ min: 0, max: 9999 }), fc.constantFrom('ms', 's', 'm', 'h', 'd'));
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
      const texts = parts.map(([amount, unit]) => `${amount}${unit}`);
      const sum = texts.reduce((total, text) => total + parseDuration(text)!, 0);
      expect(parseDuration(texts.join(''))).toBe(sum);
    }),
  );
});

test('any text is a duration of a whole number of milliseconds, or none', () => {
  const text = fc.oneof(fc.string(), fc.stringMatching(/^[0-9.smhd ]{0,12}$/));
  fc.assert(
    fc.property(text, (given) => {
      const found = parseDuration(given);
      expect(found === undefined || (Number.isSafeInteger(found) && found >= 0)).toBe(true);
    }),
  );
});

test('elapsed time is shown as a clock shows it', () => {
  expect([0, 42_999, 725_000, 3_725_000, 36_000_000].map(formatElapsed)).toEqual([
    '0:00',
    '0:42',
    '12:05',
    '1:02:05',
    '10:00:00',
  ]);
});
