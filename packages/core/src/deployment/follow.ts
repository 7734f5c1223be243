import type { Service, ServiceDeployment, Task } from '@aws-sdk/client-ecs';
import { isLandfallError, type LandfallError } from '../errors/landfall-error.ts';
import type { Ecs } from '../world/aws.ts';
import type { Clock } from '../world/clock.ts';
import { cadenceFor, jittered } from './cadence.ts';
import { decide } from './decide.ts';
import type { RolloutEvent } from './events.ts';
import { observe } from './observe.ts';
import {
  findServiceDeployment,
  isOurs,
  readServiceDeployments,
  readServices,
  readStoppedTasks,
} from './reader.ts';
import type { Snapshot } from './rollout.ts';
import { isDenied, troubleOf } from './trouble.ts';
import { grace, isTelling, termsAt, type Watch, type WatchNotice } from './watch.ts';

export interface Following {
  readonly ecs: Ecs;
  readonly clock: Clock;
  /** Ends the watch at once with CANCELLED. */
  readonly signal: AbortSignal;
  /** What changed, service by service, in the order in which it was seen. */
  onEvents(watch: Watch, events: readonly RolloutEvent[]): Promise<void> | void;
  onNotice(notice: WatchNotice): void;
  /** A service has its verdict; the others go on. */
  onVerdict?(watch: Watch): Promise<void> | void;
}

/**
 * Follows every watch to its verdict: one poller for all services of a cluster, batched by what the API allows.
 * Reads that fail for a passing reason are repeated until the deadline; a denied or expired one ends the watch.
 * @throws ACCESS_DENIED, CREDENTIALS_EXPIRED, RESPONSE_INVALID: with the verdicts reached so far on the watches
 */
export async function follow(watches: readonly Watch[], following: Following): Promise<void> {
  const { clock, signal } = following;
  const gap = new Gap(following);
  for (let round = 0; ; round += 1) {
    const open = watches.filter((watch) => watch.verdict === undefined);
    if (open.length === 0) return;
    if (signal.aborted) return cancel(open, following);
    const cadence = cadenceFor(
      open.length,
      open.every((watch) => watch.byServicesOnly) ? 'services' : 'deployments',
    );
    try {
      await readRound(open, round % cadence.servicesEvery === 0, following);
      gap.over();
    } catch (error) {
      if (signal.aborted) continue;
      gap.note(error);
      await judgeAll(open, following);
    }
    const rest = watches.filter((watch) => watch.verdict === undefined);
    if (rest.length === 0) return;
    const now = clock.elapsed();
    const untilDeadline = Math.min(...rest.map((watch) => termsAt(watch, now).deadline - now));
    await clock.sleep(Math.max(0, Math.min(jittered(cadence.tick, clock.random()), untilDeadline)), signal);
  }
}

/** One round: the deployments; the services where due or telling; the stopped tasks where something failed. */
async function readRound(open: readonly Watch[], allServices: boolean, following: Following): Promise<void> {
  const { ecs, signal, clock } = following;
  const deployments = await readDeployments(open, following);
  const due = open.filter((watch) => {
    const deployment = watch.arn === undefined ? undefined : deployments.get(watch.arn);
    return (
      allServices ||
      watch.byServicesOnly ||
      !watch.confirmed ||
      !deployment ||
      isTelling(watch.rollout.serviceDeployment, deployment)
    );
  });
  const services = new Map<string, Service | 'missing'>();
  for (const [cluster, group] of Map.groupBy(due, (watch) => watch.ours.cluster)) {
    const read = await readServices(
      ecs,
      cluster,
      group.map((watch) => watch.ours.service),
      { signal },
    );
    for (const [name, service] of read) services.set(`${cluster} ${name}`, service);
  }
  const at = clock.elapsed();
  for (const watch of open) {
    const service = services.get(`${watch.ours.cluster} ${watch.ours.service}`);
    const serviceDeployment =
      watch.confirmed && watch.arn !== undefined ? deployments.get(watch.arn) : undefined;
    adoptCurrent(watch, service);
    await take(watch, { at, service, serviceDeployment }, following);
  }
}

async function take(watch: Watch, read: Snapshot, following: Following): Promise<void> {
  const first = observe(read, watch.rollout);
  watch.rollout = first.rollout;
  const failing = first.events.some(isSignOfFailure);
  const stoppedTasks = failing ? await stoppedTasksOf(watch, following) : undefined;
  const second = stoppedTasks ? observe({ at: read.at, stoppedTasks }, watch.rollout) : undefined;
  if (second) watch.rollout = second.rollout;
  const events = [...(second?.events ?? []), ...first.events];
  if (events.length > 0) await following.onEvents(watch, events);
  await judge(watch, following);
}

