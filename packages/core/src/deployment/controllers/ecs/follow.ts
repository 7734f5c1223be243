import { deploymentOf } from '../../../ecs/deployments.ts';
import { type Begun, type FollowWay, followTo } from '../../follow/follow-deployment.ts';
import type { Run } from '../../follow/run.ts';
import type { Outcome } from '../../report/outcome.ts';
import { defaultStall, defaultTimeout } from '../../rollout/default-timeouts.ts';
import type { WaitOptions } from '../../rollout/wait-conditions.ts';
import type { Target } from '../../service/read-service-targets.ts';
import { judge, readRound } from '../../watch/poll-ecs.ts';
import type { Way } from '../../watch/poller.ts';
import { beginWatch, type Watch } from '../../watch/watch.ts';
import type { Started } from '../controller.ts';
import { stopRollout } from './stop-deployment.ts';

const ecsWay: Way<Watch> = { readRound, judge };

/** How a deployment of ECS's own controller is followed, whoever made it. */
export const wayByEcs = (
  run: Run,
  { service }: Target,
  { ours, arn }: Pick<Started, 'ours' | 'arn'>,
): FollowWay => ({
  poller: run.pollers.of(ecsWay),
  timeout: defaultTimeout(service.deploymentConfiguration),
  stall: defaultStall(service.deploymentConfiguration),
  failFast: service.deploymentConfiguration?.deploymentCircuitBreaker?.enable !== true,
  // Of a deployment that is found under way, some may run already.
  oldShare: (service.runningCount ?? 0) - (deploymentOf(service, ours.deploymentId)?.runningCount ?? 0),
  begin: (rollout, conditions) => beginWatch(rollout, conditions, arn),
  stop: stopRollout,
});

/** Follows a deployment of ECS's own controller to its verdict. */
export const followByEcs = (run: Run, target: Target, begun: Begun, options: WaitOptions): Promise<Outcome> =>
  followTo(run, target, begun, options, wayByEcs(run, target, begun));
