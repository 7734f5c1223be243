import { setTimeout as sleep } from 'node:timers/promises';

/** What the application says of itself at `/`. */
export interface About {
  readonly version: string;
  readonly commit: string;
  readonly schema: number;
  readonly visit: number | null;
}

const limitMilliseconds = 10_000;

/** Asks a running container. A task that was just replaced may still refuse: it is asked again for ten seconds. */
export async function probe(url: string, signal: AbortSignal): Promise<About> {
  const deadline = performance.now() + limitMilliseconds;
  for (;;) {
    try {
      const response = await fetch(url, {
        headers: { accept: 'application/json' },
        signal: AbortSignal.any([signal, AbortSignal.timeout(2000)]),
      });
      if (!response.ok) throw new Error(`${url} answered ${response.status}`);
      return (await response.json()) as About;
    } catch (error) {
      signal.throwIfAborted();
      if (performance.now() > deadline) throw new Error(`${url} does not answer`, { cause: error });
      await sleep(200);
    }
  }
}
