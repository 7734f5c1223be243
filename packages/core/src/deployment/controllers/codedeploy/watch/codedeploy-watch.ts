import type { DeploymentInfo, ECSTarget } from '@aws-sdk/client-codedeploy';
import type { Watch } from '../../../watch/watch.ts';

/** What CodeDeploy says of one deployment, as far as it was read. */
export interface Seen {
  readonly info?: DeploymentInfo | undefined;
  readonly target?: ECSTarget | undefined;
  /** The deployment that undoes ours. */
  readonly undo?: DeploymentInfo | undefined;
  /** Since when ours is over, by CodeDeploy's word; and since when what undoes it is. Monotonic milliseconds. */
  readonly endedSince?: number | undefined;
  readonly undoneSince?: number | undefined;
  /** The desired count that this run has set: live is only what a read with this count shows. */
  readonly desiredCount?: number | undefined;
  /** A lifecycle event, or the deployment itself, was seen Failed or stopped: whatever a later read says. */
  readonly hasFailed?: boolean | undefined;
  /** Since when our task set is the primary one, with too few tasks for being live. */
  readonly downSince?: number | undefined;
  /** Since when CodeDeploy does not answer for ours. */
  readonly missingSince?: number | undefined;
}

/** A watch of a deployment that CodeDeploy makes; its `rollout` is drawn in ECS's terms by `asServiceDeployment`. */
export interface CodeDeployWatch extends Watch {
  seen: Seen;
  /** Reading the target failed, and that was reported: after `denied` it is not read again. */
  targetUnread?: 'denied' | 'failed' | undefined;
  targetReadAt: number;
}

export const isOver = (status: string | undefined): boolean =>
  status === 'Succeeded' || status === 'Failed' || status === 'Stopped';

/** A deployment by CodeDeploy that undoes this one is named. */
export const isUndone = (info: DeploymentInfo | undefined): boolean =>
  info?.rollbackInfo?.rollbackDeploymentId !== undefined;

export const taskSetOf = (target: ECSTarget | undefined, label: 'Blue' | 'Green') =>
  target?.taskSetsInfo?.find((one) => one.taskSetLabel === label);

export const eventOf = (target: ECSTarget | undefined, name: string) =>
  target?.lifecycleEvents?.find((one) => one.lifecycleEventName === name);

/** The new task set's, where it is known. ECS calls a task set `ecs-svc/…` and starts its tasks in that name. */
export const greenTaskSetId = ({ target }: Seen): string | undefined => taskSetOf(target, 'Green')?.identifer;
