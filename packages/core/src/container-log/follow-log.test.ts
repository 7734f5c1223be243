import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LandfallError } from '../errors/landfall-error.ts';
import { virtualClock } from '../testing/virtual-clock.ts';
import type { CloudWatchLogs } from '../world/aws.ts';
import { followLog } from './follow-log.ts';

const at = { group: '/ecs/web', stream: 'run/app/1' };

function following(logs: Partial<CloudWatchLogs>, signal = new AbortController().signal) {
  const clock = virtualClock();
  const shown: string[] = [];
  const notices: string[] = [];
  const follower = followLog({
    logs: async () => logs as CloudWatchLogs,
    clock,
    at,
    signal,
    show: (lines) => shown.push(...lines),
    notice: (sentence) => notices.push(sentence),
  });
  return { follower, shown, notices, clock };
}

/** A stream that grows: each question adds the next batch, a page holds at most `page` events. */
function growing(batches: readonly (readonly string[])[], page: number): Partial<CloudWatchLogs> {
  const events: string[] = [];
  let asked = 0;
  return {
    getLogEvents: async ({ nextToken }) => {
      events.push(...(batches[asked++] ?? []));
      const from = Number(nextToken ?? 0);
      const next = events.slice(from, from + page);
      return { events: next.map((message) => ({ message })), nextForwardToken: String(from + next.length) };
    },
  };
}

describe('following a log', () => {
  test('shows every event once and in order, however the log is paged and grows', async () => {
    const batches = fc.array(fc.array(fc.stringMatching(/^[a-z]{1,5}$/), { maxLength: 5 }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(batches, fc.integer({ min: 1, max: 4 }), fc.nat(5), async (given, page, looks) => {
        const { follower, shown, notices } = following(growing(given, page));
        for (let look = 0; look < looks; look += 1) await follower.look();
        await follower.finish();
        // Three seconds of silence are the end: a batch that only comes after them is not waited for.
        const all = given.flat();
        expect(shown).toEqual(all.slice(0, shown.length));
        expect(notices).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  test('reads on after the container stopped until nothing has come for three seconds', async () => {
    const { follower, shown, clock } = following(growing([['a'], [], ['b'], [], [], ['c']], 100));
    await follower.finish();
    expect(shown).toEqual(['a', 'b', 'c']);
    expect(clock.elapsed()).toBeGreaterThanOrEqual(3000);
    expect(clock.elapsed()).toBeLessThan(10_000);
  });

  test('falls back to FilterLogEvents where GetLogEvents is denied, and shows late events once', async () => {
    const denied = new LandfallError('ACCESS_DENIED', { summary: 'no' });
    const events = [
      { eventId: '1', timestamp: 1_000_000, message: 'one' },
      { eventId: '3', timestamp: 1_002_000, message: 'three' },
    ];
    const asked: unknown[] = [];
    const { follower, shown } = following({
      getLogEvents: async () => {
        throw denied;
      },
      filterLogEvents: async (input) => {
        asked.push(input);
        if (asked.length > 1 && events.length === 2) {
          events.push({ eventId: '2', timestamp: 1_001_000, message: 'two' });
        }
        return { events: events.filter(({ timestamp }) => timestamp >= (input.startTime ?? 0)) };
      },
    });
    await follower.look();
    await follower.look();
    await follower.look();
    expect(shown).toEqual(['one', 'three', 'two']);
    expect(asked[1]).toEqual({ logGroupName: '/ecs/web', logStreamNames: ['run/app/1'], startTime: 972_000 });
  });

  test('reports once that it cannot be read, and makes no further calls', async () => {
    let asked = 0;
    const denied = async () => {
      asked += 1;
      throw new LandfallError('ACCESS_DENIED', { summary: 'no', facts: { action: 'logs:GetLogEvents' } });
    };
    const { follower, notices } = following({ getLogEvents: denied, filterLogEvents: denied });
    await follower.look();
    await follower.look();
    await follower.finish();
    expect(notices).toEqual([
      "The log of group /ecs/web cannot be shown: this job's role lacks logs:GetLogEvents.",
    ]);
    expect(asked).toBe(2);
  });

  test('reports at the end that a container wrote nothing', async () => {
    const { follower, notices } = following({
      getLogEvents: async () => {
        throw new LandfallError('NOT_FOUND', { summary: 'no stream' });
      },
    });
    await follower.finish();
    expect(notices).toEqual(['The container wrote no log (/ecs/web, stream run/app/1).']);
  });

  test('continues through reads that fail for a while', async () => {
    let asked = 0;
    const { follower, shown, notices } = following({
      getLogEvents: async ({ nextToken }) => {
        asked += 1;
        if (asked < 3) throw new LandfallError('THROTTLED', { summary: 'throttled' });
        return { events: nextToken ? [] : [{ message: 'a' }], nextForwardToken: '1' };
      },
    });
    await follower.look();
    await follower.look();
    await follower.look();
    expect(shown).toEqual(['a']);
    expect(notices).toEqual([]);
  });

  test('ends at once when the run is cancelled', async () => {
    const abort = new AbortController();
    abort.abort();
    const { follower, clock } = following(growing([['a']], 1), abort.signal);
    await follower.finish();
    expect(clock.elapsed()).toBe(0);
  });
});
