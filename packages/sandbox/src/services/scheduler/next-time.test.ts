import { expect, test } from '@jest/globals';
import { parseExpression } from './expression.ts';
import { nextTime } from './next-time.ts';

/** When it is due after 08:30 UTC of Tuesday, 1 December 2026, three times in a row. */
function dueTimes(text: string, zone = 'UTC'): readonly string[] {
  const from = Date.UTC(2026, 11, 1, 8, 30);
  const expression = parseExpression(text);
  if (!expression) return ['invalid'];
  const times: string[] = [];
  let after = from;
  for (let count = 0; count < 3; count += 1) {
    const due = nextTime(expression, { after, from, zone });
    if (due === undefined) break;
    times.push(new Date(due).toISOString().slice(0, 16));
    after = due;
  }
  return times;
}

test.each([
  ['rate(5 minutes)', ['2026-12-01T08:35', '2026-12-01T08:40', '2026-12-01T08:45']],
  ['rate(1 day)', ['2026-12-02T08:30', '2026-12-03T08:30', '2026-12-04T08:30']],
  ['at(2026-12-24T18:00:00)', ['2026-12-24T18:00']],
  ['at(2026-11-24T18:00:00)', []],
  ['cron(15 10 * * ? *)', ['2026-12-01T10:15', '2026-12-02T10:15', '2026-12-03T10:15']],
  ['cron(0 18 ? * MON-FRI *)', ['2026-12-01T18:00', '2026-12-02T18:00', '2026-12-03T18:00']],
  ['cron(0 8 1 * ? *)', ['2027-01-01T08:00', '2027-02-01T08:00', '2027-03-01T08:00']],
  ['cron(0/20 9-10 * * ? *)', ['2026-12-01T09:00', '2026-12-01T09:20', '2026-12-01T09:40']],
  ['cron(0 0 L * ? *)', ['2026-12-31T00:00', '2027-01-31T00:00', '2027-02-28T00:00']],
  ['cron(0 0 ? * 6L *)', ['2026-12-25T00:00', '2027-01-29T00:00', '2027-02-26T00:00']],
  ['cron(0 0 ? * FRI#3 *)', ['2026-12-18T00:00', '2027-01-15T00:00', '2027-02-19T00:00']],
  ['cron(0 0 5W * ? *)', ['2026-12-04T00:00', '2027-01-05T00:00', '2027-02-05T00:00']],
  ['cron(0 0 29 2 ? *)', ['2028-02-29T00:00', '2032-02-29T00:00', '2036-02-29T00:00']],
  ['cron(0 0 1 1 ? 2020)', []],
  ['cron(0 18 ? * MON-FUN *)', ['invalid']],
  ['cron(60 18 * * ? *)', ['invalid']],
  ['cron(0 18 * * * *)', ['invalid']],
  ['rate(0 minutes)', ['invalid']],
])('%s is due as EventBridge Scheduler says', (expression, times) => {
  expect(dueTimes(expression)).toEqual(times);
});

test('a local time is that of its zone, through the change to summer time', () => {
  expect(dueTimes('cron(0 18 * * ? *)', 'Asia/Tokyo')[0]).toBe('2026-12-01T09:00');
  expect(dueTimes('at(2026-12-24T18:00:00)', 'Europe/Berlin')).toEqual(['2026-12-24T17:00']);
  expect(dueTimes('at(2027-06-24T18:00:00)', 'Europe/Berlin')).toEqual(['2027-06-24T16:00']);
});
