import { settleTime } from '../../ecs/eventual-consistency.ts';
import type { EvidenceCalls } from '../../ecs/evidence-calls.ts';
import type { LandfallError } from '../../errors/landfall-error.ts';
import type { CodeDeploy, Ecs } from '../../world/aws.ts';
import type { Clock } from '../../world/clock.ts';
import type { Rollout, TrackedDeployment } from '../rollout/rollout.ts';
import type { RolloutEvent } from '../rollout/rollout-events.ts';
import type { Terms, WaitConditions } from '../rollout/wait-conditions.ts';
import type { Verdict } from '../verdict/verdict.ts';

/** One service under watch: the pure state, and where its service deployment is found. */
export interface Watch {
  readonly ours: TrackedDeployment;
  readonly terms: WaitConditions;
  /** How a deployment that is left in progress is resumed: by its pause hook, its id, or only by the step itself. */
  readonly resumedBy: 'hook' | 'id' | 'step';
  rollout: Rollout;
  /** Candidate or confirmed ARN of our service deployment. */
  arn: string | undefined;
  confirmed: boolean;
  rejected: Set<string>;
  nextSearch: number;
  searchUntil: number;
  /** No service deployment can be had: judged by DescribeServices alone. */
  byServicesOnly: boolean;
  /** Reading the stopped tasks failed, and that was reported: after `denied` they are not read again. */
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

export const beginWatch = (
  rollout: Rollout,
  terms: WaitConditions,
  resumedBy: Watch['resumedBy'],
  arn?: string,
): Watch => ({
  ours: rollout.ours,
  terms,
  resumedBy,
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

/** A notice worth one line, besides the events. */
export type WatchNotice =
  | {
      readonly kind: 'permission-missing' | 'evidence-missing';
      readonly error: LandfallError;
      readonly consequence: string;
    }
  | { readonly kind: 'degraded'; readonly consequence: string }
  | { readonly kind: 'reads-fail'; readonly error: LandfallError }
  | { readonly kind: 'reads-recovered'; readonly milliseconds: number };

/** What every part of a watch works with, and whom it tells. */
export interface WatchContext {
  readonly ecs: Ecs;
  codeDeploy(): Promise<CodeDeploy>;
  readonly clock: Clock;
  /** Between two reads, in milliseconds. */
  readonly longestPause?: number | undefined;
  /** Ends every watch at once with CANCELLED. */
  readonly signal: AbortSignal;
  /** What changed, service by service, in the order in which it was seen. */
  onEvents(watch: Watch, events: readonly RolloutEvent[], evidence: EvidenceCalls): Promise<void> | void;
  onNotice(notice: WatchNotice): void;
  /** A round of reading is over and this watch continues. */
  onWait(watch: Watch): void;
  /** The watch has its verdict. */
  onEnd(watch: Watch): void;
}
