/** What a user asks of the wait for a deployment. Durations in milliseconds; undefined: by the service's strategy. */
export interface WaitOptions extends Omit<WaitConditions, 'until' | 'timeout' | 'stallAfter'> {
  readonly until: WaitUntil | 'started';
  readonly timeout?: number | undefined;
  /** When the host ends the job, from the beginning of the run. */
  readonly jobTimeout?: number | undefined;
  readonly stallTimeout?: number | undefined;
  readonly onCancel: 'leave' | 'stop';
}

/** What that resolves to for one deployment. Durations in milliseconds. */
export interface WaitConditions {
  readonly until: WaitUntil;
  readonly timeout: number;
  /** Give up when nothing has moved for so long. */
  readonly stallAfter: number;
  /** Someone else continues a paused deployment: continue watching. */
  readonly waitThroughPause: boolean;
  /**
   * The pause hook that was told how to continue when the watch began: it may be shown as waiting a little
   * longer.
   */
  readonly answeredHook?: string | undefined;
  /** End early on a cause that retrying cannot fix. Only where no circuit breaker will do it. */
  readonly failFast: boolean;
  /** That many tasks are to run, where a count was set without a deployment. */
  readonly count?: number | undefined;
  /** The deployment is stopped, or replaces another, to roll back. */
  readonly rollback?: RollbackBy | undefined;
}

/** The conditions at one moment of the wait. Monotonic milliseconds. */
export interface Terms extends Omit<WaitConditions, 'timeout'> {
  readonly now: number;
  readonly deadline: number;
  /** How long a service that ECS does not know, or does not yet show as ours, is put down to eventual consistency. */
  readonly grace: number;
  /** Since when nothing could be read: what does not move then is not the deployment. */
  readonly unreadSince?: number | undefined;
  /** When something was last read, and when the watch began; absent in a judgement of one read. */
  readonly readAt?: number | undefined;
  readonly startedAt?: number | undefined;
}

/** `stop`: a deployment that is stopped is followed. `deploy`: one of the earlier version. */
export type RollbackBy = 'stop' | 'deploy';

export type WaitUntil =
  | 'completed'
  | 'traffic-shifted'
  | 'paused'
  | { readonly stage: string }
  | { readonly event: string };
