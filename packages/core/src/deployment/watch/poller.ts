import { settleTime } from '../../ecs/eventual-consistency.ts';
import { isLandfallError } from '../../errors/landfall-error.ts';
import { troubleOf } from '../../reading/trouble.ts';
import { termsAt, type Watch, type WatchContext } from './watch.ts';

/**
 * How often to read, by how much there is to watch. The deployments (20 to a call) tell the verdict and are read
 * at every tick; of many, those that cannot end yet are read less often. The services (10 to a call) tell the
 * story and are read less often still. The tick is as short as one steady call a second allows, between 1.8 and 20
 * seconds, and never under 3 for more than ten services: DescribeServices and its kin share 20 calls a second per
 * account and region, and other pipelines need theirs (reference: ECS request throttling).
 */
interface Cadence {
  /** Milliseconds between two reads of the deployments. */
  readonly tick: number;
  /** Read the services at every n-th tick. */
  readonly servicesEvery: number;
  /** Read the deployments that cannot end yet at every n-th tick. */
  readonly unripeEvery: number;
}

const few = 10;
const shortest = { few: 1800, many: 3000 };
const longest = 20_000;
const minute = 60_000;
const callsPerSecond = 1;

/**
 * @param quiet milliseconds for which nothing that is watched has moved: a bake or a pause is checked less
 * often
 * @param longestPause milliseconds, jitter included; what AWS's rate limits ask for outranks it
 */
export function cadenceFor(
  watched: number,
  mode: 'deployments' | 'services',
  quiet = 0,
  longestPause = Number.POSITIVE_INFINITY,
): Cadence {
  const calls = mode === 'deployments' ? Math.ceil(watched / 20) : Math.ceil(watched / 10);
  const patience = quiet > 30 * minute ? 30_000 : quiet > 5 * minute ? 15_000 : 0;
  const least = watched > few ? shortest.many : shortest.few;
  const tick = Math.max(
    Math.min(patience, longestPause * 0.9),
    least,
    Math.min(longest, (calls / callsPerSecond) * 1000),
  );
  return {
    tick,
    servicesEvery: mode === 'services' ? 1 : watched > few ? Math.ceil((2 * minute) / tick) : 5,
    unripeEvery: watched > 20 ? 3 : 1,
  };
}

/** ±10 %, so that many pipelines started together drift apart. */
export const jittered = (milliseconds: number, random: number) => milliseconds * (0.9 + random * 0.2);

/** Failing reads: for how long already, and whether to continue. */
export class ReadOutage {
  readonly #following: Pick<WatchContext, 'clock' | 'onNotice'>;
  #since: number | undefined;

  constructor(following: Pick<WatchContext, 'clock' | 'onNotice'>) {
    this.#following = following;
  }

  note(error: unknown): void {
    const now = this.#following.clock.elapsed();
    const trouble = troubleOf(error);
    if (trouble === 'final') throw error;
    if (this.#since === undefined && isLandfallError(error))
      this.#following.onNotice({ kind: 'reads-fail', error });
    this.#since ??= now;
    if (trouble === 'doubtful' && now - this.#since > settleTime) throw error;
  }

  over(): void {
    if (this.#since === undefined) return;
    this.#following.onNotice({
      kind: 'reads-recovered',
      milliseconds: this.#following.clock.elapsed() - this.#since,
    });
    this.#since = undefined;
  }
}

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
    const { clock, signal, longestPause } = this.#following;
    const open = this.#waiters.map(({ watch }) => watch);
    const byServices = open.every((watch) => watch.byServicesOnly);
    const quiet = open.reduce(
      (least, { rollout }) => Math.min(least, clock.elapsed() - rollout.changedAt),
      Number.POSITIVE_INFINITY,
    );
    const cadence = cadenceFor(open.length, byServices ? 'services' : 'deployments', quiet, longestPause);
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
    const now = clock.elapsed();
    const untilDeadline = this.#waiters.reduce(
      (least, { watch }) => Math.min(least, termsAt(watch, now).deadline - now),
      Number.POSITIVE_INFINITY,
    );
    const pause = Math.max(0, Math.min(jittered(cadence.tick, clock.random()), untilDeadline));
    for (const { watch } of this.#waiters) this.#following.onWait(watch);
    await clock.sleep(pause, signal);
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
