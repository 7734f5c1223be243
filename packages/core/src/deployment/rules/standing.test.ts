import { expect, test } from '@jest/globals';
import { type Answer, judgeStanding, type Standing } from './standing.ts';

const live: Standing = {
  at: 0,
  primaryId: 'ecs-svc/1',
  primaryCreatedAt: 1000,
  isAsked: true,
  isComplete: true,
  isAlive: true,
  newest: { id: 'ecs-svc/1', createdAt: 1000, status: 'SUCCESSFUL', isAsked: true },
};
const read = (more: Partial<Standing> = {}): Standing => ({ ...live, ...more });
const newest = (status: string, isAsked: boolean) =>
  read({ newest: { id: 'ecs-svc/2', createdAt: 2000, status, isAsked } });

const agreeing = (more: Partial<Standing> = {}) => [read(more), read({ at: 3000, ...more })];

test.each<[string, Standing[], Answer]>([
  ['one read is not enough', [read()], 'read-again'],
  ['two reads too close', [read(), read({ at: 2999 })], 'read-again'],
  ['two reads three seconds apart', agreeing(), 'noop'],
  ['no service deployment can be read', agreeing({ newest: undefined }), 'noop'],
  ['the second read shows another version', [read(), read({ at: 3000, isAsked: false })], 'changed'],
  [
    'the second read shows another deployment of it',
    [
      read(),
      read({
        at: 3000,
        primaryId: 'ecs-svc/2',
        newest: { id: 'ecs-svc/2', createdAt: 2000, status: 'SUCCESSFUL', isAsked: true },
      }),
    ],
    'read-again',
  ],
  [
    'an earlier read has shown a later deployment',
    [
      read({ primaryId: 'ecs-svc/2', primaryCreatedAt: 2000 }),
      ...agreeing().map((one) => ({ ...one, at: one.at + 3000 })),
    ],
    'read-again',
  ],
  [
    'an earlier read has shown a newer service deployment',
    [newest('IN_PROGRESS', true), read({ at: 3000 }), read({ at: 6000 })],
    'read-again',
  ],
  ['not complete', [read({ isComplete: false })], 'follow'],
  ['not alive', [read({ isAlive: false })], 'follow'],
  ['the same is under way', [read({ ...newest('IN_PROGRESS', true), isComplete: false })], 'follow'],
  [
    'something else is under way: one of the two answers is behind',
    [newest('IN_PROGRESS', false)],
    'read-again',
  ],
  [
    '… for as long as an answer may be behind',
    [newest('IN_PROGRESS', false), { ...newest('IN_PROGRESS', false), at: 30_000 }],
    'follow',
  ],
  ['something else has succeeded, and is not PRIMARY', [newest('SUCCESSFUL', false)], 'read-again'],
  [
    'PRIMARY is not complete, and no deployment of it shows yet',
    [read({ ...newest('ROLLBACK_SUCCESSFUL', true), isComplete: false })],
    'read-again',
  ],
  [
    '… for as long as an answer may be behind',
    [0, 30_000].map((at) => read({ ...newest('ROLLBACK_SUCCESSFUL', true), isComplete: false, at })),
    'follow',
  ],
  [
    'the same has succeeded, and is not PRIMARY, where the service does not tell whether it is complete',
    [read({ ...newest('SUCCESSFUL', true), isComplete: undefined })],
    'read-again',
  ],
  ['a rollback is under way', [newest('ROLLBACK_IN_PROGRESS', false)], 'follow'],
  [
    'the last deployment of the same was rolled back, by a list from before what is PRIMARY',
    [
      read({
        newest: {
          id: 'ecs-svc/2',
          createdAt: 2000,
          status: 'ROLLBACK_SUCCESSFUL',
          isAsked: true,
          isBehind: true,
        },
      }),
    ],
    'read-again',
  ],
  ['the last deployment of the same was rolled back', [newest('ROLLBACK_SUCCESSFUL', true)], 'redeploy'],
  ['the last deployment of the same was stopped', [newest('STOPPED', true)], 'redeploy'],
  [
    'the last deployment, of another version, was rolled back',
    agreeing(newest('ROLLBACK_SUCCESSFUL', false)).map((one, index) => ({ ...one, at: index * 3000 })),
    'noop',
  ],
])('nothing is to be changed: %s', (_, reads, answer) => {
  expect(judgeStanding(reads)).toBe(answer);
});
