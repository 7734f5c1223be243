/** Something that happened in a run, in the order in which it was seen. */
export type RunEvent = {
  /** When it was seen, ISO 8601. */
  readonly at: string;
} & RunEventBody;

export type RunEventBody = LogEvent | RolloutEvent;

/** A line of the log. Output of other programs is not kept. */
export interface LogEvent {
  readonly kind: 'log';
  readonly level: 'info' | 'notice' | 'warning' | 'error';
  readonly text: string;
}

/** A change in one deployment of a service. */
export type RolloutEvent = RolloutPlace & RolloutEventBody;

export interface RolloutPlace {
  readonly cluster: string;
  readonly service: string;
  /** The deployment, by its id. */
  readonly deployment: string;
}

export type RolloutEventBody =
  /** From here on the deployment is followed. */
  | {
      readonly kind: 'following';
      readonly taskDefinition: string;
      /** What was live before. */
      readonly previousTaskDefinition?: string;
      /** When the deployment began, ISO 8601. */
      readonly startedAt: string;
      /** Its running tasks. */
      readonly running: number;
      /** Running tasks of the old version, or its percentage of the traffic. */
      readonly others: number;
    }
  | {
      readonly kind: 'counts';
      readonly desired: number;
      readonly running: number;
      readonly pending: number;
      readonly failed: number;
      /** Running tasks of every other deployment. */
      readonly others: number;
      /** Percent of the production traffic, where ECS reports it. */
      readonly traffic?: number;
    }
  | { readonly kind: 'stage'; readonly stage: string; readonly traffic?: number }
  | {
      readonly kind: 'breaker';
      readonly failures: number;
      readonly threshold?: number;
      readonly triggered: boolean;
    }
  | { readonly kind: 'alarm'; readonly names: readonly string[] }
  | {
      readonly kind: 'hook';
      readonly hook: string;
      readonly status: string;
      readonly stage: string;
      /** ISO 8601. */
      readonly expiresAt?: string;
    }
  /** What ECS reports of the service. */
  | { readonly kind: 'service-event'; readonly message: string }
  | {
      readonly kind: 'tasks-stopped';
      /** By the first part of their ids. */
      readonly tasks: readonly string[];
      /** Absent where the scheduler itself stopped it. */
      readonly reason?: string;
      /** Other tasks stopped for this reason before. */
      readonly repeated: boolean;
    }
  /** The last lines of a container that ended a task. */
  | { readonly kind: 'container-log'; readonly title: string; readonly lines: readonly string[] }
  /** What the load balancer reports of targets that are not healthy. */
  | { readonly kind: 'target-health'; readonly lines: readonly string[] }
  | { readonly kind: 'rolling-back'; readonly by: string; readonly reason: string }
  | { readonly kind: 'scaled'; readonly from: number; readonly to: number };
