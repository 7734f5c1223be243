import { expect, test } from '@jest/globals';
import { durationTable } from './part.ts';

test('the time of each part is in a table of minutes and seconds, with the sum', () => {
  expect(
    durationTable([
      { name: 'types', milliseconds: 9_600 },
      { name: 'every action at work (act)', milliseconds: 312_400 },
      { name: 'the tests', milliseconds: 725_000 },
    ]),
  ).toEqual([
    'min:s  part',
    ' 0:10  types',
    ' 5:12  every action at work (act)',
    '12:05  the tests',
    '17:27  all',
  ]);
});
