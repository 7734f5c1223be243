import { expect, test } from '@jest/globals';
import { type Answer, judgeStanding, type Standing } from './standing.ts';

const live: Standing = {
  at: 0,
  primaryId: 'ecs-svc/1',
  isAsked: true,
  isComplete: true,
  isAlive: true,
  newest: { id: 'ecs-svc/1', status: 'SUCCESSFUL', isAsked: true },
};
const read = (more: Partial<Standing> = {}): Standing => ({ ...live, ...more });
const newest = (status: string, isAsked: boolean) => read({ newest: { id: 'ecs-svc/2', status, isAsked } });

test.each<[string, Standing, Standing | undefined, Answer]>([
  ['one read is not enough', read(), undefined, 'again'],
  ['two reads too close', read(), read({ at: 2999 }), 'again'],
  ['two reads three seconds apart', read(), read({ at: 3000 }), 'noop'],
  [
    'no service deployment can be read',
    read({ newest: undefined }),
    read({ at: 3000, newest: undefined }),
    'noop',
  ],
  ['the second read shows another version', read(), read({ at: 3000, isAsked: false }), 'changed'],
  [
    'the second read shows another deployment of it',
    read(),
    read({ at: 3000, primaryId: 'ecs-svc/2' }),
    'follow',
  ],
  ['not complete', read({ isComplete: false }), undefined, 'follow'],
  ['not alive', read({ isAlive: false }), undefined, 'follow'],
  ['a deployment is under way, of whatever', newest('IN_PROGRESS', false), undefined, 'follow'],
  ['a rollback is under way', newest('ROLLBACK_IN_PROGRESS', false), undefined, 'follow'],
  [
    'the last deployment of the same was rolled back',
    newest('ROLLBACK_SUCCESSFUL', true),
    undefined,
    'deploy',
  ],
  ['the last deployment of the same was stopped', newest('STOPPED', true), undefined, 'deploy'],
  [
    'the last deployment, of another version, was rolled back',
    newest('ROLLBACK_SUCCESSFUL', false),
    undefined,
    'again',
  ],
])('nothing is to be changed: %s', (_, first, second, answer) => {
  expect(judgeStanding(first, second)).toBe(answer);
});
