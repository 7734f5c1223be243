import type { Service } from '@aws-sdk/client-ecs';
import { deploymentOf } from '../../ecs/deployments.ts';
import { isAlive, taskCounts } from '../rules/alive.ts';
import { isComplete, isSettled } from '../rules/complete.ts';
import {
  breakerEvents,
  countEvents,
  fingerprintOf,
  giveUp,
  newServiceEvents,
  newStoppedTasks,
  runningOfOurs,
  stageEvents,
} from './diff-snapshots.ts';
import { freshReads } from './fresh-reads.ts';
import type { Observation, Rollout, Snapshot } from './rollout.ts';
import type { RolloutEvent } from './rollout-events.ts';
import { causesOf } from './stop-causes.ts';

/**
 * Adds one round of reading to what is known and says what changed. Pure. Reads may be stale, repeated, partial
 * or out of order: an older view of our service deployment never replaces a newer one.
 */
export function observe(snapshot: Snapshot, before: Rollout): Observation {
  const { service, serviceDeployment, showsWrite, earlierSeen, other } = freshReads(snapshot, before);
  const ours = deploymentOf(service, before.ours.deploymentId);
  const stopped = newStoppedTasks(snapshot.stoppedTasks ?? [], before);
  const stoppedTasks = stopped.length > 0 ? [...before.stoppedTasks, ...stopped] : before.stoppedTasks;
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
      shownAt: before.shownAt ?? (showsWrite ? snapshot.at : undefined),
      earlierSeen,
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
      stoppedTasks,
      causes: stopped.length > 0 ? causesOf(stoppedTasks) : before.causes,
      givenUp,
      isThrottled: before.isThrottled || news.some(({ message }) => throttled.test(message ?? '')),
      everRan: before.everRan || runningOfOurs(service, serviceDeployment, before) > 0,
    },
  };
}

/**
 * A service shows its last hundred events. They were evaluated already, and a thousand services would keep a hundred
 * thousand.
 */
const withoutEvents = (service: Service | undefined): Service | undefined =>
  service?.events && service.events.length > 0 ? { ...service, events: [] } : service;

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-throttle-logic.html */
const throttled = /unable to consistently start tasks successfully/;

/** Since when the service has been shown without our deployment, by reads that know of no one else's either. */
function unconfirmed(
  at: number,
  service: Service | undefined,
  other: Rollout['other'],
  before: Rollout,
): number | undefined {
  if (!service || other || deploymentOf(service, before.ours.deploymentId)) return undefined;
  return before.unconfirmedSince ?? at;
}
