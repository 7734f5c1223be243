import type { Appointment, SandboxClock } from './clock.ts';
import { seededRandom } from './random.ts';

interface Entry extends Appointment {
  timer: NodeJS.Timeout | undefined;
}

/** setTimeout fires at once when given more than this (2^31 − 1 ms, about 24 days). */
const longestTimeout = 2_147_483_647;

export function createRealClock(options: { seed?: number } = {}): SandboxClock {
  const entries = new Set<Entry>();
  const started = performance.now();
  const arm = (entry: Entry, callback: () => void) => {
    const wait = Math.max(0, entry.time - Date.now());
    entry.timer = setTimeout(
      () => {
        if (entry.time - Date.now() > 0) return arm(entry, callback);
        entries.delete(entry);
        callback();
      },
      Math.min(wait, longestTimeout),
    );
  };

  const clock: SandboxClock = {
    kind: 'real',
    now: () => Date.now(),
    elapsed: () => performance.now() - started,
    random: seededRandom(options.seed ?? Date.now() ^ process.pid),
    at(time, callback) {
      const entry: Entry = { time, timer: undefined };
      entries.add(entry);
      arm(entry, callback);
      return entry;
    },
    after: (milliseconds, callback) => clock.at(Date.now() + Math.max(0, milliseconds), callback),
    cancel(appointment) {
      if (!appointment) return;
      const entry = appointment as Entry;
      clearTimeout(entry.timer);
      entries.delete(entry);
    },
    sleep: (milliseconds, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const appointment = clock.after(milliseconds, () => {
          signal?.removeEventListener('abort', abort);
          resolve();
        });
        const abort = () => {
          clock.cancel(appointment);
          resolve();
        };
        signal?.addEventListener('abort', abort, { once: true });
      }),
    close() {
      for (const entry of entries) clearTimeout(entry.timer);
      entries.clear();
    },
  };
  return clock;
}
