import type { ByCodeDeploy } from '../../../../codedeploy/deployment-group.ts';
import { defaultStall, defaultTimeout } from '../../../../codedeploy/timing.ts';
import type { CodeDeploy } from '../../../../world/aws.ts';
import type { FollowWay } from '../../../follow/follow-deployment.ts';
import type { Run } from '../../../follow/run.ts';
import type { Way } from '../../../watch/poller.ts';
import { beginWatch } from '../../../watch/watch.ts';
import { isTaskSet } from '../read/task-set-traffic.ts';
import { stopDeployment } from '../stop.ts';
import type { CodeDeployWatch } from './codedeploy-watch.ts';
import { judge, readRound } from './poll-codedeploy.ts';

const codeDeployWay: Way<CodeDeployWatch> = { readRound, judge };

/** How a deployment in CodeDeploy is followed, regardless of who made it. */
export const wayOf = (
  run: Run,
  { timing, waitsComeOnTop }: ByCodeDeploy,
  codeDeploy: CodeDeploy,
  desiredCount?: number,
): FollowWay<CodeDeployWatch> => ({
  poller: run.pollers.of(codeDeployWay),
  timeout: defaultTimeout(timing),
  stall: defaultStall(timing),
  failFast: true,
  extraTimeout: waitsComeOnTop ? timing.readyWait + timing.terminationWait : 0,
  oldShare: 100,
  begin: (rollout, conditions): CodeDeployWatch => ({
    ...beginWatch(rollout, conditions, 'id'),
    // A task set that no deployment by CodeDeploy has made stands for one that has succeeded.
    seen: {
      desiredCount,
      ...(isTaskSet(rollout.ours) && { info: { status: 'Succeeded' } }),
    },
    targetReadAt: Number.NEGATIVE_INFINITY,
  }),
  stop: (watch, world) => stopDeployment(watch, world, codeDeploy),
});
