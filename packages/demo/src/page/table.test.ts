import { expect, test } from '@jest/globals';
import { seconds, table, timeline } from './table.ts';

test('a table keeps its first column left and the others right', () => {
  expect(
    table([
      ['step', 'time'],
      ['ecr-login', '0.4 s'],
      ['deploy-service', '12.0 s'],
    ]),
  ).toEqual(['step              time', 'ecr-login        0.4 s', 'deploy-service  12.0 s']);
});

test('a timeline draws spans one under the other, and the shortest still shows', () => {
  expect(
    timeline(
      [
        { name: 'login', start: 0, end: 10 },
        { name: 'build', start: 10, end: 5000 },
        { name: 'deploy', start: 5000, end: 10_000 },
      ],
      10,
    ),
  ).toEqual(['login   █           0.0 s', 'build   █████       5.0 s', 'deploy       █████  5.0 s']);
});

test('a timeline of nothing is nothing', () => {
  expect(timeline([])).toEqual([]);
});

test('seconds carry one digit', () => {
  expect(seconds(12_345)).toBe('12.3 s');
});
