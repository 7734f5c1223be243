import { expect, test } from '@jest/globals';
import { bounded } from './bounded.ts';

const { signal } = new AbortController();

test('at most that many run at once, and each result keeps its position', async () => {
  let running = 0;
  let most = 0;
  const results = await bounded({ most: 2, signal }, [1, 2, 3, 4, 5], async (item) => {
    running += 1;
    most = Math.max(most, running);
    await Promise.resolve();
    running -= 1;
    return item * 10;
  });
  expect(results).toEqual([10, 20, 30, 40, 50]);
  expect(most).toBe(2);
});

test('the first failure stops what runs and what waits, and is told when all of it has ended', async () => {
  const ended: string[] = [];
  const act = (item: string, stopped: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      if (item === 'fails') return void Promise.resolve().then(() => reject(new Error('the disk is full')));
      stopped.addEventListener('abort', () => {
        ended.push(item);
        reject(stopped.reason);
      });
      if (item === 'quick') resolve();
    });
  const all = bounded({ most: 2, signal }, ['slow', 'fails', 'quick'], act);
  await expect(all).rejects.toThrow('the disk is full');
  expect(ended).toEqual(['slow']);
});

test('a cancel reaches what runs', async () => {
  const cancel = new AbortController();
  const all = bounded({ most: 2, signal: cancel.signal }, ['one'], (_, stopped) => {
    const stop = Promise.withResolvers<void>();
    stopped.addEventListener('abort', () => stop.reject(stopped.reason));
    return stop.promise;
  });
  cancel.abort(new Error('cancelled by the user'));
  await expect(all).rejects.toThrow('cancelled by the user');
});
