import { expect, test } from '@jest/globals';
import { hasReached, type Reached } from './early.ts';

const stage = (name: string) => ({ stage: name });
test.each<[Parameters<typeof hasReached>[0], Partial<Reached>, boolean]>([
  ['traffic-shifted', { productionWeight: 100 }, true],
  ['traffic-shifted', { productionWeight: 100, isAlive: false }, false],
  ['traffic-shifted', { productionWeight: 50 }, false],
  ['traffic-shifted', {}, false],
  [stage('SCALE_UP'), { stage: 'SCALE_UP', isAlive: false }, true],
  [stage('SCALE_UP'), { stage: 'PRE_SCALE_UP' }, false],
  [stage('SCALE_UP'), { stage: 'POST_SCALE_UP', isAlive: false }, false],
  [stage('BAKE_TIME'), { stage: 'BAKE_TIME' }, true],
  [stage('BAKE_TIME'), { stage: 'CLEAN_UP' }, true],
  [stage('BAKE_TIME'), { stage: 'BAKE_TIME', isAlive: false }, false],
  [stage('TELEPORT'), { stage: 'TELEPORT' }, true],
  [stage('TELEPORT'), { stage: 'BAKE_TIME' }, false],
])('wait-until %j at %j: %j', (until, now, reached) => {
  expect(hasReached(until, { isAlive: true, ...now })).toBe(reached);
});
