/** Under which conditions a rollout is watched, and for what. */

/** The conditions under which we watch. Times are monotonic milliseconds. */
export interface Terms {
  readonly now: number;
  readonly deadline: number;
  /** Give up when nothing has moved for so long. */
  readonly stallAfter: number;
  /** How long a service that ECS does not know, or does not yet show as ours, is put down to eventual consistency. */
  readonly grace: number;
  readonly until: WaitUntil;
  /** Somebody else continues a paused deployment: go on watching. */
  readonly waitThroughPause: boolean;
  /** The pause hook that was told how to go on when the watch began: it may be shown as waiting a little longer. */
  readonly answeredHook?: string | undefined;
  /** Since when nothing could be read: what does not move then is not the deployment. */
  readonly unreadSince?: number | undefined;
  /** When something was last read, and when the watch began; absent in a judgement of one read. */
  readonly readAt?: number | undefined;
  readonly startedAt?: number | undefined;
  /** End early on a cause that trying again cannot fix. Only where no circuit breaker will do it. */
  readonly failFast: boolean;
  /** So many tasks are to run, where a count was set without a deployment. */
  readonly count?: number | undefined;
  /** The deployment is stopped, or replaces another, to roll back. */
  readonly rollback?: RollbackBy | undefined;
}

/** `stop`: a deployment that is stopped is followed. `deploy`: one of the earlier version. */
export type RollbackBy = 'stop' | 'deploy';

export type WaitUntil =
  | 'completed'
  | 'traffic-shifted'
  | 'paused'
  | { readonly stage: string }
  | { readonly event: string };
