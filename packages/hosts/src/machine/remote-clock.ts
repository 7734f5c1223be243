import { request } from 'node:http';
import { LandfallError } from '@landfall/core/errors/landfall-error';
import { clockOn } from '@landfall/core/time/virtual-clock';
import type { Clock } from '@landfall/core/world/clock';

interface Answer {
  /** Wall time, milliseconds since the epoch. */
  readonly now: number;
  /** Monotonic milliseconds. */
  readonly elapsed: number;
}

/**
 * Virtual time, kept by the sandbox on loopback: `POST <url>/sleep {"milliseconds":n}` answers with the time it
 * is then. Time moves only by what was answered, so a run on it takes no longer than its work.
 */
export async function remoteClock(url: string): Promise<Clock> {
  let time: Answer = { now: 0, elapsed: 0 };
  let failure: unknown;
  const pass = async (milliseconds: number) => {
    try {
      time = await post(`${url.replace(/\/$/, '')}/sleep`, { milliseconds });
    } catch (thrown) {
      // `sleep` never rejects; time that can no longer be read stands still, and who reads it gets the reason.
      failure = thrown;
    }
    return true;
  };
  const read = () => {
    if (failure === undefined) return time;
    throw new LandfallError('ENDPOINT_UNREACHABLE', {
      summary: `the clock at ${url} does not respond`,
      remedy: 'Unset LANDFALL_CLOCK_URL, or start the sandbox again.',
      cause: failure,
    });
  };
  await pass(0);
  const clock = clockOn(
    {
      now: () => time.now,
      // Every sleeper is due once no answer comes any longer.
      elapsed: () => (failure === undefined ? time.elapsed : Number.POSITIVE_INFINITY),
      moveTo: (moment) => pass(Math.max(0, moment - time.elapsed)),
    },
    { idle: () => new Promise(setImmediate), random: Math.random },
  );
  return { ...clock, now: () => read().now, elapsed: () => read().elapsed };
}

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
