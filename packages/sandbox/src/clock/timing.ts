/** How long things take, in milliseconds. */
export interface Timing {
  /** Between a change and the scheduler's answer to it. */
  readonly scheduler: number;
  readonly provisioning: number;
  readonly pull: number;
  readonly activating: number;
  /** How long a task without any health check must run before it counts as healthy. */
  readonly settle: number;
  /** Until a container's health check first passes, where its definition does not say when it is run. */
  readonly containerHealthy: number;
  /** Until a load balancer calls a target healthy. */
  readonly targetHealthy: number;
  /** From the first failing check of a target to the scheduler's stopping the task. */
  readonly targetUnhealthy: number;
  readonly deregistration: number;
  readonly stopping: number;
  readonly deprovisioning: number;
  /** What ECS keeps stopped tasks for. */
  readonly stoppedTasksKept: number;
  /** From a stop request or a trigger to the rollback. */
  readonly rollbackRequested: number;
  /** One stage of a staged deployment that has nothing to wait for. */
  readonly stage: number;
  /** A minute of a bake or of a step's bake, which a service's settings count in. */
  readonly bakeMinute: number;
}

/** Near what ECS does on Fargate; made for a virtual clock. */
export const AWS_TIMING: Timing = {
  scheduler: 500,
  provisioning: 4_000,
  pull: 8_000,
  activating: 1_000,
  settle: 40_000,
  containerHealthy: 10_000,
  targetHealthy: 15_000,
  targetUnhealthy: 30_000,
  deregistration: 30_000,
  stopping: 2_000,
  deprovisioning: 5_000,
  stoppedTasksKept: 3_600_000,
  rollbackRequested: 1_000,
  stage: 5_000,
  bakeMinute: 60_000,
};

/**
 * A simulation should not be waited for: what is real (pulls, containers, health checks) takes its time, the
 * rest is short.
 */
export const LOCAL_TIMING: Timing = {
  scheduler: 100,
  provisioning: 50,
  pull: 50,
  activating: 50,
  settle: 2_000,
  containerHealthy: 1_000,
  targetHealthy: 1_000,
  targetUnhealthy: 3_000,
  deregistration: 500,
  stopping: 50,
  deprovisioning: 50,
  stoppedTasksKept: 3_600_000,
  rollbackRequested: 200,
  stage: 200,
  bakeMinute: 60_000,
};
