/**
 * What is to become of a task. Times are in milliseconds; `log` lines go to the log stream of the container that the
 * outcome is about, which is the first essential one unless `container` names another.
 */
export type TaskOutcome = {
  readonly container?: string;
  readonly log?: readonly string[];
  /** From the end of the pull until RUNNING: a slow start. */
  readonly startAfter?: number;
  /** From RUNNING until the health checks pass. */
  readonly healthyAfter?: number;
  /** The exit code of the containers that ECS stops: 143 where SIGTERM ends them, 137 where SIGKILL has to; else 0. */
  readonly exitOnStop?: number;
} & (
  | { readonly kind: 'run' }
  /** The container ends by itself, `after` it has started. */
  | { readonly kind: 'exit'; readonly code: number; readonly after?: number }
  | {
      readonly kind: 'pull-error';
      readonly cause?: 'not-found' | 'denied' | 'timeout' | 'platform' | 'rate-limit';
      readonly reason?: string;
    }
  | { readonly kind: 'secret-error'; readonly cause?: 'denied' | 'not-found'; readonly reason?: string }
  | { readonly kind: 'out-of-memory'; readonly after?: number }
  /** The container's own health check never passes. */
  | { readonly kind: 'unhealthy'; readonly after?: number }
  /** The load balancer's health check never passes. */
  | { readonly kind: 'elb-unhealthy'; readonly after?: number; readonly reason?: string }
  | { readonly kind: 'spot-interruption'; readonly after?: number }
  /** No task comes into being: the scheduler finds no place for it. */
  | { readonly kind: 'placement'; readonly reason?: string }
  /** The image is for another processor. */
  | { readonly kind: 'exec-format' }
  /** The task stays in PENDING. */
  | { readonly kind: 'never-starts' }
  /** Any other end, in the caller's words. */
  | {
      readonly kind: 'stop';
      readonly code: 'TaskFailedToStart' | 'TerminationNotice' | 'InfrastructureHealth';
      readonly reason: string;
      readonly after?: number;
    }
);

export interface TaskRule {
  /**
   * All that are given must match. A pattern is the whole value or its last part after a `/`; `*` stands for
   * anything. `taskDefinition` is `family:revision` or an ARN.
   */
  readonly match?: {
    readonly image?: string;
    readonly family?: string;
    readonly taskDefinition?: string;
    readonly service?: string;
    readonly group?: string;
  };
  /** Only the n-th task that matches, the first being 1. */
  readonly nth?: number;
  /** Only this many of the matching tasks, the first ones. */
  readonly count?: number;
  readonly outcome: TaskOutcome;
}
