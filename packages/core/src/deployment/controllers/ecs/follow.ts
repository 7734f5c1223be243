import { deploymentOf } from '../../../ecs/deployments.ts';
import { describe } from '../../../errors/describe.ts';
import type { World } from '../../../world/world.ts';
import { type Begun, type FollowWay, followTo } from '../../follow/follow-deployment.ts';
import type { Run } from '../../follow/run.ts';
import type { Outcome } from '../../report/outcome.ts';
import { defaultStall, defaultTimeout, type WaitOptions } from '../../rollout/wait-conditions.ts';
import type { Target } from '../../service/read-service-targets.ts';
import type { Way } from '../../watch/poller.ts';
import { beginWatch, type Watch } from '../../watch/watch.ts';
import type { Started } from '../controller.ts';
import { judge, readRound } from './poll-ecs.ts';

const ecsWay: Way<Watch> = { readRound, judge };

/** How a deployment of ECS's own controller is followed, regardless of who made it. */
export const wayByEcs = (
  run: Run,
  { service }: Target,
  { ours, arn }: Pick<Started, 'ours' | 'arn'>,
): FollowWay => ({
  poller: run.pollers.of(ecsWay),
  timeout: defaultTimeout(service.deploymentConfiguration),
  stall: defaultStall(service.deploymentConfiguration),
  failFast: service.deploymentConfiguration?.deploymentCircuitBreaker?.enable !== true,
  // Of a deployment that is found in progress, some may run already.
  oldShare: (service.runningCount ?? 0) - (deploymentOf(service, ours.deploymentId)?.runningCount ?? 0),
  begin: (rollout, conditions) => beginWatch(rollout, conditions, 'hook', arn),
  stop: stopRollout,
});

/** Follows a deployment of ECS's own controller to its verdict. */
export const followByEcs = (run: Run, target: Target, begun: Begun, options: WaitOptions): Promise<Outcome> =>
  followTo(run, target, begun, options, wayByEcs(run, target, begun));

const budget = 2000;

/** One StopServiceDeployment within two seconds, because the runner's patience is short. Says in a sentence what came of it. */
async function stopRollout(watch: Watch, world: World): Promise<string> {
  const { ours } = watch;
  if (watch.arn === undefined || !watch.confirmed) {
    return `cancelled; deployment ${ours.deploymentId} could not be stopped because its service deployment is not known yet: it continues`;
  }
  const limit = new AbortController();
  try {
    const ecs = await world.aws.ecs();
    const stopping = ecs.stopServiceDeployment(
      { serviceDeploymentArn: watch.arn, stopType: 'ROLLBACK' },
      { signal: limit.signal },
    );
    const late = world.clock.sleep(budget, limit.signal).then(() => 'late' as const);
    if ((await Promise.race([stopping, late])) === 'late')
      return `cancelled; a stop of deployment ${ours.deploymentId} was requested, but ECS did not respond in time`;
    return `cancelled; ECS is stopping deployment ${ours.deploymentId} and rolling back`;
  } catch (error) {
    return `cancelled; deployment ${ours.deploymentId} could not be stopped (${describe(error)}): it continues`;
  } finally {
    limit.abort();
  }
}
