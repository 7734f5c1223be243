import type { ByCodeDeploy } from '../../../../codedeploy/deployment-group.ts';
import { defaultStall, defaultTimeout } from '../../../../codedeploy/timing.ts';
import type { CodeDeploy } from '../../../../world/aws.ts';
import type { FollowWay } from '../../../follow/follow-deployment.ts';
import type { Run } from '../../../follow/run.ts';
import { followingOf } from '../../../follow/run-watch-context.ts';
import { Poller } from '../../../watch/poller.ts';
import { beginWatch } from '../../../watch/watch.ts';
import { stopDeployment } from '../cancel.ts';
import { isTaskSet } from '../read/task-set-traffic.ts';
import type { CodeDeployWatch } from './codedeploy-watch.ts';
import { judge, readRound } from './poll-codedeploy.ts';

/** One poller for every service of a run that CodeDeploy deploys. */
const pollers = new WeakMap<Run, Poller>();

function pollerOf(run: Run, codeDeploy: CodeDeploy): Poller {
  const known = pollers.get(run);
  if (known) return known;
  const made = new Poller(followingOf(run), {
    readRound: (open, allServices, following) =>
      readRound(open as readonly CodeDeployWatch[], allServices, following, codeDeploy),
    judge,
  });
  pollers.set(run, made);
  return made;
}

/** How a deployment in CodeDeploy is followed, whoever made it. */
export const wayOf = (
  run: Run,
  { timing, waitsComeOnTop }: ByCodeDeploy,
  codeDeploy: CodeDeploy,
  desiredCount?: number,
): FollowWay => ({
  poller: pollerOf(run, codeDeploy),
  timeout: defaultTimeout(timing),
  stall: defaultStall(timing),
  failFast: true,
  extraTimeout: waitsComeOnTop ? timing.readyWait + timing.terminationWait : 0,
  oldShare: 100,
  begin: (rollout, terms): CodeDeployWatch => ({
    ...beginWatch(rollout, terms, undefined),
    // A task set that no deployment by CodeDeploy has made stands for one that has succeeded.
    seen: {
      desiredCount,
      ...(isTaskSet(rollout.ours) && { info: { status: 'Succeeded' } }),
    },
    targetReadAt: Number.NEGATIVE_INFINITY,
  }),
  stop: (watch, world) => stopDeployment(watch, world, codeDeploy),
});