const isSignOfFailure = (event: RolloutEvent) =>
  event.kind === 'rolling-back' ||
  event.kind === 'breaker' ||
  (event.kind === 'counts' && event.failed > 0) ||
  (event.kind === 'service-event' && /unhealthy|failed|unable|stopped/i.test(event.message));

async function stoppedTasksOf(watch: Watch, following: Following): Promise<readonly Task[] | undefined> {
  if (watch.tasksDenied) return undefined;
  try {
    return await readStoppedTasks(following.ecs, watch.ours, { signal: following.signal });
  } catch (error) {
    // Evidence, not truth: without it the verdict stands, with less to say.
    if (isDenied(error)) {
      watch.tasksDenied = true;
      following.onNotice({
        kind: 'permission-missing',
        error,
        consequence: 'why tasks stopped cannot be shown',
      });
    }
    return undefined;
  }
}

async function judge(watch: Watch, following: Following): Promise<void> {
  const verdict = decide(watch.rollout, termsAt(watch, following.clock.elapsed()));
  if (!verdict) return;
  watch.verdict = verdict;
  await following.onVerdict?.(watch);
}

async function judgeAll(open: readonly Watch[], following: Following): Promise<void> {
  for (const watch of open) if (watch.verdict === undefined) await judge(watch, following);
}

async function cancel(open: readonly Watch[], following: Following): Promise<void> {
  for (const watch of open) {
    watch.verdict = {
      kind: 'CANCELLED',
      reason: `cancelled; deployment ${watch.ours.deploymentId} is still in progress`,
    };
    await following.onVerdict?.(watch);
  }
}

async function readDeployments(
  open: readonly Watch[],
  following: Following,
): Promise<ReadonlyMap<string, ServiceDeployment>> {
  const { ecs, signal } = following;
  try {
    for (const watch of open) await locate(watch, following);
    const arns = open.flatMap((watch) =>
      watch.arn !== undefined && !watch.byServicesOnly ? [watch.arn] : [],
    );
    if (arns.length === 0) return new Map();
    const read = await readServiceDeployments(ecs, arns, { signal });
    for (const watch of open) confirm(watch, watch.arn === undefined ? undefined : read.get(watch.arn));
    return read;
  } catch (error) {
    if (!isDenied(error)) throw error;
    for (const watch of open) watch.byServicesOnly = true;
    following.onNotice({
      kind: 'permission-missing',
      error,
      consequence: 'judging by ecs:DescribeServices alone',
    });
    return new Map();
  }
}

function confirm(watch: Watch, read: ServiceDeployment | undefined): void {
  if (watch.confirmed || !read) return;
  if (isOurs(watch.ours, read.targetServiceRevision?.arn)) {
    watch.confirmed = true;
  } else if (watch.arn !== undefined) {
    watch.rejected.add(watch.arn);
    watch.arn = undefined;
  }
}

/** `currentServiceDeployment` is eventually consistent: a candidate until its target revision says that it is ours. */
function adoptCurrent(watch: Watch, service: Service | 'missing' | undefined): void {
  if (watch.arn !== undefined || service === undefined || service === 'missing') return;
  const candidate = service.currentServiceDeployment;
  if (candidate !== undefined && !watch.rejected.has(candidate)) watch.arn = candidate;
}

async function locate(watch: Watch, following: Following): Promise<void> {
  if (watch.arn !== undefined || watch.byServicesOnly) return;
  const now = following.clock.elapsed();
  if (now < watch.nextSearch) return;
  const found = await findServiceDeployment(following.ecs, watch.ours, { signal: following.signal });
  watch.nextSearch = now + 3000;
  if (found !== undefined) {
    watch.arn = found;
  } else if (now >= watch.searchUntil) {
    watch.byServicesOnly = true;
    following.onNotice({
      kind: 'degraded',
      consequence: `no service deployment of ${watch.ours.service} could be found; judging by ecs:DescribeServices alone`,
    });
  }
}

/** Reads that fail: how long already, and whether going on makes sense. */
class Gap {
  readonly #following: Following;
  #since: number | undefined;

  constructor(following: Following) {
    this.#following = following;
  }

  note(error: unknown): void {
    const now = this.#following.clock.elapsed();
    const trouble = troubleOf(error);
    if (trouble === 'final') throw error;
    if (this.#since === undefined && isLandfallError(error))
      this.#following.onNotice({ kind: 'reads-fail', error: error as LandfallError });
    this.#since ??= now;
    if (trouble === 'doubtful' && now - this.#since > grace) throw error;
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
