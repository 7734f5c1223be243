import { expect, test } from '@jest/globals';
import { virtualClock } from './virtual-clock.ts';

test('a sleep moves time by itself, and two sleepers wake in the order they fall due', async () => {
  const clock = virtualClock();
  const woken: string[] = [];
  const nap = async (name: string, milliseconds: number) => {
    await clock.sleep(milliseconds);
    woken.push(`${name} at ${clock.elapsed()}`);
  };
  await Promise.all([nap('late', 5000), nap('early', 1000).then(() => nap('again', 1000))]);
  expect(woken).toEqual(['early at 1000', 'again at 2000', 'late at 5000']);
  expect(clock.now()).toBe(Date.UTC(2030, 0, 1, 0, 0, 5));
});

test('without auto only advance moves time, and a sleeper sees the moment it was due', async () => {
  const clock = virtualClock({ auto: false });
  const seen: number[] = [];
  void (async () => {
    for (;;) {
      await clock.sleep(10);
      seen.push(clock.elapsed());
    }
  })();
  await clock.advance(35);
  expect(seen).toEqual([10, 20, 30]);
  expect(clock.elapsed()).toBe(35);
});

test('an aborted sleep ends at once, without moving time', async () => {
  const clock = virtualClock({ auto: false });
  const abort = new AbortController();
  const sleep = clock.sleep(1000, abort.signal);
  abort.abort();
  await sleep;
  await clock.sleep(1000, abort.signal);
  expect(clock.elapsed()).toBe(0);
  expect(clock.sleepers).toBe(0);
});
