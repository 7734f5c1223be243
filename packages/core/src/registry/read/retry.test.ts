import { describe, expect, test } from '@jest/globals';
import { LandfallError } from '../../errors/landfall-error.ts';
import { fakeHost } from '../../testing/fake-host.ts';
import { virtualClock } from '../../testing/virtual-clock.ts';
import { retryTransient } from './retry.ts';

/** Fails so often, with these facts, before it succeeds. */
async function tried(failures: number, facts: object) {
  const clock = virtualClock();
  const host = fakeHost();
  let calls = 0;
  const end = await retryTransient(
    { what: 'the push', attempts: 4, pause: 1000, clock, log: host.log, signal: host.cancellation },
    async () => {
      calls += 1;
      if (calls <= failures) throw new LandfallError('PUSH_FAILED', { summary: 'busy', facts: { ...facts } });
      return 'done';
    },
  ).catch(({ summary }: LandfallError) => summary);
  return { end, calls, elapsed: clock.elapsed(), lines: host.lines };
}

describe('a transient failure', () => {
  test('is retried, after pauses that grow', async () => {
    expect(await tried(3, { transient: true })).toEqual({
      end: 'done',
      calls: 4,
      elapsed: 750 + 1500 + 3000,
      lines: [
        'warning: the push failed (1 of 4 attempts), retrying in 750ms: busy',
        'warning: the push failed (2 of 4 attempts), retrying in 2s: busy',
        'warning: the push failed (3 of 4 attempts), retrying in 3s: busy',
      ],
    });
  });

  test('fails after the last attempt', async () => {
    expect(await tried(9, { transient: true })).toMatchObject({ end: 'busy', calls: 4 });
  });

  test('is not retried before the registry allows it', async () => {
    expect(await tried(2, { transient: true, retryAfter: 20_000 })).toEqual({
      end: 'done',
      calls: 3,
      elapsed: 40_000,
      lines: [
        'warning: the push failed (1 of 4 attempts), retrying in 20s: busy',
        'warning: the push failed (2 of 4 attempts), retrying in 20s: busy',
      ],
    });
    expect(await tried(1, { transient: true, retryAfter: 100 })).toMatchObject({ end: 'done', elapsed: 750 });
  });

  test('is not retried if the registry asks to wait for longer than a minute', async () => {
    expect(await tried(1, { transient: true, retryAfter: 3_600_000 })).toEqual({
      end: 'busy',
      calls: 1,
      elapsed: 0,
      lines: [],
    });
  });
});

test('a permanent failure is not retried', async () => {
  expect(await tried(1, {})).toMatchObject({ end: 'busy', calls: 1, elapsed: 0 });
});
