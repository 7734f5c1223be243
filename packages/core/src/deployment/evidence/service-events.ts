import type { ServiceEvent } from '@aws-sdk/client-ecs';
import { shortTaskDefinition } from '../../ecs/short-names.ts';
import { classifyStop, pendingRemedy } from '../../ecs/stopped-task/stopped-reason.ts';
import { countsOf } from '../rollout/diff-snapshots.ts';
import type { Rollout, TrackedDeployment } from '../rollout/rollout.ts';

/** What explains an end where no task of ours has stopped: lines for the fold, and the remedy that follows. */
export interface Explanation {
  readonly lines: readonly string[];
  readonly remedy?: string | undefined;
}

/** What the scheduler does in every deployment explains no failure, and the verdict itself quotes why ECS failed it. */
const isTelling = (message: string) =>
  !/has started \d|stopped \d+ |has begun draining|registered \d|steady state|deployment completed|deployment failed:|rolling back to/.test(
    message,
  );

/**
 * "Duplicate event messages are omitted until either the cause is resolved or six hours passes":
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages.html
 */
const saidAgainAfter = 6 * 60 * 60_000;
/** It says that ECS tries less and less often, and nothing of why. */
const isThrottled = (message: string) => /\bunable to consistently start/.test(message);

/** What hinders the service whatever it is to run, and speaks of no task of an earlier deployment. */
export const isBlockingEvent = (message: string) => /\bunable to\b/.test(message) && !isThrottled(message);
const mostEvents = 2;

/** What ECS has said of the service so shortly before ours that it would not say it again, the newest last. */
export function recentBlockingEvents(
  events: readonly ServiceEvent[] | undefined,
  { createdAt }: TrackedDeployment,
): ServiceEvent[] {
  const messages = new Set<string>();
  return (events ?? [])
    .map((event) => ({ event, at: event.createdAt?.getTime() ?? 0 }))
    .filter(({ at }) => at < createdAt && at > createdAt - saidAgainAfter)
    .sort((a, b) => b.at - a.at)
    .flatMap(({ event }) => {
      const { message = '' } = event;
      if (!isBlockingEvent(message) || messages.has(message)) return [];
      messages.add(message);
      return [event];
    })
    .reverse();
}

/** Why it did not come up, from what ECS said meanwhile, or else before, or else from what the tasks do. */
export function explainByEvents(
  ours: TrackedDeployment,
  told: {
    readonly events: readonly string[];
    readonly earlier: readonly ServiceEvent[];
    /** It ended without having come to an end. */
    readonly open?: { readonly rollout: Rollout; readonly isStalled: boolean } | undefined;
  },
): Explanation {
  const now = told.events.filter(isTelling).slice(-mostEvents);
  const isNamed = now.some((message) => !isThrottled(message));
  const before = isNamed ? [] : told.earlier.slice(-mostEvents);
  if (now.length + before.length === 0)
    return told.open ? byCounts(told.open.rollout, told.open.isStalled) : { lines: [] };
  const messages = [...before.map(({ message = '' }) => message), ...now];
  const dated = ({ message = '', createdAt }: ServiceEvent) =>
    `reported at ${createdAt?.toISOString()}, before this deployment, and repeated only every six hours: ${eventLine(message, ours)}`;
  return {
    lines: [...before.map(dated), ...now.map((message) => eventLine(message, ours))],
    remedy: messages.flatMap((message) => remedyFor(message) ?? []).at(-1),
  };
}

function remedyFor(message: string): string | undefined {
  const { class: kind, remedy } = classifyStop({ stoppedReason: message });
  return kind === 'unknown' ? undefined : remedy;
}

/** Tasks that were only cut short may need nothing but more time. */
function byCounts(rollout: Rollout, isStalled: boolean): Explanation {
  const counts = countsOf(rollout.service, rollout.serviceDeployment, rollout);
  if (!counts || counts.pending === 0) return { lines: [] };
  const { running, desired, pending } = counts;
  return {
    lines: [
      `${running} of ${desired} tasks running, ${pending} pending, and ECS has not reported what they are waiting for`,
    ],
    ...(isStalled && { remedy: pendingRemedy }),
  };
}

/**
 * A service event as it is shown among our own lines: without the service's name, which every one of them
 * begins with, with tasks by the part of their id that we show, and with what a deployment that we know of
 * deploys.
 */
export function eventLine(
  message: string,
  { deploymentId, taskDefinition, previous }: TrackedDeployment,
): string {
  const known = new Map([[deploymentId, taskDefinition]]);
  if (previous) known.set(previous.deploymentId, previous.taskDefinition);
  return message
    .replace(/^\(service [^)]*\)\s*/, '')
    .replace(/\(task ([0-9a-f]{8})[0-9a-f]{24}\)/g, '(task $1)')
    .replace(/ecs-svc\/\d+/g, (id) => {
      const deploys = known.get(id);
      return deploys === undefined ? id : `${id} of ${shortTaskDefinition(deploys)}`;
    });
}
