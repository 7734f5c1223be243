import { describe, expect, test } from '@jest/globals';
import type { RolloutEventBody } from '@landfall/core/record/run-event';
import { countsText, rolloutLines } from './rollout-line.ts';

const place = { cluster: 'main', service: 'web', deployment: 'ecs-svc/2' };
const reason = 'container "app" ended (exit code 3): Essential container in task exited';

describe('a change of a rollout as lines of the log', () => {
  test.each<[RolloutEventBody, readonly string[]]>([
    [{ kind: 'stage', stage: 'BAKE_TIME' }, ['info: web  stage BAKE_TIME  [1:05]']],
    [
      { kind: 'stage', stage: 'PRODUCTION_TRAFFIC_SHIFT', traffic: 10 },
      ['info: web  stage PRODUCTION_TRAFFIC_SHIFT (10% traffic)  [1:05]'],
    ],
    [
      { kind: 'breaker', failures: 3, threshold: 3, triggered: true },
      ['warning: web  circuit breaker: 3 of 3 failures, triggered  [1:05]'],
    ],
    [{ kind: 'alarm', names: ['5xx', 'p99'] }, ['warning: web  alarm in state ALARM: 5xx, p99  [1:05]']],
    [
      {
        kind: 'hook',
        hook: 'approve',
        stage: 'PRE_SCALE_UP',
        status: 'AWAITING_ACTION',
        expiresAt: '2026-01-01T12:00:00.000Z',
      },
      ['info: web  hook approve at PRE_SCALE_UP: AWAITING_ACTION until 2026-01-01T12:00:00.000Z  [1:05]'],
    ],
    [
      { kind: 'hook', hook: 'smoke', stage: 'PRE_SCALE_UP', status: 'FAILED' },
      ['warning: web  hook smoke at PRE_SCALE_UP: FAILED  [1:05]'],
    ],
    [
      { kind: 'service-event', message: 'has reached a steady state.' },
      ['info: web  · has reached a steady state.  [1:05]'],
    ],
    [
      { kind: 'tasks-stopped', tasks: ['0123abcd'], repeated: false },
      ['info: web  task 0123abcd was stopped by the service scheduler  [1:05]'],
    ],
    [
      { kind: 'tasks-stopped', tasks: ['0123abcd'], reason, repeated: false },
      [`warning: web  ✗ task 0123abcd: ${reason}  [1:05]`],
    ],
    [
      { kind: 'tasks-stopped', tasks: ['0123abcd', '4567cdef'], reason, repeated: true },
      ['info: web  ✗ again: 2 tasks (0123abcd, 4567cdef): container "app" ended (exit code 3)  [1:05]'],
    ],
    [
      {
        kind: 'container-log',
        title: 'last lines of container app, task 0123abcd',
        lines: ['no DATABASE_URL'],
      },
      ['info:   last lines of container app, task 0123abcd:', 'output: no DATABASE_URL'],
    ],
    [{ kind: 'target-health', lines: ['10.0.0.1:80 answers 503'] }, ['warning:   10.0.0.1:80 answers 503']],
    [
      { kind: 'rolling-back', by: 'ECS', reason: 'tasks failed to start' },
      ['error: web  ECS gave up: tasks failed to start  [1:05]'],
    ],
    [{ kind: 'scaled', from: 2, to: 4 }, ['info: web  desired count 2 → 4  [1:05]']],
    [{ kind: 'counts', desired: 2, running: 1, pending: 1, failed: 0, others: 2 }, []],
  ])('%j', (event, lines) => {
    const shown = rolloutLines({ ...place, ...event }, 65_000);
    expect(shown.map(({ level, text }) => `${level}: ${text}`)).toEqual(lines);
  });
});

const revision = (version: number) => `arn:aws:ecs:eu-west-1:123456789012:task-definition/web:${version}`;
const following = {
  ...place,
  kind: 'following',
  taskDefinition: revision(2),
  startedAt: '2026-01-01T12:00:00.000Z',
  running: 0,
  others: 0,
} as const;
const counts = {
  ...place,
  kind: 'counts',
  desired: 2,
  running: 1,
  pending: 1,
  failed: 0,
  others: 0,
} as const;

test('the counts of a first deployment show no other version', () => {
  expect(countsText(following, counts)).toBe('web  web:2  1/2 running  1 pending  0 failed');
});

test('the counts of a later one show what it replaces, and its share of the traffic', () => {
  const later = { ...following, previousTaskDefinition: revision(1) };
  expect(countsText(later, { ...counts, others: 2, traffic: 10 })).toBe(
    'web  web:1 → web:2  1/2 running  1 pending  0 failed  2 old  10% traffic',
  );
});
