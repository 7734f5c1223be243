import type { DeploymentInfo, ECSTarget } from '@aws-sdk/client-codedeploy';
import type { Service } from '@aws-sdk/client-ecs';
import { evidenceCalls } from '../../../../ecs/evidence-calls.ts';
import { readServices } from '../../../../ecs/read-services.ts';
import { isOfDeployment } from '../../../../ecs/task-sets.ts';
import { isLandfallError } from '../../../../errors/landfall-error.ts';
import { isDenied } from '../../../../reading/trouble.ts';
import type { CodeDeploy } from '../../../../world/aws.ts';
import { observe } from '../../../rollout/observe.ts';
import type { Rollout } from '../../../rollout/rollout.ts';
import type { RolloutEvent } from '../../../rollout/rollout-events.ts';
import { stoppedTasksOf } from '../../../watch/stopped-tasks.ts';
import { termsAt, type Watch, type WatchContext } from '../../../watch/watch.ts';
import { readDeployments, readTarget } from '../read/read-deployments.ts';
import { isTaskSet, trafficOf } from '../read/task-set-traffic.ts';
import { asServiceDeployment, stageOf } from './as-service-deployment.ts';
import {
  type CodeDeployWatch,
  greenTaskSetId,
  isOver,
  isUndone,
  type Seen,
  taskSetOf,
} from './codedeploy-watch.ts';
import { decideByCodeDeploy } from './decide.ts';

/** Ours, by CodeDeploy's word or, where its target may not be read, by what ECS shows. */
const taskSetIdOf = ({ ours, seen, rollout }: CodeDeployWatch): string | undefined =>
  greenTaskSetId(seen) ??
  rollout.service?.taskSets?.find((one) => isOfDeployment(one, ours.deploymentId))?.id;

/** The primary task set has too few tasks for what CodeDeploy calls successful. */
function isDown(rollout: Rollout): boolean {
  const traffic = trafficOf(rollout);
  return traffic.on === 'ours' && !traffic.isLive;
}

/**
 * In each round, one in this many services has a target read, besides those whose deployment changes its status.
 */
const servicesPerTarget = 20;

/** One round: every deployment, the targets that are due, the services where due, the stopped tasks of what fails. */
export async function readRound(
  open: readonly CodeDeployWatch[],
  allServices: boolean,
  following: WatchContext,
): Promise<void> {
  const { signal, clock } = following;
  const codeDeploy = await following.codeDeploy();
  const read = await readDeployments(codeDeploy, [...new Set(open.flatMap(idsOf))], { signal });
  const late = open.flatMap((watch) => {
    const id = read.get(watch.ours.deploymentId)?.rollbackInfo?.rollbackDeploymentId;
    return id !== undefined && !read.has(id) ? [id] : [];
  });
  const undoing =
    late.length > 0 ? await readDeployments(codeDeploy, late, { signal }) : new Map<string, DeploymentInfo>();
  const targets = await readTargets(open, read, following, codeDeploy);
  const services = await readDueServices(open, read, allServices, following);
  const at = clock.elapsed();
  for (const watch of open) {
    const info = read.get(watch.ours.deploymentId);
    const undoId = info?.rollbackInfo?.rollbackDeploymentId ?? '';
    const seen = look(watch, at, info, targets.get(watch), read.get(undoId) ?? undoing.get(undoId));
    await take(watch, seen, at, services.get(keyOf(watch)), allServices, following);
  }
}

const idsOf = ({ ours, seen }: CodeDeployWatch) => [
  ...(isTaskSet(ours) ? [] : [ours.deploymentId]),
  ...(seen.info?.rollbackInfo?.rollbackDeploymentId ? [seen.info.rollbackInfo.rollbackDeploymentId] : []),
];

const keyOf = ({ ours }: Watch) => `${ours.cluster} ${ours.service}`;

/** A read that is missing a part keeps what was seen before; what is over stays over, whatever a stale read says. */
function look(
  { ours, seen: before }: CodeDeployWatch,
  at: number,
  info: DeploymentInfo | undefined,
  target: ECSTarget | undefined,
  undo: DeploymentInfo | undefined,
): Seen {
  const isStale =
    (isOver(before.info?.status) && !isOver(info?.status)) || (isUndone(before.info) && !isUndone(info));
  const newest = info === undefined || isStale ? before.info : info;
  const newestUndo =
    isOver(before.undo?.status) && !isOver(undo?.status) ? before.undo : (undo ?? before.undo);
  return {
    info: newest,
    target: target ?? before.target,
    undo: newestUndo,
    missingSince: info === undefined && !isTaskSet(ours) ? (before.missingSince ?? at) : undefined,
    endedSince: isOver(newest?.status) ? (before.endedSince ?? at) : undefined,
    undoneSince: isOver(newestUndo?.status) ? (before.undoneSince ?? at) : undefined,
    downSince: before.downSince,
    desiredCount: before.desiredCount,
    hasFailed:
      before.hasFailed ||
      newest?.status === 'Failed' ||
      newest?.status === 'Stopped' ||
      target?.lifecycleEvents?.some(({ status }) => status === 'Failed') === true,
  };
}

