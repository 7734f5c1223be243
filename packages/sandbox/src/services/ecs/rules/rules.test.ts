import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { launchDelay } from './backoff.ts';
import { breakerThreshold } from './breaker.ts';
import { fargateMemory } from './fargate-sizes.ts';
import { taskLimits } from './percent.ts';
import { rollingStep } from './rolling-step.ts';
import { rolloutComplete } from './rollout-complete.ts';

describe('the limits of a rolling deployment', () => {
  test.each([
    { desired: 4, minimum: 100, maximum: 200, expect: { minimum: 4, maximum: 8 } },
    { desired: 3, minimum: 50, maximum: 150, expect: { minimum: 2, maximum: 4 } },
    { desired: 1, minimum: 50, maximum: 100, expect: { minimum: 1, maximum: 1 } },
    { desired: 0, minimum: 100, maximum: 200, expect: { minimum: 0, maximum: 0 } },
    { desired: 7, minimum: 33, maximum: 133, expect: { minimum: 3, maximum: 9 } },
  ])('$desired tasks at $minimum/$maximum percent: the minimum is rounded up, the maximum down', (row) => {
    expect(taskLimits(row.desired, row.minimum, row.maximum)).toEqual(row.expect);
  });

  const tasks = (most: number) =>
    fc.array(
      fc
        .constantFrom(
          { healthy: true, lastStatus: 'RUNNING' },
          { healthy: false, lastStatus: 'RUNNING' },
          { healthy: false, lastStatus: 'PENDING' },
        )
        .map((task) => ({ ...task })),
      { maxLength: most },
    );

  test('a step never exceeds the maximum, nor takes healthy older tasks below the minimum', () => {
    fc.assert(
      fc.property(
        fc.nat(20),
        fc.nat(100),
        fc.nat(100),
        tasks(20),
        tasks(20),
        (desired, minimum, more, primary, older) => {
          const limits = taskLimits(desired, minimum, 100 + more);
          const step = rollingStep({ desired, limits, primary, older, launches: true, replaces: true });
          const live = primary.length + older.length - step.stop.length + step.start;
          if (step.start > 0) expect(live).toBeLessThanOrEqual(limits.maximum);
          const healthy = [...primary, ...older].filter(
            (task) => task.healthy && !step.stop.includes(task),
          ).length;
          const stopsHealthyOlder = older.some((task) => task.healthy && step.stop.includes(task));
          if (stopsHealthyOlder) expect(healthy).toBeGreaterThanOrEqual(limits.minimum);
          const running = [...primary.filter((task) => task.healthy), ...older].filter(
            (task) => task.lastStatus === 'RUNNING' && !step.stop.includes(task),
          ).length;
          const stopsRunningOlder = older.some(
            (task) => task.lastStatus === 'RUNNING' && step.stop.includes(task),
          );
          if (stopsRunningOlder) expect(running).toBeGreaterThanOrEqual(limits.minimum);
          expect(primary.length + step.start).toBeLessThanOrEqual(Math.max(desired, primary.length));
          expect(new Set(step.stop).size).toBe(step.stop.length);
        },
      ),
    );
  });

  test('with healthy tasks, steps repeated always come to an end unless minimum and maximum are the same', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.nat(100),
        fc.integer({ min: 1, max: 100 }),
        (desired, minimum, more) => {
          const limits = taskLimits(desired, minimum, 100 + more);
          fc.pre(limits.maximum > limits.minimum);
          let primary: { healthy: boolean; lastStatus: string }[] = [];
          let older = Array.from({ length: desired }, () => ({ healthy: true, lastStatus: 'RUNNING' }));
          for (let round = 0; round < 200 && (older.length > 0 || primary.length < desired); round += 1) {
            const step = rollingStep({ desired, limits, primary, older, launches: true, replaces: true });
            older = older.filter((task) => !step.stop.includes(task));
            primary = primary.map(() => ({ healthy: true, lastStatus: 'RUNNING' }));
            for (let index = 0; index < step.start; index += 1)
              primary.push({ healthy: false, lastStatus: 'PENDING' });
          }
          expect([primary.length, older.length]).toEqual([desired, 0]);
        },
      ),
    );
  });

  test('a failed deployment neither starts nor replaces', () => {
    const older = [
      { healthy: true, lastStatus: 'RUNNING' },
      { healthy: false, lastStatus: 'RUNNING' },
    ];
    const limits = { minimum: 0, maximum: 4 };
    expect(rollingStep({ desired: 2, limits, primary: [], older, launches: false, replaces: false })).toEqual(
      {
        start: 0,
        stop: [],
      },
    );
  });
});

describe('the circuit breaker threshold', () => {
  test.each([
    { desired: 1, configuration: undefined, threshold: 3 },
    { desired: 25, configuration: undefined, threshold: 13 },
    { desired: 400, configuration: undefined, threshold: 200 },
    { desired: 800, configuration: undefined, threshold: 200 },
    { desired: 800, configuration: { type: 'UNBOUNDED_PERCENT', value: 50 }, threshold: 400 },
    { desired: 2, configuration: { type: 'UNBOUNDED_PERCENT', value: 10 }, threshold: 1 },
    { desired: 100, configuration: { type: 'COUNT', value: 2 }, threshold: 2 },
    { desired: 10, configuration: { type: 'BOUNDED_PERCENT', value: 100 }, threshold: 10 },
  ] as const)('$desired tasks, $configuration: $threshold', ({ desired, configuration, threshold }) => {
    expect(breakerThreshold(desired, configuration)).toBe(threshold);
  });
});

test('launches follow at once three times, then ever later, up to 15 minutes', () => {
  expect([1, 3, 4, 5, 8, 40].map(launchDelay)).toEqual([0, 0, 10_000, 20_000, 160_000, 900_000]);
});

test.each([
  ['256', '512', true],
  ['256', '1024', true],
  ['256', '1536', false],
  ['.25 vCPU', '0.5 GB', true],
  ['1 vCPU', '2 GB', true],
  ['1024', '1024', false],
  ['300', '512', false],
])('Fargate with %s CPU and %s memory: %s', (cpu, memory, exists) => {
  expect(fargateMemory(cpu, memory)).toBe(exists);
});

test.each([
  { name: 'all healthy', given: { desired: 2, live: 2, healthy: 2, olderLeft: 0 }, expect: true },
  { name: 'an older task is left', given: { desired: 2, live: 2, healthy: 2, olderLeft: 1 }, expect: false },
  { name: 'nothing wanted', given: { desired: 0, live: 0, healthy: 0, olderLeft: 0 }, expect: true },
  {
    name: 'half is enough, older ones go later',
    given: {
      desired: 4,
      live: 4,
      healthy: 2,
      olderLeft: 3,
      early: { enable: true, healthyPercent: 50, sourceServiceRevisionCleanup: 'DEFERRED' as const },
    },
    expect: true,
  },
  {
    name: 'half is enough, older ones first',
    given: {
      desired: 4,
      live: 4,
      healthy: 2,
      olderLeft: 3,
      early: { enable: true, healthyPercent: 50, sourceServiceRevisionCleanup: 'BLOCKING' as const },
    },
    expect: false,
  },
])('a rollout is complete or not: $name', ({ given, expect: complete }) => {
  expect(rolloutComplete(given)).toBe(complete);
});
