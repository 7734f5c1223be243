import { AppointmentHeap } from './appointment-heap.ts';
import type { VirtualClock } from './clock.ts';
import { seededRandom } from './random.ts';

/** Where virtual time begins unless told otherwise: a fixed moment, so that two runs of a seed are equal. */
export const virtualEpoch = Date.UTC(2026, 0, 1);

export function createVirtualClock(options: { start?: number; seed?: number } = {}): VirtualClock {
  const start = options.start ?? virtualEpoch;
  const random = seededRandom(options.seed ?? 1);
  let time = start;
  const due = new AppointmentHeap();
  let closed = false;

  const clock: VirtualClock = {
    kind: 'virtual',
    now: () => time,
    elapsed: () => time - start,
    random,
    at(when, callback) {
      return due.add(Math.max(when, time), callback);
    },
    after: (milliseconds, callback) => clock.at(time + Math.max(0, milliseconds), callback),
    cancel(appointment) {
      if (appointment) due.cancel(appointment);
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
        const next = due.next();
        if (next === undefined || next > when) break;
        time = Math.max(time, next);
        due.take()();
      }
      time = Math.max(time, when);
    },
    next: () => due.next(),
    closed: () => closed,
    close() {
      closed = true;
      due.clear();
    },
  };
  return clock;
}
