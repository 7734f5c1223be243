/** A rollout is what we watch: one deployment, the one this run made (or found already doing what was asked). */

import type { Service, ServiceDeployment, Task } from '@aws-sdk/client-ecs';
import { digitsOf } from '../../ecs/deployments.ts';
import type { Cause } from '../../record/cause.ts';
import type { RolloutEvent } from './rollout-events.ts';

/** Which deployment is ours. Everything is judged against this, never against "the service is stable". */
export interface TrackedDeployment {
  readonly cluster: string;
  readonly service: string;
  readonly serviceArn: string;
  /** `ecs-svc/1234567890123456789`. */
  readonly deploymentId: string;
  readonly taskDefinition: string;
  /** ECS's clock, milliseconds. */
  readonly createdAt: number;
  /** The PRIMARY deployment before ours, if there was one. */
  readonly previous?: { readonly deploymentId: string; readonly taskDefinition: string } | undefined;
  /** The ids that the service had before ours was made: a rollback makes one of them PRIMARY again. */
  readonly earlier?: readonly string[] | undefined;
  /** The desired count that the write has set. */
  readonly desiredCount?: number | undefined;
  /** It was over when the step began, since then. */
  readonly endedAt?: Date | undefined;
}

/** Told which deployment is followed before it is, so that a later failure loses nothing. */
export type OnStarted = (ours: TrackedDeployment) => Promise<void>;

/** What one round of reading saw of one service. A part that was not read this round is absent. */
export interface Snapshot {
  /** Monotonic milliseconds. */
  readonly at: number;
  /** `missing` when ECS says that it does not know the service (eventual consistency, or deleted). */
  readonly service?: Service | 'missing' | undefined;
  readonly serviceDeployment?: ServiceDeployment | 'missing' | undefined;
  readonly stoppedTasks?: readonly Task[] | undefined;
}

/** A deployment that is neither ours nor from before. */
export interface Other {
  readonly id: string;
  readonly taskDefinition: string;
}

/** Everything known so far. Plain data; a new value with every observation. */
export interface Rollout {
  readonly ours: TrackedDeployment;
  /** Monotonic milliseconds at which watching began. */
  readonly startedAt: number;
  readonly service?: Service | undefined;
  readonly serviceDeployment?: ServiceDeployment | undefined;
  /** When the service was first said to be missing, without having been seen since. */
  readonly missingSince?: number | undefined;
  /** Since when the service has been read without our deployment and without a newer one: a stale read, or a rollback. */
  readonly unconfirmedSince?: number | undefined;
  /** When a read first showed our deployment, or what replaced it. */
  readonly shownAt?: number | undefined;
  /** Ids that reads have shown to be older than ours, or to be what ECS rolls back to. */
  readonly earlierSeen?: readonly string[] | undefined;
  /** The first deployment that was seen PRIMARY and is neither ours nor from before. */
  readonly other?: Other | undefined;
  /** The desired count of the service when our deployment was first seen complete. */
  readonly desiredAtCompletion?: number | undefined;
  /** Since when our deployment has been complete with fewer tasks than make it live. */
  readonly downSince?: number | undefined;
  /** Since when every read has shown the service settled on ours, where ECS gives no rollout state. */
  readonly settledSince?: number | undefined;
  /** Since when ECS has not answered for our service deployment, which it had shown before. */
  readonly vanishedSince?: number | undefined;
  /** What the stall clock compares, and when it last changed. */
  readonly fingerprint: string;
  readonly changedAt: number;
  readonly seenEvents: ReadonlySet<string>;
  readonly seenTasks: ReadonlySet<string>;
  /** Stopped tasks of our deployment, oldest first: the evidence of a failure. */
  readonly stoppedTasks: readonly Task[];
  /** Why they stopped: a crash loop of an hour leaves hundreds of tasks, and every round asks for their causes. */
  readonly causes: readonly Cause[];
  /** Once ECS gave up on us it is over, whatever comes later. */
  readonly givenUp?: { readonly at: number; readonly reason: string } | undefined;
  /** ECS has said that it cannot consistently start tasks: it waits longer and longer between its attempts. */
  readonly isThrottled: boolean;
  /** Whether a task of ours was ever seen running. Where none was, the new version has not been exercised. */
  readonly everRan: boolean;
}

export interface Observation {
  readonly rollout: Rollout;
  readonly events: readonly RolloutEvent[];
}

export const beginRollout = (
  ours: TrackedDeployment,
  at: number,
  alreadySeen: Iterable<string> = [],
): Rollout => ({
  ours,
  startedAt: at,
  fingerprint: '',
  changedAt: at,
  seenEvents: new Set(alreadySeen),
  seenTasks: new Set(),
  stoppedTasks: [],
  causes: [],
  everRan: false,
  isThrottled: false,
});

/** The ids of all that was there before ours: what the service had, and what our service deployment replaces. */
export const earlierIds = ({
  ours,
  serviceDeployment,
  earlierSeen,
}: Pick<Rollout, 'ours' | 'serviceDeployment' | 'earlierSeen'>) =>
  new Set([
    ...(earlierSeen ?? []),
    ...(ours.previous ? [ours.previous.deploymentId] : []),
    ...(ours.earlier ?? []),
    ...(serviceDeployment?.sourceServiceRevisions ?? []).map(({ arn = '' }) => `ecs-svc/${digitsOf(arn)}`),
  ]);