async function take(
  watch: CodeDeployWatch,
  seen: Seen,
  at: number,
  service: Service | 'missing' | undefined,
  thorough: boolean,
  following: WatchContext,
): Promise<void> {
  const ending = isOver(seen.info?.status) && !isOver(watch.seen.info?.status);
  watch.seen = seen;
  const serviceDeployment = asServiceDeployment(seen);
  const first = observe({ at, service, serviceDeployment }, watch.rollout);
  watch.rollout = first.rollout;
  watch.seen = { ...seen, downSince: isDown(first.rollout) ? (seen.downSince ?? at) : undefined };
  const failing =
    first.events.some(isSignOfFailure) ||
    (ending && seen.info?.status !== 'Succeeded') ||
    (thorough && watch.seen.downSince !== undefined) ||
    (thorough && isInstalling(seen));
  const evidence = evidenceCalls(following.clock, following.signal);
  // ECS starts the tasks of a deployment by CodeDeploy in the name of its task set.
  const stoppedTasks = failing
    ? await stoppedTasksOf(watch, following, evidence, taskSetIdOf(watch) ?? null)
    : undefined;
  const second = stoppedTasks && observe({ at, stoppedTasks }, watch.rollout);
  if (second) watch.rollout = second.rollout;
  const events = [...(second?.events ?? []), ...first.events];
  if (events.length > 0) await following.onEvents(watch, events.map(byCodeDeploy), evidence);
  await judge(watch, following);
}

const byCodeDeploy = (event: RolloutEvent): RolloutEvent =>
  event.kind === 'rolling-back' ? { ...event, by: 'CodeDeploy' } : event;

const isSignOfFailure = (event: RolloutEvent) =>
  event.kind === 'rolling-back' ||
  (event.kind === 'counts' && event.vanished > 0) ||
  (event.kind === 'service-event' && /unhealthy|failed|unable|stopped/i.test(event.message));

/** CodeDeploy does not count failed tasks: until the replacement is complete, the stopped ones are checked. */
function isInstalling({ target }: Seen): boolean {
  const green = taskSetOf(target, 'Green');
  return stageOf(target) === 'Install' && (green?.runningCount ?? 0) < (green?.desiredCount ?? 0);
}

export async function judge(watch: CodeDeployWatch, following: WatchContext): Promise<void> {
  const { seen, rollout } = watch;
  const verdict = decideByCodeDeploy(seen, rollout, termsAt(watch, following.clock.elapsed()));
  if (verdict) watch.verdict = verdict;
}

async function readTargets(
  open: readonly CodeDeployWatch[],
  read: ReadonlyMap<string, DeploymentInfo>,
  { signal, clock, onNotice }: WatchContext,
  codeDeploy: CodeDeploy,
): Promise<ReadonlyMap<CodeDeployWatch, ECSTarget | undefined>> {
  const allowed = open.filter((watch) => watch.targetUnread !== 'denied' && !isTaskSet(watch.ours));
  const changed = allowed.filter(
    ({ ours, seen }) => read.get(ours.deploymentId)?.status !== seen.info?.status,
  );
  const longestUnread = allowed.toSorted((a, b) => a.targetReadAt - b.targetReadAt);
  const due = new Set([...changed, ...longestUnread.slice(0, Math.ceil(allowed.length / servicesPerTarget))]);
  const found = new Map<CodeDeployWatch, ECSTarget | undefined>();
  for (const watch of due) {
    const { deploymentId, cluster, service } = watch.ours;
    watch.targetReadAt = clock.elapsed();
    try {
      found.set(watch, await readTarget(codeDeploy, deploymentId, cluster, service, { signal }));
    } catch (error) {
      if (!isLandfallError(error) || signal.aborted) throw error;
      const isFirst = watch.targetUnread === undefined;
      if (!isDenied(error)) {
        watch.targetUnread = 'failed';
        if (isFirst) onNotice({ kind: 'evidence-missing', error, consequence: byStatusAlone });
        continue;
      }
      for (const one of open) one.targetUnread = 'denied';
      onNotice({ kind: 'permission-missing', error, consequence: byStatusAlone });
      break;
    }
  }
  return found;
}

/** The target tells the story; the deployment and the service tell the verdict, unless an event is waited for. */
const byStatusAlone = 'lifecycle events and traffic cannot be shown; judging by the status of the deployment';

async function readDueServices(
  open: readonly CodeDeployWatch[],
  read: ReadonlyMap<string, DeploymentInfo>,
  allServices: boolean,
  { ecs, signal }: WatchContext,
): Promise<ReadonlyMap<string, Service | 'missing'>> {
  const due = open.filter(({ ours, seen, terms }) => {
    const status = read.get(ours.deploymentId)?.status ?? seen.info?.status;
    // CodeDeploy's word, and an event that is waited for, must be confirmed by what ECS shows.
    return allServices || status !== seen.info?.status || isOver(status) || terms.until !== 'completed';
  });
  const services = new Map<string, Service | 'missing'>();
  for (const [cluster, group] of Map.groupBy(due, ({ ours }) => ours.cluster)) {
    const names = group.map(({ ours }) => ours.service);
    const answered = await readServices(ecs, cluster, names, { signal });
    for (const [name, service] of answered) services.set(`${cluster} ${name}`, service);
  }
  return services;
}
