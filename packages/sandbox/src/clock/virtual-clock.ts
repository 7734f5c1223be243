import { seededRandom } from '../random.ts';
import type { Appointment, VirtualClock } from './clock.ts';

interface Entry extends Appointment {
  readonly order: number;
  readonly callback: () => void;
  done: boolean;
}

/** Where virtual time begins unless told otherwise: a fixed moment, so that two runs of a seed are equal. */
export const virtualEpoch = Date.UTC(2026, 0, 1);

export function createVirtualClock(options: { start?: number; seed?: number } = {}): VirtualClock {
  const start = options.start ?? virtualEpoch;
  const random = seededRandom(options.seed ?? 1);
  let time = start;
  let order = 0;
  // A binary heap by (time, order): a rollout of a thousand tasks keeps thousands of appointments.
  const heap: Entry[] = [];

  const before = (a: Entry, b: Entry) => a.time < b.time || (a.time === b.time && a.order < b.order);
  const swap = (i: number, j: number) => {
    const held = heap[i]!;
    heap[i] = heap[j]!;
    heap[j] = held;
  };
  const push = (entry: Entry) => {
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(heap[at]!, heap[parent]!)) break;
      swap(at, parent);
      at = parent;
    }
  };
  const pop = (): Entry => {
    const top = heap[0]!;
    const last = heap.pop()!;
    if (heap.length > 0) {
      heap[0] = last;
      let at = 0;
      for (;;) {
        const left = 2 * at + 1;
        if (left >= heap.length) break;
        const child = left + 1 < heap.length && before(heap[left + 1]!, heap[left]!) ? left + 1 : left;
        if (!before(heap[child]!, heap[at]!)) break;
        swap(at, child);
        at = child;
      }
    }
    return top;
  };
  const dropDone = () => {
    while (heap.length > 0 && heap[0]!.done) pop();
  };

  const clock: VirtualClock = {
    kind: 'virtual',
    now: () => time,
    elapsed: () => time - start,
    random,
    at(when, callback) {
      const entry: Entry = { time: Math.max(when, time), order: order++, callback, done: false };
      push(entry);
      return entry;
    },
    after: (milliseconds, callback) => clock.at(time + Math.max(0, milliseconds), callback),
    cancel(appointment) {
      if (appointment) (appointment as Entry).done = true;
    },
    sleep: (milliseconds, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const wake = () => {
          signal?.removeEventListener('abort', abort);
          resolve();
        };
        const appointment = clock.after(milliseconds, wake);
        const abort = () => {
          clock.cancel(appointment);
          resolve();
        };
        signal?.addEventListener('abort', abort, { once: true });
      }),
    advance: (milliseconds) => clock.advanceTo(time + Math.max(0, milliseconds)),
    advanceTo(when) {
      for (;;) {
        dropDone();
        const first = heap[0];
        if (!first || first.time > when) break;
        pop();
        time = Math.max(time, first.time);
        first.done = true;
        first.callback();
      }
      time = Math.max(time, when);
    },
    next() {
      dropDone();
      return heap[0]?.time;
    },
    close() {
      heap.length = 0;
    },
  };
  return clock;
}
