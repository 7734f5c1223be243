import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { createLocalAws } from '../sandbox.ts';
import type { VirtualClock } from './clock.ts';
import { drivenClock } from './driven-clock.ts';

describe('driven time', () => {
  test('moves to the first of several sleepers once nothing else can run', async () => {
    const aws = createLocalAws({ clock: 'virtual' });
    const clock = drivenClock(aws.clock as VirtualClock);
    const woken: [string, number][] = [];
    const sleeper = async (name: string, ...naps: number[]) => {
      for (const nap of naps) {
        await clock.sleep(nap);
        woken.push([name, clock.elapsed()]);
      }
    };
    await Promise.all([sleeper('a', 100, 100), sleeper('b', 150), sleeper('c', 10, 10, 500)]);
    expect(woken).toEqual([
      ['c', 10],
      ['c', 20],
      ['a', 100],
      ['b', 150],
      ['a', 200],
      ['c', 520],
    ]);
  });

  test('lets an aborted sleeper go at once, without moving time for it', async () => {
    const aws = createLocalAws({ clock: 'virtual' });
    const clock = drivenClock(aws.clock as VirtualClock);
    const stop = new AbortController();
    const long = clock.sleep(1_000_000, stop.signal);
    stop.abort();
    await long;
    expect(clock.elapsed()).toBe(0);
  });

  test('lets the process end when the clock is closed under a sleeper', () => {
    const at = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);
    const program = `
      import { createLocalAws } from ${at('../sandbox.ts')};
      import { drivenClock } from ${at('./driven-clock.ts')};
      const aws = createLocalAws({ clock: 'virtual' });
      void drivenClock(aws.clock).sleep(1000);
      await aws.close();`;
    const { status, signal } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
      timeout: 20_000,
    });
    expect({ status, signal }).toEqual({ status: 0, signal: null });
  });
});
