import type { Clock } from '@landfall/core/world/clock';

/** This machine's time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  random: () => Math.random(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const wake = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, Math.max(0, milliseconds));
      signal?.addEventListener('abort', wake, { once: true });
    }),
};

/** The system's clock, or the sandbox's when LANDFALL_CLOCK_URL names one. */
export const createClock = async (env: Readonly<Record<string, string | undefined>>): Promise<Clock> =>
  env.LANDFALL_CLOCK_URL
    ? {
        ...(await (await import('./remote-clock.ts')).remoteClock(env.LANDFALL_CLOCK_URL)),
        sleepReal: systemClock.sleep,
      }
    : systemClock;
