import type { ServiceDeployment } from '@aws-sdk/client-ecs';
import { settleTime } from '../../ecs/eventual-consistency.ts';
import type { LandfallError } from '../../errors/landfall-error.ts';
import type { Rollout, TrackedDeployment } from '../rollout/rollout.ts';
import type { Terms, WaitConditions } from '../rollout/wait-conditions.ts';
import type { Verdict } from '../verdict/verdict.ts';

/** One service under watch: the pure state, and where its service deployment is found. */
export interface Watch {
  readonly ours: TrackedDeployment;
  readonly terms: WaitConditions;
  rollout: Rollout;
  /** Candidate or confirmed ARN of our service deployment. */
  arn: string | undefined;
  confirmed: boolean;
  rejected: Set<string>;
  nextSearch: number;
  searchUntil: number;
  /** No service deployment can be had: judged by DescribeServices alone. */
  byServicesOnly: boolean;
  /** The stopped tasks could not be read, which was said: after `denied` they are not asked for again. */
  tasksUnread?: 'denied' | 'failed' | undefined;
  /** How many failed tasks had been counted when the stopped tasks were last read. */
  failuresRead: number;
  /** Since when every read has failed. */
  unreadSince?: number | undefined;
  /** When something was last read. */
  readAt?: number | undefined;
  verdict: Verdict | undefined;
}

const searchFor = 60_000;

export const beginWatch = (rollout: Rollout, terms: WaitConditions, arn: string | undefined): Watch => ({
  ours: rollout.ours,
  terms,
  rollout,
  arn,
  confirmed: false,
  rejected: new Set(),
  nextSearch: rollout.startedAt,
  searchUntil: rollout.startedAt + searchFor,
  byServicesOnly: false,
  failuresRead: 0,
  verdict: undefined,
});

export const termsAt = ({ terms, rollout, unreadSince, readAt }: Watch, now: number): Terms => ({
  ...terms,
  now,
  deadline: rollout.startedAt + terms.timeout,
  grace: settleTime,
  unreadSince,
  readAt,
  startedAt: rollout.startedAt,
});

/** A notice worth one line, beside the events. */
export type WatchNotice =
  | {
      readonly kind: 'permission-missing' | 'evidence-missing';
      readonly error: LandfallError;
      readonly consequence: string;
    }
  | { readonly kind: 'degraded'; readonly consequence: string }
  | { readonly kind: 'reads-fail'; readonly error: LandfallError }
  | { readonly kind: 'reads-recovered'; readonly milliseconds: number };

const isUnderWay = ({ status }: ServiceDeployment) => status === 'PENDING' || status === 'IN_PROGRESS';
/** Not on the way to success any more, and not for long in between. */
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
export function isTelling(before: ServiceDeployment | undefined, now: ServiceDeployment): boolean {
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
export function isRipe(watch: Watch): boolean {
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
