import { createHash } from 'node:crypto';
import type { Cluster } from '@aws-sdk/client-ecs';
import { runIdentity } from '../deployment/service/service-tags.ts';
import { clockTolerance, settleTime } from '../ecs/eventual-consistency.ts';
import { asLandfallError } from '../errors/as-landfall-error.ts';
import { isLandfallError, LandfallError } from '../errors/landfall-error.ts';
import type { ValuesOf } from '../inputs/input.ts';
import { boolean, duration } from '../inputs/kinds.ts';
import type { ResolvedEnvironment } from '../manifest/resolve-environment.ts';
import type { Permission } from '../operation/operation.ts';
import type { RunFacts } from '../world/host.ts';
import type { World } from '../world/world.ts';
import { clustersOf } from './owned-services.ts';

/**
 * One run at a time on an environment. Each run writes a tag of its own on the cluster and holds the lock when a read
 * that shows this tag shows no other: of two runs, the one that wrote later sees the tag of the other. Where both see
 * both, the younger removes its tag and waits. Ages decide only who waits, never who holds the lock, so that clocks
 * may differ. A run that is killed leaves its tag, which ends by itself unless it is renewed; a new attempt of the same
 * run ignores and removes it.
 */
export const lockInputs = {
  lock: boolean({
    default: 'true',
    description:
      'Let no other run work on the environment meanwhile. The lock is a tag of the cluster, which is removed at the end; what a killed run left ends after 20 minutes.',
  }),
  'lock-timeout': duration(
    { min: '0s', max: '48h' },
    { default: '15m', description: 'How long to wait for another run that works on the environment.' },
  ),
};

const cluster = 'arn:${Partition}:ecs:${Region}:${Account}:cluster/${cluster}';

export const lockPermissions: readonly Permission[] = [
  'ecs:DescribeClusters',
  'ecs:TagResource',
  'ecs:UntagResource',
].map((action) => ({ action, resource: cluster, when: 'unless `lock` is `false`' }));

/** How long a lock is good for after it was written. Other clocks may differ by `clockTolerance`. */
const lease = 15 * 60_000;
const renewal = 5 * 60_000;
const interval = 5000;

/** Another selection of services is the same environment. */
export const lockedBy = ({ environment }: { readonly environment: ResolvedEnvironment }) => ({
  name: environment.owner ?? environment.name,
  clusters: clustersOf(environment),
});

/** Runs one after the other what works on the same environment. @throws ENVIRONMENT_BUSY, CANCELLED, OUTCOME_UNKNOWN */
export async function withLock<T>(
  environment: { readonly name: string; readonly clusters: readonly string[] },
  given: ValuesOf<typeof lockInputs>,
  world: World,
  body: () => Promise<T>,
): Promise<T> {
  if (!given.lock) return body();
  const locks: Lock[] = [];
  try {
    // In the same order in every run: no two wait for each other.
    for (const name of environment.clusters) {
      const lock = new Lock(environment.name, name, world);
      locks.push(lock);
      await lock.take(given.lockTimeout).catch((thrown) => {
        throw withRemedy(thrown);
      });
    }
    return await body();
  } finally {
    for (const lock of locks.reverse()) await lock.release();
  }
}

function withRemedy(thrown: unknown): unknown {
  if (!isLandfallError(thrown, 'ACCESS_DENIED')) return thrown;
  const { summary, details, facts } = thrown;
  return new LandfallError('ACCESS_DENIED', {
    summary,
    remedy:
      'Add the named IAM action on the cluster to the role of this job, or set `lock: false` if no other run works on the environment.',
    details,
    facts,
    cause: thrown,
  });
}

/** What the tag of a run says. */
interface Holder {
  readonly key: string;
  readonly run: string;
  readonly url: string | undefined;
  /** When it was written first, and until when it is good: milliseconds of that machine's clock. */
  readonly since: number;
  readonly until: number;
}

class Lock {
  readonly #environment: string;
  readonly #cluster: string;
  readonly #world: World;
  readonly #prefix: string;
  /** The same at every attempt of a run. */
  readonly #own: string;
  readonly #key: string;
  readonly #over = new AbortController();
  #arn: string | undefined;
  #since = 0;
  #writtenAt: number | undefined;

