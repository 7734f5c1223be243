import { expect, test } from '@jest/globals';
import { causeLines } from './closing.ts';

test('the reasons come first and the end of the log after them, in at most five lines', () => {
  expect(
    causeLines([
      '3 tasks: container "web" ended (exit code 78)',
      'task 5546bac7: did not pass its health check',
      'task 77777777: something else',
      '| one',
      '| ',
      '| two',
      '| three',
      '| four',
    ]),
  ).toEqual([
    '3 tasks: container "web" ended (exit code 78)',
    'task 5546bac7: did not pass its health check',
    '| two',
    '| three',
    '| four',
  ]);
});

test("a migration's own lines are its log", () => {
  expect(causeLines(['  migrate: 2 note-last-visit: no such table: visit', '  migrate: stopped'])).toEqual([
    '  migrate: 2 note-last-visit: no such table: visit',
    '  migrate: stopped',
  ]);
});
