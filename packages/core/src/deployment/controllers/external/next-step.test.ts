import type { TaskSet } from '@aws-sdk/client-ecs';
import { expect, test } from '@jest/globals';
import { beginRollout } from '../../rollout/rollout.ts';
import type { Terms } from '../../rollout/wait-conditions.ts';
import { nextStep, type SeenSets } from './next-step.ts';

const second = 1000;
const taskSet = (id: string, revision: string, more: Partial<TaskSet> = {}): TaskSet => ({
  id,
  taskDefinition: `arn:aws:ecs:us-east-1:123456789012:task-definition/${revision}`,
  status: 'ACTIVE',
  createdAt: new Date(Number(id) * second),
  scale: { unit: 'PERCENT', value: 100 },
  computedDesiredCount: 2,
  runningCount: 2,
  pendingCount: 0,
  stabilityStatus: 'STEADY_STATE',
  ...more,
});
const primary = { status: 'PRIMARY' } as const;
const draining = { status: 'DRAINING' } as const;
const old = taskSet('1', 'web:1');
const ours = taskSet('2', 'web:2', { externalId: 'landfall/web:2/replaces/1/after/web:1' });

/** What is done at a moment, 100 s after the watch began, with what was seen. */
function step(sets: readonly TaskSet[], seen: Partial<SeenSets> = {}, desiredCount = 2) {
  const rollout = beginRollout(
    {
      cluster: 'main',
      service: 'web',
      serviceArn: 'arn:web',
      deploymentId: '2',
      taskDefinition: 'web:2',
      createdAt: 2 * second,
      previous: { deploymentId: '1', taskDefinition: 'web:1' },
    },
    0,
  );
  const terms = {
    now: 100 * second,
    deadline: 1200 * second,
    stallAfter: 1200 * second,
    grace: 30 * second,
    until: 'completed',
    waitThroughPause: false,
    failFast: true,
  } as Terms;
  const service = { status: 'ACTIVE', desiredCount };
  const next = nextStep({ part: 'deploy', sets, ...seen }, { ...rollout, service, everRan: true }, terms);
  return next.do === 'end' || next.do === 'give-up'
    ? `${next.do}: ${next.verdict.kind}: ${next.verdict.reason}`
    : next.do === 'delete'
      ? `delete ${next.taskSets.map(({ id }) => id)}`
      : next.do;
}

test.each([
  [
    'steady beside the old one: it becomes the primary one',
    [{ ...old, ...primary }, ours],
    {},
    'make-primary',
  ],
  [
    'steady with a share of the tasks that somebody else gave it: it does not',
    [
      { ...old, ...primary },
      { ...ours, scale: { value: 50 }, computedDesiredCount: 1, runningCount: 1 },
    ],
    {},
    'wait',
  ],
  [
    'steady by its own word while nothing of it is to run yet: it does not',
    [
      { ...old, ...primary },
      { ...ours, computedDesiredCount: 0, runningCount: 0 },
    ],
    {},
    'wait',
  ],
  ['primary: the old one goes', [old, { ...ours, ...primary }], {}, 'delete 1'],
  [
    'what a read has shown as the primary one before ours goes, too',
    [taskSet('0', 'web:0'), { ...ours, ...primary }],
    { hadTraffic: new Set(['0']) },
    'delete 0',
  ],
  [
    "somebody else's that never had the traffic stays",
    [taskSet('0', 'web:0'), { ...ours, ...primary }],
    {},
    'end: SUCCEEDED: web:2 is live',
  ],
  [
    'primary, and the old one is on its way out: live',
    [
      { ...old, ...draining },
      { ...ours, ...primary },
    ],
    {},
    'end: SUCCEEDED: web:2 is live; task set 1 of web:1 is still being drained',
  ],
  [
    'told to be primary, and one read does not show it: it is not told again',
    [{ ...old, ...primary }, ours],
    { wasPrimary: true, displacedSince: 90 * second },
    'wait',
  ],
  [
    'primary once, and another one is for good: somebody has taken it back',
    [{ ...old, ...primary }, ours],
    { wasPrimary: true, displacedSince: 5 * second },
    'end: ROLLED_BACK: someone made task set 1 of web:1 primary again; task set 2 is still running alongside it',
  ],
  [
    'a newer one is primary: ours does not stay beside it',
    [old, ours, { ...taskSet('3', 'web:3'), ...primary }],
    {},
    'give-up: SUPERSEDED: superseded by task set 3 of web:3',
  ],
  [
    'a newer one is primary just after ours was told to be: it may be what ours has replaced',
    [old, ours, { ...taskSet('3', 'web:3'), ...primary }],
    { askedAt: 90 * second },
    'wait',
  ],
  [
    'a rollback: what is to go may be newer',
    [ours, { ...taskSet('3', 'web:3'), ...primary }],
    { part: 'hand-over', toGo: new Set(['3']) },
    'make-primary',
  ],
  [
    'a rollback goes to what runs, steady or not; then the one to go is deleted',
    [{ ...ours, ...primary, stabilityStatus: 'STABILIZING' }, taskSet('3', 'web:3')],
    { part: 'hand-over', toGo: new Set(['3']) },
    'delete 3',
  ],
] as [string, TaskSet[], Partial<SeenSets>, string][])('%s', (_, sets, seen, expected) => {
  expect(step(sets, seen)).toBe(expected);
});

test('with a desired count of 0 nothing need run', () => {
  const none = { computedDesiredCount: 0, runningCount: 0 };
  expect(step([{ ...ours, ...primary, ...none }], {}, 0)).toMatch(/^end: SUCCEEDED/);
});