  constructor(environment: string, cluster: string, world: World) {
    const { clock, host } = world;
    this.#environment = environment;
    this.#cluster = cluster;
    this.#world = world;
    this.#prefix = `landfall:lock:${environment.length <= 90 ? environment : hashOf(environment)}:`;
    this.#own = `${this.#prefix}${hashOf(runIdentity(host.run) ?? String(clock.random()))}:`;
    this.#key = `${this.#own}${hashOf(`${clock.now()} ${clock.random()}`).slice(0, 4)}`;
  }

  async take(timeout: number): Promise<void> {
    const { clock, host } = this.#world;
    const since = clock.elapsed();
    const deadline = since + timeout;
    for (;;) {
      if (host.cancellation.aborted)
        throw new LandfallError('CANCELLED', {
          summary: `the run was cancelled while it waited for the lock of ${this.#environment}`,
        });
      const { isShown, others } = await this.#read();
      const [oldest] = others;
      if (oldest === undefined && this.#writtenAt === undefined) {
        await this.#write();
        continue;
      }
      if (isShown && oldest === undefined) break;
      if (oldest === undefined) this.#refuseUnshown();
      else {
        if (isShown && isOlder(oldest, { since: this.#since, key: this.#key }))
          await this.#remove([this.#key]);
        if (clock.elapsed() >= deadline) throw this.#busy(oldest);
        const what = `${runOf(oldest)} to finish with ${this.#environment}`;
        host.log.progress(this.#key, `waiting for ${what}`, { what, since, deadline });
      }
      await clock.sleep(Math.min(interval, Math.max(1000, deadline - clock.elapsed())), host.cancellation);
    }
    host.log.progress(this.#key, '');
    void this.#renew();
  }

  /** Best effort: the tag ends by itself. */
  async release(): Promise<void> {
    this.#over.abort();
    this.#world.host.log.progress(this.#key, '');
    if (this.#writtenAt === undefined) return;
    await this.#remove([this.#key]).catch((thrown) =>
      this.#world.host.log.notice(
        `${asLandfallError(thrown).summary}: the lock of ${this.#environment} stays on cluster ${this.#cluster} until ${timeOf(this.#world.clock.now() + lease)}`,
      ),
    );
  }

  /** What is expired, and what an earlier attempt of this run has left, is removed. */
  async #read(): Promise<{ readonly isShown: boolean; readonly others: readonly Holder[] }> {
    const { clock, host } = this.#world;
    const { clusterArn, tags = [] } = await this.#describe();
    this.#arn = clusterArn;
    const holders = tags.flatMap(({ key = '', value = '' }) =>
      key.startsWith(this.#prefix) ? [readHolder(key, value)] : [],
    );
    const mine = holders.filter(({ key }) => key.startsWith(this.#own));
    const isExpired = (one: Holder) => clock.now() > one.until + clockTolerance;
    const others = holders.filter((one) => !mine.includes(one));
    const expired = others.filter(isExpired);
    for (const one of expired)
      host.log.notice(
        `the lock of ${this.#environment} that ${runOf(one)} has held since ${timeOf(one.since)} is broken: it was not renewed`,
      );
    const left = [...mine.filter(({ key }) => key !== this.#key), ...expired].map(({ key }) => key);
    if (left.length > 0) await this.#remove(left);
    return {
      isShown: mine.some(({ key }) => key === this.#key),
      others: others.filter((one) => !isExpired(one)).sort((one, other) => (isOlder(one, other) ? -1 : 1)),
    };
  }

  async #describe(): Promise<Cluster> {
    const { aws, host } = this.#world;
    const ecs = await aws.ecs();
    const request = { clusters: [this.#cluster], include: ['TAGS' as const] };
    const { clusters = [] } = await ecs.describeClusters(request, { signal: host.cancellation });
    if (clusters[0]) return clusters[0];
    throw new LandfallError('NOT_FOUND', {
      summary: `cluster ${this.#cluster} was not found (region ${aws.region})`,
      facts: { cluster: this.#cluster, region: aws.region },
    });
  }

  async #write(): Promise<void> {
    const { aws, clock, host } = this.#world;
    const writtenBefore = this.#writtenAt;
    if (writtenBefore === undefined) this.#since = clock.now();
    this.#writtenAt = clock.elapsed();
    const value = writeHolder(host.run, this.#since, clock.now() + lease);
    const ecs = await aws.ecs();
    try {
      await ecs.tagResource({ resourceArn: this.#arn, tags: [{ key: this.#key, value }] });
    } catch (thrown) {
      // What ECS refuses is not there to be removed.
      if (isLandfallError(thrown) && thrown.applied === 'no') this.#writtenAt = writtenBefore;
      throw thrown;
    }
  }

  async #remove(tagKeys: string[]): Promise<void> {
    const ecs = await this.#world.aws.ecs();
    if (tagKeys.includes(this.#key)) this.#writtenAt = undefined;
    // Also after a cancel.
    await ecs.untagResource({ resourceArn: this.#arn, tagKeys }, { within: 20_000 });
  }

  async #renew(): Promise<void> {
    const { clock, host } = this.#world;
    const { signal } = this.#over;
    try {
      for (;;) {
        // It must not move a virtual time that others wait in.
        await (clock.sleepReal ?? clock.sleep)(renewal, signal);
        if (signal.aborted) return;
        const { isShown } = await this.#read();
        if (signal.aborted) return;
        if (!isShown) {
          host.log.warning(`another run has broken the lock of ${this.#environment} that this run held`);
          return;
        }
        await this.#write();
      }
    } catch (thrown) {
      if (!signal.aborted)
        host.log.notice(
          `the lock of ${this.#environment} is not renewed: ${asLandfallError(thrown).summary}`,
        );
    }
  }

  #refuseUnshown(): void {
    if (this.#world.clock.elapsed() - (this.#writtenAt ?? 0) < settleTime) return;
    throw new LandfallError('OUTCOME_UNKNOWN', {
      summary: `cluster ${this.#cluster} does not show the tag ${this.#key}, so whether this run holds the lock of ${this.#environment} is not known`,
      facts: { cluster: this.#cluster, tag: this.#key },
    });
  }

  #busy(holder: Holder): LandfallError {
    const { key, run, url, since } = holder;
    return new LandfallError('ENVIRONMENT_BUSY', {
      summary: `${runOf(holder)} has worked on ${this.#environment}${since > 0 ? ` since ${timeOf(since)}` : ''}`,
      remedy: `Run the step again when that run is over, or raise \`lock-timeout\`; if the run no longer exists, remove the tag \`${key}\` from cluster ${this.#cluster}.`,
      facts: {
        environment: this.#environment,
        cluster: this.#cluster,
        tag: key,
        run,
        url,
        since: timeOf(since),
      },
    });
  }
}

/** The first characters distinguish enough. */
const hashOf = (text: string) => createHash('sha256').update(text).digest('base64url').slice(0, 16);

/** Only characters that every AWS service takes in a tag: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tag.html */
const plain = (text: string, longest: number) => text.replace(/[^\w.:/=+@-]/g, '_').slice(0, longest);

const writeHolder = ({ id, url }: RunFacts, since: number, until: number): string =>
  [
    `since=${Math.round(since)} until=${Math.round(until)} run=${plain(id, 60)}`,
    ...(url ? [`url=${plain(url, 130)}`] : []),
  ].join(' ');

/** One that cannot be read is good until someone removes it. */
function readHolder(key: string, value: string): Holder {
  const [, since, until, run, url] =
    /^since=(\d{1,15}) until=(\d{1,15}) run=(\S+)(?: url=(\S+))?$/.exec(value) ?? [];
  return {
    key,
    run: run ?? 'unknown',
    url,
    since: Number(since ?? 0),
    until: Number(until ?? Number.POSITIVE_INFINITY),
  };
}

const isOlder = (one: Pick<Holder, 'since' | 'key'>, other: Pick<Holder, 'since' | 'key'>) =>
  one.since === other.since ? one.key < other.key : one.since < other.since;

const runOf = ({ run, url }: Holder) => (url ? `run ${run} (${url})` : `run ${run}`);

const timeOf = (milliseconds: number) => new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
