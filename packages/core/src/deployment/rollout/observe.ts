import type { Service, ServiceDeployment, Task } from '@aws-sdk/client-ecs';
import { deploymentOf, primaryOf } from '../../ecs/deployments.ts';
import { fresher, newerView, type Read, settleTime } from '../../ecs/eventual-consistency.ts';
import { isAlive, taskCounts } from '../rules/alive.ts';
import { isComplete, isSettled } from '../rules/complete.ts';
import { breakerEvents, countEvents, countsOf, runningOfOurs, stageEvents } from './diff-snapshots.ts';
import { placeOfOurs } from './place.ts';
import type { Observation, Rollout, Snapshot } from './rollout.ts';
import type { RolloutEvent } from './rollout-events.ts';

/**
 * Adds one round of reading to what is known and says what changed. Pure. Reads may be stale, repeated, partial
 * or out of order: an older view of our service deployment never replaces a newer one.
 */
export function observe(snapshot: Snapshot, before: Rollout): Observation {
  const serviceDeployment = freshServiceDeployment(snapshot, before);
  const known = { ...before, serviceDeployment, earlierSeen: earlierIn(snapshot, before) };
  const read = freshService(snapshot, known);
  const service = withCountAsSet(read?.value, before, snapshot.at);
  const ours = deploymentOf(service, before.ours.deploymentId);
  const other = before.other ?? otherPrimary(service, known);
  const stopped = newStoppedTasks(snapshot.stoppedTasks ?? [], before);
  const news = newServiceEvents(service, before);
  const events = [
    ...stageEvents(serviceDeployment, before),
    ...countEvents(service, serviceDeployment, before),
    ...breakerEvents(serviceDeployment, before),
    ...news.map(
      ({ id, createdAt, message }): RolloutEvent => ({
        kind: 'service-event',
        id: id ?? '',
        at: createdAt,
        message: message ?? '',
      }),
    ),
    ...stopped.map((task): RolloutEvent => ({ kind: 'task-stopped', task })),
  ];
  const givenUp = before.givenUp ?? giveUp(snapshot.at, service, serviceDeployment, before);
  if (givenUp && !before.givenUp) events.push({ kind: 'rolling-back', reason: givenUp.reason });
  const fingerprint = fingerprintOf(service, serviceDeployment, before, news);
  const changed = fingerprint !== before.fingerprint || stopped.length > 0;
  const readService = snapshot.service !== undefined && snapshot.service !== 'missing';
  const settledSince = !readService
    ? before.settledSince
    : isSettled(service, before.ours.deploymentId)
      ? (before.settledSince ?? snapshot.at)
      : undefined;
  const isDone = isComplete({
    serviceDeployment: serviceDeployment?.status,
    rolloutState: ours?.rolloutState,
    settledFor: settledSince === undefined ? undefined : snapshot.at - settledSince,
  });
  const desiredAtCompletion =
    before.desiredAtCompletion ?? (isDone && ours ? service?.desiredCount : undefined);
  const isDown =
    isDone &&
    ours?.status === 'PRIMARY' &&
    !isAlive(taskCounts(service, ours.runningCount, { desiredAtCompletion }));
  return {
    events,
    rollout: {
      ...before,
      service: withoutEvents(service),
      serviceDeployment,
      missingSince:
        snapshot.service === 'missing'
          ? (before.missingSince ?? snapshot.at)
          : readService
            ? undefined
            : before.missingSince,
      shownAt: before.shownAt ?? (read?.showsWrite ? snapshot.at : undefined),
      earlierSeen: known.earlierSeen,
      other,
      desiredAtCompletion,
      downSince: isDown ? (before.downSince ?? snapshot.at) : undefined,
      unconfirmedSince: unconfirmed(snapshot.at, service, other, before),
      settledSince,
      vanishedSince:
        snapshot.serviceDeployment === 'missing'
          ? (before.vanishedSince ?? snapshot.at)
          : snapshot.serviceDeployment
            ? undefined
            : before.vanishedSince,
      fingerprint,
      changedAt: changed ? snapshot.at : before.changedAt,
      seenEvents:
        news.length > 0
          ? new Set([...before.seenEvents, ...news.map((event) => event.id ?? '')])
          : before.seenEvents,
      seenTasks:
        stopped.length > 0
          ? new Set([...before.seenTasks, ...stopped.map((task) => task.taskArn ?? '')])
          : before.seenTasks,
      stoppedTasks: stopped.length > 0 ? [...before.stoppedTasks, ...stopped] : before.stoppedTasks,
      givenUp,
      isThrottled: before.isThrottled || news.some(({ message }) => throttled.test(message ?? '')),
      everRan: before.everRan || runningOfOurs(service, serviceDeployment, before) > 0,
    },
  };
}

/** A service shows its last hundred events; what they told is told, and a thousand services are a hundred thousand. */
const withoutEvents = (service: Service | undefined): Service | undefined =>
  service?.events && service.events.length > 0 ? { ...service, events: [] } : service;

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-throttle-logic.html */
const throttled = /unable to consistently start tasks successfully/;

const time = (date: Date | undefined) => date?.getTime() ?? 0;

/** A read that shows ours, or what came after it, outranks for a while one that does not. */
function freshService(snapshot: Snapshot, before: Rollout): Read<Service> | undefined {
  const known = before.service && { value: before.service, showsWrite: shows(before.service, before) };
  if (snapshot.service === undefined || snapshot.service === 'missing') return known;
  const read = { value: snapshot.service, showsWrite: shows(snapshot.service, before) };
  return fresher(known, read, snapshot.at - (before.shownAt ?? snapshot.at));
}

