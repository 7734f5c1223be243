import { asLandfallError } from '../errors/as-landfall-error.ts';
import { isLandfallError, type LandfallError } from '../errors/landfall-error.ts';
import { chunks, perCall } from '../reading/chunks.ts';
import { troubleOf } from '../reading/trouble.ts';
import type { Ecs } from '../world/aws.ts';
import type { Clock } from '../world/clock.ts';
import { grace, isLost, observeTasks, type Watched } from './state.ts';

interface Watch {
  readonly ecs: Ecs;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly cluster: string;
  /** `clock.elapsed()` at which waiting ends. */
  readonly deadline: number;
  /** Nothing more can change how the task is judged. */
  readonly isDecided: (watched: Watched) => boolean;
  /** After each read of the tasks: the time to read their logs. */
  readonly onLook: (watched: readonly Watched[]) => Promise<void>;
  /** The first of several reads in a row that fail; the watch continues. */
  readonly onTrouble: (error: LandfallError) => void;
}

export interface WatchEnd {
  readonly how: 'over' | 'lost' | 'timed-out' | 'cancelled';
  readonly watched: readonly Watched[];
}

/**
 * Polls until every task is decided, one is lost, the time is up or the run is cancelled.
 * @throws what a read fails with when reading again cannot help (ACCESS_DENIED, CREDENTIALS_EXPIRED …)
 */
export async function watchTasks(start: readonly Watched[], watch: Watch): Promise<WatchEnd> {
  const { clock, signal, deadline, isDecided } = watch;
  const begun = clock.elapsed();
  let watched = start;
  let failing: { since: number; times: number; throttled: number } | undefined;
  for (;;) {
    if (signal.aborted) return { how: 'cancelled', watched };
    try {
      watched = await look(watched, watch);
      failing = undefined;
    } catch (thrown) {
      if (signal.aborted) return { how: 'cancelled', watched };
      const trouble = troubleOf(thrown);
      const now = clock.elapsed();
      failing ??= { since: now, times: 0, throttled: 0 };
      failing.times += 1;
      if (isLandfallError(thrown, 'THROTTLED')) failing.throttled += 1;
      if (trouble === 'final' || (trouble === 'doubtful' && now - failing.since >= grace)) throw thrown;
      if (failing.times === 1) watch.onTrouble(asLandfallError(thrown));
    }
    await watch.onLook(watched);
    const now = clock.elapsed();
    if (watched.every(isDecided)) return { how: 'over', watched };
    if (watched.every((one) => isDecided(one) || isLost(one, now))) return { how: 'lost', watched };
    if (now >= deadline) return { how: 'timed-out', watched };
    const pause = pauseOf(now - begun, failing?.throttled ?? 0, clock.random());
    await clock.sleep(Math.min(pause, deadline - now), signal);
  }
}

async function look(watched: readonly Watched[], { ecs, cluster, clock, signal, isDecided }: Watch) {
  const open = watched.filter((one) => !isDecided(one)).map(({ arn }) => arn);
  const answers = await Promise.all(
    chunks(open, perCall.describeTasks).map((tasks) => ecs.describeTasks({ cluster, tasks }, { signal })),
  );
  const all = { tasks: answers.flatMap(({ tasks = [] }) => tasks), failures: [] };
  const now = clock.elapsed();
  return watched.flatMap((one) => (isDecided(one) ? [one] : observeTasks([one], all, now)));
}

/** 2 s in the first minute, then 5 s; longer while we are throttled; ±20 % so that parallel jobs do not march in step. */
function pauseOf(age: number, throttled: number, chance: number): number {
  const base = age < 60_000 ? 2000 : 5000;
  return Math.min(20_000, base * 2 ** Math.min(throttled, 4)) * (0.8 + chance * 0.4);
}
