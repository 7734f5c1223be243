import type { DeploymentInfo, ECSTarget } from '@aws-sdk/client-codedeploy';
import type { Watch } from '../watch.ts';

/** What CodeDeploy says of one deployment, as far as it was read. */
export interface Seen {
  readonly info?: DeploymentInfo | undefined;
  readonly target?: ECSTarget | undefined;
  /** The deployment that undoes ours. */
  readonly undo?: DeploymentInfo | undefined;
  /** Since when ours is over without having succeeded and without a deployment that undoes it, monotonic milliseconds. */
  readonly endedSince?: number | undefined;
  /** Since when CodeDeploy does not answer for ours. */
  readonly missingSince?: number | undefined;
}

/** A watch of a deployment that CodeDeploy makes; its `rollout` is drawn in ECS's terms by `asServiceDeployment`. */
export interface CodeDeployWatch extends Watch {
  seen: Seen;
  /** Reading the target was denied: said once, not tried again. */
  targetDenied: boolean;
  targetReadAt: number;
}

export const isOver = (status: string | undefined): boolean =>
  status === 'Succeeded' || status === 'Failed' || status === 'Stopped';

export const taskSetOf = (target: ECSTarget | undefined, label: 'Blue' | 'Green') =>
  target?.taskSetsInfo?.find((one) => one.taskSetLabel === label);

export const eventOf = (target: ECSTarget | undefined, name: string) =>
  target?.lifecycleEvents?.find((one) => one.lifecycleEventName === name);

/** The new task set's, where it is known. ECS calls a task set `ecs-svc/…` and starts its tasks in that name. */
export const greenTaskSetId = ({ target }: Seen): string | undefined => taskSetOf(target, 'Green')?.identifer;
