import { expect, test } from '@jest/globals';
import { formatTime, timeFormatProblem } from './time-format.ts';

const friday = Date.UTC(2020, 0, 10, 0, 30, 5, 67);
const newYear = Date.UTC(2027, 0, 1, 13, 5, 9);

test.each([
  [friday, 'YYYYMMDD', 'UTC', '20200110'],
  [friday, 'YYYYMMDD-HHmmss', 'Asia/Tokyo', '20200110-093005'],
  [friday, 'dddd, MMMM Do YYYY, h:mm:ss a', 'UTC', 'Friday, January 10th 2020, 12:30:05 am'],
  [friday, 'YYYY-MM-DDTHH:mm:ss.SSS[Z]', 'UTC', '2020-01-10T00:30:05.067Z'],
  [friday, 'ddd dd d E DDD DDDD Q M D H m s S SS', 'UTC', 'Fri Fr 5 5 10 010 1 1 10 0 30 5 0 06'],
  [friday, 'Hmmss hmm', 'UTC', '03005 1230'],
  [friday, 'ZZ Z', 'America/St_Johns', '-0330 -03:30'],
  [friday, 'X x', 'Asia/Tokyo', '1578616205 1578616205067'],
  [newYear, 'GGGG-[W]WW-E W YY MMM Mo A hh', 'UTC', '2026-W53-5 53 27 Jan 1st PM 01'],
])('%d as %s in %s is %s', (time, format, zone, text) => {
  expect(timeFormatProblem(format)).toBeUndefined();
  expect(formatTime(time, format, zone)).toBe(text);
});

test.each([
  ['LLL', 'LLL'],
  ['YYYY wo', 'wo'],
  ['kk', 'kk'],
  ['DDDo', 'DDDo'],
])('%s holds %s, which is refused, because it would not come out as moment has it', (format, token) => {
  expect(timeFormatProblem(format)).toMatch(new RegExp(`^holds "${token}" in a format of YYYY, `));
});

test.each([1, 2, 3, 4, 11, 12, 13, 21, 22, 23, 24, 31])('the day %d has its ending', (day) => {
  const endings: Record<number, string> = {
    1: 'st',
    2: 'nd',
    3: 'rd',
    21: 'st',
    22: 'nd',
    23: 'rd',
    31: 'st',
  };
  expect(formatTime(Date.UTC(2030, 0, day), 'Do')).toBe(`${day}${endings[day] ?? 'th'}`);
});
