import { describe } from '../../../errors/describe.ts';
import type { World } from '../../../world/world.ts';
import type { Watch } from '../../watch/watch.ts';

const budget = 2000;

/** One StopServiceDeployment within two seconds, because the runner's patience is short. Says in a sentence what came of it. */
export async function stopRollout(watch: Watch, world: World): Promise<string> {
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
