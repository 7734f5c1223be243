import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { createClock, systemClock } from './clock.ts';

test('an aborted sleep ends at once', async () => {
  const abort = new AbortController();
  // Longer than a test may take.
  const sleep = systemClock.sleep(3_600_000, abort.signal);
  abort.abort();
  await sleep;
  await systemClock.sleep(3_600_000, abort.signal);
});

test('without LANDFALL_CLOCK_URL the time is this machine’s', async () => {
  expect(await createClock({})).toBe(systemClock);
});

test('with LANDFALL_CLOCK_URL time moves only by what the sandbox answers, for several sleepers to the first', async () => {
  const asked: unknown[] = [];
  let elapsed = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      asked.push([request.method, request.url, JSON.parse(body)]);
      elapsed += JSON.parse(body).milliseconds;
      response.end(JSON.stringify({ now: Date.UTC(2026, 0, 1) + elapsed, elapsed }));
    });
  }).listen(0, '127.0.0.1');
  await new Promise((settle) => server.once('listening', settle));
  const clock = await createClock({
    LANDFALL_CLOCK_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/clock/`,
  });
  expect([clock.now(), clock.elapsed()]).toEqual([Date.UTC(2026, 0, 1), 0]);
  await clock.sleep(90_000);
  expect([clock.now(), clock.elapsed()]).toEqual([Date.UTC(2026, 0, 1, 0, 1, 30), 90_000]);
  expect(asked).toEqual([
    ['POST', '/clock/sleep', { milliseconds: 0 }],
    ['POST', '/clock/sleep', { milliseconds: 90_000 }],
  ]);
  const woken: number[] = [];
  await Promise.all(
    [3000, 1000, 2000].map(async (milliseconds) => {
      await clock.sleep(milliseconds);
      woken.push(clock.elapsed() - 90_000);
    }),
  );
  expect(woken).toEqual([1000, 2000, 3000]);
  server.close();
  server.closeAllConnections();
  await clock.sleep(1000);
  expect(() => clock.elapsed()).toThrow('the clock at http://127.0.0.1');
});
