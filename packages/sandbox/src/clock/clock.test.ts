import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createVirtualClock, virtualEpoch } from './virtual-clock.ts';

describe('the virtual clock', () => {
  test('stands still until it is told to move', () => {
    const clock = createVirtualClock();
    let ran = 0;
    clock.after(10, () => ran++);
    expect([clock.now(), clock.elapsed(), ran]).toEqual([virtualEpoch, 0, 0]);
    clock.advance(9);
    expect(ran).toBe(0);
    clock.advance(1);
    expect([clock.now(), clock.elapsed(), ran]).toEqual([virtualEpoch + 10, 10, 1]);
  });

  test('runs each callback at its own time, and what a callback arranges for the same stretch too', () => {
    const clock = createVirtualClock({ start: 0 });
    const seen: [string, number][] = [];
    clock.after(30, () => seen.push(['late', clock.now()]));
    clock.after(10, () => {
      seen.push(['early', clock.now()]);
      clock.after(5, () => seen.push(['arranged', clock.now()]));
    });
    clock.advance(100);
    expect(seen).toEqual([
      ['early', 10],
      ['arranged', 15],
      ['late', 30],
    ]);
    expect(clock.now()).toBe(100);
  });

  test('runs callbacks in order of time, then of appointment, whatever the order they were made in', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { maxLength: 60 }), (times) => {
        const clock = createVirtualClock({ start: 0 });
        const seen: number[] = [];
        times.forEach((time, index) => {
          clock.at(time, () => seen.push(index));
        });
        clock.advance(50);
        const expected = times
          .map((time, index) => ({ time, index }))
          .sort((a, b) => a.time - b.time || a.index - b.index);
        expect(seen).toEqual(expected.map(({ index }) => index));
      }),
    );
  });

  test('leaves a cancelled callback out, and forgets it when asked what comes next', () => {
    const clock = createVirtualClock({ start: 0 });
    const first = clock.after(5, () => {
      throw new Error('it was cancelled');
    });
    clock.after(9, () => {});
    clock.cancel(first);
    expect(clock.next()).toBe(9);
    clock.advance(20);
    expect(clock.next()).toBeUndefined();
  });

  test('ends a sleep when the time has come or the signal aborts', async () => {
    const clock = createVirtualClock();
    const slept = clock.sleep(100);
    clock.advance(100);
    await slept;
    const abort = new AbortController();
    const broken = clock.sleep(1000, abort.signal);
    abort.abort();
    await broken;
    expect(clock.next()).toBeUndefined();
  });

  test('gives the same chances for the same seed', () => {
    const draw = (seed: number) => {
      const clock = createVirtualClock({ seed });
      return [clock.random(), clock.random(), clock.random()];
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });
});
