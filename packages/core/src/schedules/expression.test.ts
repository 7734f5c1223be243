import { expect, test } from '@jest/globals';
import { expressionProblem } from './expression.ts';

test.each([
  'rate(1 minute)',
  'rate(15 minutes)',
  'at(2026-12-01T18:00:00)',
  'cron(0 18 * * ? *)',
  'cron(15,45 9-17 ? * MON-FRI *)',
  'cron(0/5 8 L * ? *)',
  'cron(0 10 ? * 6#3 2026-2030)',
  'cron(0 8 15W JAN/2 ? *)',
  'cron(*/5 0 ? * L *)',
  'cron(0 0 ? * FRIL *)',
])('%s is an expression', (text) => {
  expect(expressionProblem(text)).toBeUndefined();
});

test.each([
  ['0 18 * * *', 'must be rate(…), at(…) or cron(…)'],
  ['rate(0 minutes)', 'must have a whole number and minutes, hours or days, such as rate(15 minutes)'],
  ['rate(2 weeks)', 'must have a whole number and minutes, hours or days, such as rate(15 minutes)'],
  ['at(2026-12-01T18:00:00Z)', 'must have a local time without a zone, such as at(2026-12-01T18:00:00)'],
  [
    'cron(0 18 * * ?)',
    'must have six fields (minutes, hours, day of the month, month, day of the week, year), but it has 5',
  ],
  ['cron(0 18 * * * *)', 'must have ? as either the day of the month or the day of the week'],
  ['cron(60 18 * * ? *)', 'has "60" as minutes'],
  ['cron(0 18 ? * 0 *)', 'has "0" as day of the week'],
  ['cron(0 18 ? * MON-FUN *)', 'has "MON-FUN" as day of the week'],
  ['cron(0 18 32W * ? *)', 'has "32W" as day of the month'],
  ['cron(0 18 ? * 6#6 *)', 'has "6#6" as day of the week'],
  ['cron(0 18/0 * * ? *)', 'has "18/0" as hours'],
  ['cron(0 18-9 * * ? *)', 'has "18-9" as hours'],
])('%s is none', (text, problem) => {
  expect(expressionProblem(text)).toBe(problem);
});
