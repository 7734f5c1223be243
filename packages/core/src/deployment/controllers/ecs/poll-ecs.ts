import type { Service, ServiceDeployment } from '@aws-sdk/client-ecs';
import { settleTime } from '../../../ecs/eventual-consistency.ts';
import { type EvidenceCalls, evidenceCalls } from '../../../ecs/evidence-calls.ts';
import {
  findServiceDeployment,
  isOurs,
  readServiceDeployments,
  readServices,
} from '../../../ecs/read-services.ts';
import { isDenied } from '../../../reading/trouble.ts';
import { observe } from '../../rollout/observe.ts';
import type { Snapshot } from '../../rollout/rollout.ts';
import type { RolloutEvent } from '../../rollout/rollout-events.ts';
import { causesOf } from '../../rollout/stop-causes.ts';
import { decide } from '../../verdict/decide.ts';
import { stoppedTasksOf } from '../../watch/stopped-tasks.ts';
import { termsAt, type Watch, type WatchContext } from '../../watch/watch.ts';

/**
 * One round: the deployments, without those that cannot end yet unless `unripe`; the services where due or telling;
 * the stopped tasks where something failed.
 */
export async function readRound(
  open: readonly Watch[],
  allServices: boolean,
  following: WatchContext,
  unripe = true,
): Promise<void> {
  const { ecs, signal, clock } = following;
  const asked = new Set(unripe ? open : open.filter(isRipe));
  const deployments = await readDeployments([...asked], following);
  const due = open.filter((watch) => {
    const deployment = watch.arn === undefined ? undefined : deployments.get(watch.arn);
    return (
      allServices ||
      watch.byServicesOnly ||
      !watch.confirmed ||
      (asked.has(watch) && (!deployment || isTelling(watch.rollout.serviceDeployment, deployment)))
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
      watch.confirmed && watch.arn !== undefined
        ? (deployments.get(watch.arn) ?? (asked.has(watch) && !watch.byServicesOnly ? 'missing' : undefined))
        : undefined;
    if (watch.arn === undefined) adoptCurrent(watch, service);
    await take(watch, { at, service, serviceDeployment }, following);
    if (watch.rollout.vanishedSince !== undefined)
      fallBack(watch, at - watch.rollout.vanishedSince, following);
  }
}

/** ECS no longer returns a service deployment that it had shown: DescribeServices shows how it continues. */
function fallBack(watch: Watch, vanishedFor: number, following: WatchContext): void {
  if (watch.verdict || watch.byServicesOnly || vanishedFor <= settleTime) return;
  judgeByServices(watch);
  following.onNotice({
    kind: 'degraded',
    consequence: `ECS no longer shows the service deployment of ${watch.ours.service}; judging by ecs:DescribeServices alone`,
  });
}

/** One that was read before would stay as it was then, and be judged by that. */
function judgeByServices(watch: Watch): void {
  watch.byServicesOnly = true;
  watch.rollout = { ...watch.rollout, serviceDeployment: undefined };
}

/** What a read shows is observed, with why it failed where it did; reported; and judged. */
async function take(watch: Watch, read: Snapshot, following: WatchContext): Promise<void> {
  const evidence = evidenceCalls(following.clock, following.signal);
  const events = observeInto(watch, read);
  const stopped = showsFailure(watch, events)
    ? await observeStoppedTasks(watch, read.at, following, evidence)
    : [];
  const inOrder = inOrderOfCause(events, stopped);
  if (inOrder.length > 0) await following.onEvents(watch, inOrder, evidence);
  await judge(watch, following);
}

function observeInto(watch: Watch, read: Snapshot): readonly RolloutEvent[] {
  const { rollout, events } = observe(read, watch.rollout);
  watch.rollout = rollout;
  return events;
}

/** Whether something failed since the stopped tasks were last read. */
function showsFailure(watch: Watch, events: readonly RolloutEvent[]): boolean {
  const failing = events.some((event) => isSignOfFailure(event, watch.failuresRead));
  watch.failuresRead = Math.max(watch.failuresRead, ...events.map(failuresIn));
  return failing;
}

async function observeStoppedTasks(
  watch: Watch,
  at: number,
  following: WatchContext,
  evidence: EvidenceCalls,
): Promise<readonly RolloutEvent[]> {
  const stoppedTasks = await stoppedTasksOf(watch, following, evidence);
  return stoppedTasks ? observeInto(watch, { at, stoppedTasks }) : [];
}

/** What killed a task comes before what follows from it; what the scheduler took away, after the reason it did. */
const inOrderOfCause = (
  events: readonly RolloutEvent[],
  stopped: readonly RolloutEvent[],
): readonly RolloutEvent[] => [
  ...stopped.filter((event) => !isOrderly(event)),
  ...events,
  ...stopped.filter(isOrderly),
];

const isOrderly = (event: RolloutEvent) =>
  event.kind === 'task-stopped' && causesOf([event.task]).length === 0;

const failuresIn = (event: RolloutEvent) => (event.kind === 'counts' ? event.failed : 0);

const isSignOfFailure = (event: RolloutEvent, known: number) =>
  event.kind === 'rolling-back' ||
  event.kind === 'breaker' ||
  (event.kind === 'counts' && (event.failed > known || event.vanished > 0)) ||
  (event.kind === 'service-event' && /unhealthy|failed|unable/i.test(event.message));

export async function judge(watch: Watch, { clock }: WatchContext): Promise<void> {
  watch.verdict = decide(watch.rollout, termsAt(watch, clock.elapsed())) ?? watch.verdict;
}

async function readDeployments(
  open: readonly Watch[],
  following: WatchContext,
): Promise<ReadonlyMap<string, ServiceDeployment>> {
  const { ecs, signal } = following;
  try {
    for (const watch of open) if (watch.arn === undefined) await locate(watch, following);
    const arns = open.flatMap((watch) =>
      watch.arn !== undefined && !watch.byServicesOnly ? [watch.arn] : [],
    );
    if (arns.length === 0) return new Map();
    const read = await readServiceDeployments(ecs, arns, { signal });
    for (const watch of open)
      if (!watch.confirmed) confirm(watch, watch.arn === undefined ? undefined : read.get(watch.arn));
    return read;
  } catch (error) {
    if (!isDenied(error)) throw error;
    for (const watch of open) judgeByServices(watch);
    following.onNotice({
      kind: 'permission-missing',
      error,
      consequence: 'judging by ecs:DescribeServices alone',
    });
    return new Map();
  }
}

function confirm(watch: Watch, read: ServiceDeployment | undefined): void {
  if (!read) return;
  if (isOurs(watch.ours, read.targetServiceRevision?.arn)) {
    watch.confirmed = true;
  } else if (watch.arn !== undefined) {
    watch.rejected.add(watch.arn);
    watch.arn = undefined;
  }
}

/** `currentServiceDeployment` is eventually consistent: a candidate until its target revision says that it is ours. */
function adoptCurrent(watch: Watch, service: Service | 'missing' | undefined): void {
  if (service === undefined || service === 'missing') return;
  const candidate = service.currentServiceDeployment;
  if (candidate !== undefined && !watch.rejected.has(candidate)) watch.arn = candidate;
}

async function locate(watch: Watch, following: WatchContext): Promise<void> {
  if (watch.byServicesOnly) return;
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

const isUnderWay = ({ status }: ServiceDeployment) => status === 'PENDING' || status === 'IN_PROGRESS';
/** No longer on the way to success, and not merely between two states. */
const mustBeConfirmed: ReadonlySet<string> = new Set([
  'SUCCESSFUL',
  'STOP_REQUESTED',
  'STOPPED',
  'ROLLBACK_SUCCESSFUL',
  'ROLLBACK_FAILED',
]);
const tasksOf = ({ targetServiceRevision: target }: ServiceDeployment) =>
  (target?.runningTaskCount ?? 0) + (target?.pendingTaskCount ?? 0);

/**
 * The service's own story (events, tasks) will explain what has changed in the deployment, or must confirm how it
 * ended. Tasks that come up need no explanation; one that is gone does.
 */
function isTelling(before: ServiceDeployment | undefined, now: ServiceDeployment): boolean {
  if (mustBeConfirmed.has(now.status ?? '')) return true;
  if (!before) return !isUnderWay(now);
  return (
    before.status !== now.status ||
    before.lifecycleStage !== now.lifecycleStage ||
    (before.deploymentCircuitBreaker?.failureCount ?? 0) !==
      (now.deploymentCircuitBreaker?.failureCount ?? 0) ||
    tasksOf(now) < tasksOf(before)
  );
}

/**
 * Whether the next read may bring the verdict. A deployment whose tasks do not all run yet cannot succeed; it can
 * only be stopped or replaced, which is rare enough to be seen a little later where there are many to watch.
 */
function isRipe(watch: Watch): boolean {
  const deployment = watch.rollout.serviceDeployment;
  const target = deployment?.targetServiceRevision;
  return (
    !deployment ||
    !watch.confirmed ||
    watch.terms.until !== 'completed' ||
    !isUnderWay(deployment) ||
    (target?.runningTaskCount ?? 0) >= (target?.requestedTaskCount ?? 0)
  );
}
