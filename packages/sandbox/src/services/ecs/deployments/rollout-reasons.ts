/** Why a rollout is in its state, as `rolloutStateReason` and a service deployment's `statusReason` say it. */
export const rolloutReason = {
  inProgress: (id: string): string => `ECS deployment ${id} in progress.`,
  completed: (id: string): string => `ECS deployment ${id} completed.`,
};

/** What ends a deployment early, in the words of each place that mentions it. */
export interface Trigger {
  readonly kind: 'breaker' | 'alarm' | 'user' | 'hook';
  /** After `deployment failed: `. */
  readonly event: string;
  /** `rolloutStateReason` of the deployment that failed. */
  readonly rollout: string;
  /** Before `rolling back to deploymentId …`. */
  readonly source: string;
  /** After `Service deployment rolled back because ` and `Service deployment stopped because `. */
  readonly because: string;
}

export const BREAKER: Trigger = {
  kind: 'breaker',
  event: 'tasks failed to start.',
  rollout: 'ECS deployment circuit breaker: tasks failed to start.',
  source: 'ECS deployment circuit breaker',
  because: 'the circuit breaker threshold was exceeded.',
};

export const ALARM: Trigger = {
  kind: 'alarm',
  event: 'alarm detected.',
  rollout: 'ECS deployment alarm monitor: alarm detected.',
  source: 'ECS deployment alarm monitor',
  because: 'one or more alarms were triggered.',
};

export const USER: Trigger = {
  kind: 'user',
  event: 'stopped by user.',
  rollout: 'ECS deployment stopped by user.',
  source: 'ECS deployment stopped by user',
  because: 'a user requested it.',
};

/** A lifecycle hook failed, or was not answered in time. */
export const hookTrigger = (because: string): Trigger => ({
  kind: 'hook',
  event: `Service deployment rolled back because ${because}`,
  rollout: `ECS deployment failed: ${because}`,
  source: 'ECS deployment lifecycle hook',
  because,
});

export const NO_CANDIDATE = 'No rollback candidate was found to run the rollback.';
