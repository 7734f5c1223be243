import { cadenceFor, jittered } from './poll-interval.ts';
import { ReadOutage } from './read-outage.ts';
import { termsAt, type Watch } from './watch.ts';
import type { WatchContext } from './watch-context.ts';

/** How one kind of deployment is read and judged. */
export interface Way<W extends Watch> {
  /** @param unripe whether what cannot end yet is read, too */
  readRound(
    open: readonly W[],
    allServices: boolean,
    following: WatchContext,
    unripe: boolean,
  ): Promise<void>;
  judge(watch: W, following: WatchContext): Promise<void>;
}

interface Waiter<W extends Watch> {
  readonly watch: W;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * One poller for the services of a run that are read in one way: watches come and go while it reads them all together, batched by what
 * the API allows. Reads that fail for a passing reason are repeated until the deadline of each watch; a denied
 * or expired one ends every watch.
 */
export class Poller<W extends Watch> {
  readonly #following: WatchContext;
  readonly #way: Way<W>;
  readonly #gap: ReadOutage;
  #waiters: Waiter<W>[] = [];
  #running = false;

  constructor(following: WatchContext, way: Way<W>) {
    this.#following = following;
    this.#way = way;
    this.#gap = new ReadOutage(following);
  }

  /**
   * Resolves when the watch has its verdict.
   * @throws ACCESS_DENIED, CREDENTIALS_EXPIRED, RESPONSE_INVALID …: when reading can no longer help
   */
  watch(watch: W): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiters.push({ watch, resolve, reject });
      if (!this.#running) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    try {
      for (let round = 0; this.#waiters.length > 0; round += 1) await this.#round(round);
    } catch (error) {
      const waiters = this.#waiters;
      this.#waiters = [];
      for (const waiter of waiters) waiter.reject(error);
    } finally {
      this.#running = false;
    }
  }

  async #round(round: number): Promise<void> {
    const { clock, signal } = this.#following;
    const open = this.#waiters.map(({ watch }) => watch);
    const byServices = open.every((watch) => watch.byServicesOnly);
    const quiet = open.reduce(
      (least, { rollout }) => Math.min(least, clock.elapsed() - rollout.changedAt),
      Number.POSITIVE_INFINITY,
    );
    const cadence = cadenceFor(open.length, byServices ? 'services' : 'deployments', quiet);
    try {
      const allServices = round % cadence.servicesEvery === 0;
      const unripe = round % cadence.unripeEvery === 0;
      if (!signal.aborted) await this.#way.readRound(open, allServices, this.#following, unripe);
      this.#gap.over();
      for (const watch of open) {
        watch.unreadSince = undefined;
        watch.readAt = clock.elapsed();
      }
    } catch (error) {
      if (!signal.aborted) {
        this.#gap.note(error);
        for (const watch of open) {
          watch.unreadSince ??= clock.elapsed();
          if (watch.verdict === undefined) await this.#way.judge(watch, this.#following);
        }
      }
    }
    if (signal.aborted) for (const watch of open) watch.verdict ??= cancelled(watch);
    this.#settle();
    if (this.#waiters.length === 0) return;
    for (const { watch } of this.#waiters) this.#following.onWait(watch);
    const now = clock.elapsed();
    const untilDeadline = this.#waiters.reduce(
      (least, { watch }) => Math.min(least, termsAt(watch, now).deadline - now),
      Number.POSITIVE_INFINITY,
    );
    await clock.sleep(Math.max(0, Math.min(jittered(cadence.tick, clock.random()), untilDeadline)), signal);
  }

  #settle(): void {
    const done = this.#waiters.filter(({ watch }) => watch.verdict !== undefined);
    this.#waiters = this.#waiters.filter(({ watch }) => watch.verdict === undefined);
    for (const { watch, resolve } of done) {
      this.#following.onEnd(watch);
      resolve();
    }
  }
}

const cancelled = ({ ours }: Watch) => ({
  kind: 'CANCELLED' as const,
  reason: `cancelled; deployment ${ours.deploymentId} is still in progress`,
});

/** The pollers of a run, one for each way. */
export class Pollers {
  readonly #following: WatchContext;
  readonly #known = new Map<unknown, unknown>();

  constructor(following: WatchContext) {
    this.#following = following;
  }

  of<W extends Watch>(way: Way<W>): Poller<W> {
    const poller = (this.#known.get(way) as Poller<W> | undefined) ?? new Poller(this.#following, way);
    this.#known.set(way, poller);
    return poller;
  }
}
