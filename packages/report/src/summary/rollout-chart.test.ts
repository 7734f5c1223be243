import { expect, test } from '@jest/globals';
import { rolloutPicture, type Sample } from './rollout-chart.ts';

const shift: Sample[] = [
  { at: 0, ours: 0, others: 2 },
  { at: 10_000, ours: 2, others: 2, traffic: 0 },
  { at: 50_000, ours: 2, others: 2, traffic: 10 },
  { at: 100_000, ours: 2, others: 2, traffic: 100 },
  { at: 230_000, ours: 2, others: 0, traffic: 100 },
];

test('traffic over time: the old version has all of it until ECS says otherwise', () => {
  const picture = rolloutPicture('web: traffic', '% of traffic', shift);
  expect(picture).toEqual({
    kind: 'picture',
    mermaid: [
      'xychart-beta',
      '  title "web: traffic (line: new, bars: old)"',
      '  x-axis "seconds" 0 --> 230',
      '  y-axis "% of traffic" 0 --> 100',
      `  bar [${[...Array(5).fill(100), ...Array(5).fill(90), ...Array(14).fill(0)].join(', ')}]`,
      `  line [${[...Array(5).fill(0), ...Array(5).fill(10), ...Array(14).fill(100)].join(', ')}]`,
    ].join('\n'),
    text: [
      'web: traffic',
      '  new ·····▁▁▁▁▁██████████████ 100 % of traffic',
      '  old █████▇▇▇▇▇·············· 0 % of traffic',
      '  at  0:00                3:50',
    ].join('\n'),
  });
});

test('tasks over time, and a first deployment has no old version', () => {
  const picture = rolloutPicture('web', 'tasks', [
    { at: 0, ours: 0, others: 0 },
    { at: 23_000, ours: 3, others: 0 },
  ]);
  expect((picture as { text: string }).text.split('\n').slice(1, 3)).toEqual([
    '  new ·······················█ 3 tasks',
    '  old ························ 0 tasks',
  ]);
});

test('a single moment produces no chart', () => {
  expect(rolloutPicture('web', 'tasks', [{ at: 0, ours: 0, others: 1 }])).toBeUndefined();
});

test('a rollout that was over when it was first read is a sentence, not a chart', () => {
  const samples = [
    { at: 0, ours: 0, others: 0 },
    { at: 400, ours: 3, others: 0 },
  ];
  expect(rolloutPicture('web', 'tasks', samples)).toEqual({
    kind: 'paragraph',
    text: 'The rollout was over when it was first read, so there is no chart.',
  });
});
