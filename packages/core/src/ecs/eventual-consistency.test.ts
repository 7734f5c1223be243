import { expect, test } from '@jest/globals';
import { fresher, newerView } from './eventual-consistency.ts';

const shows = { value: 'ours', showsWrite: true };
const later = { value: 'later', showsWrite: true };
const lacks = { value: 'before', showsWrite: false };
test.each([
  ['the later one', undefined, lacks, 0, lacks],
  ['the later one, where both show the write', shows, later, 0, later],
  ['the one that shows the write', lacks, shows, 0, shows],
  ['the one that shows the write, though it came first', shows, lacks, 30_000, shows],
  ['the later one when thirty seconds are over', shows, lacks, 30_001, lacks],
])('the newer of two responses wins: %s', (_, before, now, sinceWrite, believed) => {
  expect(fresher(before, now, sinceWrite)).toBe(believed);
});

const at = (status: string, second?: number) => ({
  status,
  ...(second !== undefined && { updatedAt: new Date(second * 1000) }),
});
test.each([
  ['a later update', at('IN_PROGRESS', 1), at('IN_PROGRESS', 2), 'now'],
  ['an older update', at('IN_PROGRESS', 2), at('IN_PROGRESS', 1), 'before'],
  ['no time of update', at('IN_PROGRESS', 2), at('IN_PROGRESS'), 'now'],
  [
    'a rollback, then progress of the same instant',
    at('ROLLBACK_IN_PROGRESS', 2),
    at('IN_PROGRESS', 2),
    'before',
  ],
  ['a rollback, then progress without a time', at('ROLLBACK_IN_PROGRESS'), at('IN_PROGRESS'), 'before'],
  ['the end of it', at('ROLLBACK_REQUESTED', 2), at('SUCCESSFUL', 3), 'now'],
  ['progress after the end', at('SUCCESSFUL', 3), at('IN_PROGRESS', 2), 'before'],
  ['a status that ECS has yet to invent', at('IN_PROGRESS', 2), at('TELEPORTING', 3), 'now'],
])('of two answers about a service deployment: %s', (_, before, now, believed) => {
  expect(newerView(before, now)).toBe(believed === 'now' ? now : before);
});
