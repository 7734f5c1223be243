import type { Service } from '@aws-sdk/client-ecs';

/** So long ECS itself waits for a task without a health check before it counts as healthy. Milliseconds. */
export const settledTime = 40_000;

/** What is known of the progress of one deployment. */
export interface Progress {
  /** The status of its service deployment, where that can be read. */
  readonly serviceDeployment?: string | undefined;
  /** Absent behind a Classic Load Balancer. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html */
  readonly rolloutState?: string | undefined;
  /** For how long every read has shown the service settled on it; undefined where the last one did not. Milliseconds. */
  readonly settledFor?: number | undefined;
}

/** Whether a rolling deployment is complete: the best witness there is decides, the service deployment first. */
export function isComplete({ serviceDeployment, rolloutState, settledFor }: Progress): boolean {
  if (serviceDeployment !== undefined) return serviceDeployment === 'SUCCESSFUL';
  if (rolloutState !== undefined) return rolloutState === 'COMPLETED';
  return settledFor !== undefined && settledFor >= settledTime;
}

/** One deployment is left, which runs just what it should and starts nothing: where ECS gives no rollout state. */
export function isSettled(service: Service | undefined, deploymentId: string): boolean {
  const [only, ...others] = service?.deployments ?? [];
  return (
    only?.id === deploymentId &&
    only.status === 'PRIMARY' &&
    others.length === 0 &&
    only.runningCount !== undefined &&
    only.runningCount === only.desiredCount &&
    (only.pendingCount ?? 0) === 0
  );
}
