import type { Deployment } from '@aws-sdk/client-ecs';
import { expect, test } from '@jest/globals';
import { isComplete, isSettled, type Progress } from './complete.ts';

test.each<[string, Progress, boolean]>([
  [
    'its service deployment is SUCCESSFUL',
    { serviceDeployment: 'SUCCESSFUL', rolloutState: 'IN_PROGRESS' },
    true,
  ],
  [
    'its service deployment is under way',
    { serviceDeployment: 'IN_PROGRESS', rolloutState: 'COMPLETED' },
    false,
  ],
  ['without one: COMPLETED', { rolloutState: 'COMPLETED' }, true],
  ['without one: FAILED', { rolloutState: 'FAILED', settledFor: 60_000 }, false],
  ['without a rollout state: settled for 40 s', { settledFor: 40_000 }, true],
  ['without a rollout state: settled for less', { settledFor: 39_999 }, false],
  ['nothing tells', {}, false],
])('complete: %s', (_, progress, complete) => {
  expect(isComplete(progress)).toBe(complete);
});

const only: Deployment = {
  id: 'ecs-svc/2',
  status: 'PRIMARY',
  desiredCount: 2,
  runningCount: 2,
  pendingCount: 0,
};
test.each<[string, Deployment[], boolean]>([
  ['one deployment, all of whose tasks run', [only], true],
  ['one that is to run nothing', [{ ...only, desiredCount: 0, runningCount: 0 }], true],
  ['another is left', [only, { id: 'ecs-svc/1', status: 'ACTIVE' }], false],
  ['a task is pending', [{ ...only, pendingCount: 1 }], false],
  ['a task is missing', [{ ...only, runningCount: 1 }], false],
  ['the one that is left is another', [{ ...only, id: 'ecs-svc/1' }], false],
  ['its counts are not told', [{ id: 'ecs-svc/2', status: 'PRIMARY' }], false],
  ['none', [], false],
])('settled: %s', (_, deployments, settled) => {
  expect(isSettled({ deployments }, 'ecs-svc/2')).toBe(settled);
});
