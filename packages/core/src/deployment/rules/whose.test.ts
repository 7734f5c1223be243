import { expect, test } from '@jest/globals';
import { type Place, placeOf, type Shown } from './whose.ts';

const created = Date.parse('2030-01-01T00:00:10Z');
const ids = { ours: 'ecs-svc/2', earlier: new Set(['ecs-svc/1']) };
const old = {
  id: 'ecs-svc/1',
  createdAt: created - 86_400_000,
  rolloutState: 'COMPLETED',
};
const other = {
  id: 'ecs-svc/3',
  createdAt: created + 20_000,
  rolloutState: 'IN_PROGRESS',
};
const base: Shown = {
  ...ids,
  primary: old,
  oursCreatedAt: created,
  isGivenUp: false,
  sawOther: false,
  isGone: false,
};
const rolling = { reason: 'ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/1.' };
const again = { ...old, createdAt: created + 20_000 };

test.each<[string, Partial<Shown>, Place]>([
  ['ours', { primary: { ...old, id: 'ecs-svc/2' } }, 'ours'],
  ['the one before: an answer from before, perhaps', {}, 'undecided'],
  ['the one before, for longer than an answer may be behind', { isGone: true }, 'rolled-back'],
  ['the one before, created anew', { primary: again }, 'rolled-back'],
  [
    'the one before, created anew and under way',
    { primary: { ...again, rolloutState: 'IN_PROGRESS' } },
    'rolling-back',
  ],
  ['the one before, after ECS gave ours up', { isGivenUp: true }, 'rolled-back'],
  ['one of another id that says it rolls back', { primary: { ...other, ...rolling } }, 'rolling-back'],
  [
    'one of another id, whatever it runs, after ECS gave ours up',
    { primary: other, isGivenUp: true },
    'superseded',
  ],
  ['one that was not there before', { primary: other }, 'superseded'],
  [
    'one that nobody had seen, but that ECS made before ours',
    { primary: { ...other, createdAt: created - 1 } },
    'undecided',
  ],
  [
    'one of another version that the circuit breaker has failed',
    {
      primary: {
        ...other,
        rolloutState: 'FAILED',
        reason: 'ECS deployment circuit breaker: tasks failed to start.',
      },
    },
    'superseded',
  ],
  ["the one before, after somebody else's was seen", { primary: again, sawOther: true }, 'superseded'],
])('PRIMARY is %s', (_, shown, place) => {
  expect(placeOf({ ...base, ...shown })).toBe(place);
});
