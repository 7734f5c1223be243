import { request } from 'node:http';
import { LandfallError } from '@landfall/core/errors/landfall-error';
import type { Clock } from '@landfall/core/world/clock';

interface Answer {
  /** Wall time, milliseconds since the epoch. */
  readonly now: number;
  /** Monotonic milliseconds. */
  readonly elapsed: number;
}

interface Sleeper {
  readonly due: number;
  wake(): void;
}

/**
 * Virtual time, kept by the sandbox on loopback: `POST <url>/sleep {"milliseconds":n}` answers with the time it
 * is then. Time moves only by what was answered, so a run on it takes no longer than its work. Several may sleep at
 * once: it moves to the first who is due.
 */
export async function remoteClock(url: string): Promise<Clock> {
  let time: Answer = { now: 0, elapsed: 0 };
  let behind: unknown;
  let moving = false;
  const sleepers = new Set<Sleeper>();
  const pass = async (milliseconds: number) => {
    try {
      time = await post(`${url.replace(/\/$/, '')}/sleep`, { milliseconds });
    } catch (thrown) {
      // `sleep` never rejects; time that can no longer be asked for stands still, and whoever reads it hears why.
      behind = thrown;
    }
  };
  const move = async () => {
    if (moving) return;
    moving = true;
    while (sleepers.size > 0) {
      // Whoever can still do something in this turn does it first; it may be a shorter sleep.
      await new Promise(setImmediate);
      let first = Number.POSITIVE_INFINITY;
      for (const { due } of sleepers) first = Math.min(first, due);
      if (sleepers.size > 0) await pass(Math.max(0, first - time.elapsed));
      // Numbers that crossed a wire as text: a sleeper must not be left for a rounding error.
      for (const one of [...sleepers])
        if (behind !== undefined || one.due <= time.elapsed + 0.001) one.wake();
    }
    moving = false;
  };
  const sleep = (milliseconds: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
      if (signal?.aborted) return resolve();
      const wake = () => {
        sleepers.delete(sleeper);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const sleeper: Sleeper = { due: time.elapsed + Math.max(0, milliseconds), wake };
      signal?.addEventListener('abort', wake, { once: true });
      sleepers.add(sleeper);
      void move();
    });
  const read = () => {
    if (behind === undefined) return time;
    throw new LandfallError('ENDPOINT_UNREACHABLE', {
      summary: `the clock at ${url} does not respond`,
      remedy: 'Unset LANDFALL_CLOCK_URL, or start the sandbox again.',
      cause: behind,
    });
  };
  await pass(0);
  return {
    now: () => read().now,
    elapsed: () => read().elapsed,
    random: () => Math.random(),
    sleep,
    sleepReal,
  };
}

const sleepReal = (milliseconds: number, signal?: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal?.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal?.addEventListener('abort', end, { once: true });
  });

const post = (url: string, body: unknown) =>
  new Promise<Answer>((resolve, reject) => {
    const text = JSON.stringify(body);
    const sent = request(
      url,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) },
      },
      (response) => {
        let answer = '';
        response.setEncoding('utf8');
        response.on('data', (part) => {
          answer += part;
        });
        response.on('error', reject);
        response.on('end', () => {
          try {
            resolve(answerOf(JSON.parse(answer)));
          } catch (thrown) {
            reject(
              new Error(`it answered ${response.statusCode} ${answer.slice(0, 200)}`, { cause: thrown }),
            );
          }
        });
      },
    );
    sent.on('error', reject);
    sent.end(text);
  });

function answerOf(value: unknown): Answer {
  const { now, elapsed } = value as Partial<Answer>;
  if (typeof now !== 'number' || typeof elapsed !== 'number')
    throw new TypeError('now and elapsed are missing');
  return { now, elapsed };
}
