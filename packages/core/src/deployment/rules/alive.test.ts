import { expect, test } from '@jest/globals';
import { isAlive, leastRunning, taskCounts } from './alive.ts';

test.each<[string, Partial<Parameters<typeof leastRunning>[0]>, number]>([
  ['all of them by default', {}, 10],
  ['the minimum healthy part', { minimumHealthyPercent: 50 }, 5],
  ['… rounded up, as ECS does', { minimumHealthyPercent: 45 }, 5],
  ['never none, whatever the minimum', { minimumHealthyPercent: 0 }, 1],
  ['none where the service is to run none', { desired: 0 }, 0],
  ['the count at completion, where an autoscaler has raised it since', { desiredAtCompletion: 4 }, 4],
  ['the count now, where it was lowered since', { desiredAtCompletion: 20 }, 10],
  ['one where the count was 0 at completion and no longer is', { desiredAtCompletion: 0 }, 1],
  ["a task set's share", { scalePercent: 30 }, 3],
  ['one of a task set that was scaled to 0 % while the service is to run tasks', { scalePercent: 0 }, 1],
])('how many tasks must run: %s', (_, counts, least) => {
  const all = { desired: 10, minimumHealthyPercent: 100, ...counts };
  expect(leastRunning(all)).toBe(least);
  expect(isAlive({ ...all, running: least })).toBe(true);
  expect(isAlive({ ...all, running: least - 1 })).toBe(false);
});

test.each([
  ['a replica service', {}, 100],
  ['a DAEMON service', { schedulingStrategy: 'DAEMON' as const }, 0],
  ['one that says', { deploymentConfiguration: { minimumHealthyPercent: 70 } }, 70],
])('the minimum healthy percent of %s', (_, service, percent) => {
  expect(taskCounts({ desiredCount: 3, ...service }, undefined)).toEqual({
    running: 0,
    desired: 3,
    minimumHealthyPercent: percent,
  });
});