/** A read that shows another desired count than the write has just set is from before it. */
function withCountAsSet(service: Service | undefined, { ours, startedAt }: Rollout, now: number) {
  const { desiredCount } = ours;
  const isSet = desiredCount === undefined || service?.desiredCount === desiredCount;
  return !service || isSet || now - startedAt > settleTime ? service : { ...service, desiredCount };
}

/** Whether a read cannot be from before our deployment was made. */
function shows(service: Service, before: Rollout): boolean {
  const primary = primaryOf(service);
  if (!primary || deploymentOf(service, before.ours.deploymentId)) return true;
  return placeOfOurs({ ...before, service }) !== 'undecided';
}

/** ECS says in an event of the service to which deployment it goes back: the only word of it where there is no rollout state. */
const rolledBackTo = /rolling back to deployment (ecs-svc\/\d+)/;

/** A rollback makes one of them PRIMARY again, created again. */
function earlierIn({ service }: Snapshot, before: Rollout): readonly string[] | undefined {
  if (!service || service === 'missing') return before.earlierSeen;
  const { ours, earlierSeen = [] } = before;
  const place = placeOfOurs({ ...before, service });
  const isBack = place === 'rolling-back' || place === 'rolled-back';
  const older = (service.deployments ?? []).filter(
    ({ id, status, createdAt }) =>
      id !== undefined &&
      id !== ours.deploymentId &&
      !earlierSeen.includes(id) &&
      ((isBack && status === 'PRIMARY') || (createdAt !== undefined && time(createdAt) < ours.createdAt)),
  );
  const told = (service.events ?? []).flatMap(({ message = '' }) => rolledBackTo.exec(message)?.[1] ?? []);
  const found = [...older.flatMap(({ id }) => id ?? []), ...told].filter(
    (id) => id !== ours.deploymentId && !earlierSeen.includes(id),
  );
  return found.length === 0 ? before.earlierSeen : [...earlierSeen, ...new Set(found)];
}

function otherPrimary(service: Service | undefined, before: Rollout): Rollout['other'] {
  if (placeOfOurs({ ...before, service }) !== 'superseded') return undefined;
  const primary = primaryOf(service);
  const { id = '', taskDefinition = '' } = primary ?? {};
  return { id, taskDefinition };
}

function freshServiceDeployment(snapshot: Snapshot, before: Rollout): ServiceDeployment | undefined {
  const read = snapshot.serviceDeployment;
  if (read === undefined || read === 'missing') return before.serviceDeployment;
  return newerView(before.serviceDeployment, read);
}

function newServiceEvents(service: Service | undefined, before: Rollout) {
  if (!service || service === before.service) return [];
  return (service.events ?? [])
    .filter((event) => event.id !== undefined && !before.seenEvents.has(event.id))
    .filter((event, index, all) => all.findIndex((one) => one.id === event.id) === index)
    .filter((event) => time(event.createdAt) >= before.ours.createdAt - 1000)
    .sort((a, b) => time(a.createdAt) - time(b.createdAt) || (a.id ?? '').localeCompare(b.id ?? ''));
}

const newStoppedTasks = (tasks: readonly Task[], before: Rollout) =>
  tasks
    .filter(
      (task) => task.startedBy === before.ours.deploymentId && !before.seenTasks.has(task.taskArn ?? ''),
    )
    .sort((a, b) => time(a.stoppingAt ?? a.stoppedAt) - time(b.stoppingAt ?? b.stoppedAt));

/** The first sign that ECS gives our deployment up: from here on the verdict is red, only its name is open. */
function giveUp(
  at: number,
  service: Service | undefined,
  deployment: ServiceDeployment | undefined,
  before: Rollout,
) {
  const status = deployment?.status ?? '';
  if (status.startsWith('ROLLBACK_')) {
    return { at, reason: deployment?.rollback?.reason ?? deployment?.statusReason ?? 'ECS is rolling back' };
  }
  const ours = deploymentOf(service, before.ours.deploymentId);
  if (ours?.rolloutState === 'FAILED')
    return { at, reason: ours.rolloutStateReason ?? 'ECS marked the deployment as failed' };
  return undefined;
}

/**
 * Since when the service has been shown without our deployment, by reads that know of no one else's either.
 */
function unconfirmed(
  at: number,
  service: Service | undefined,
  other: Rollout['other'],
  before: Rollout,
): number | undefined {
  if (!service || other || deploymentOf(service, before.ours.deploymentId)) return undefined;
  return before.unconfirmedSince ?? at;
}

/** What has to change for the rollout to count as moving. A repeated steady-state event does not. */
function fingerprintOf(
  service: Service | undefined,
  deployment: ServiceDeployment | undefined,
  before: Rollout,
  news: readonly { message?: string | undefined; id?: string | undefined }[],
): string {
  const moving = news.findLast((event) => !/has reached a steady state/.test(event.message ?? ''));
  const hooks = deployment?.lifecycleHookDetails?.map((hook) => `${hook.hookId}:${hook.status}`);
  const event = moving?.id ?? before.fingerprint.split('|').at(-1) ?? '';
  return [
    deployment?.status,
    deployment?.lifecycleStage,
    hooks,
    JSON.stringify(countsOf(service, deployment, before)),
    event,
  ].join('|');
}
