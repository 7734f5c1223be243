import { describe } from '../../../errors/describe.ts';
import type { CodeDeploy } from '../../../world/aws.ts';
import type { World } from '../../../world/world.ts';
import type { Watch } from '../../watch/watch.ts';

const budget = 2000;

/** One StopDeployment with rollback within two seconds, because the runner's patience is short. Says what came of it. */
export async function stopDeployment(watch: Watch, world: World, codeDeploy: CodeDeploy): Promise<string> {
  const { deploymentId } = watch.ours;
  const limit = new AbortController();
  try {
    const stopping = codeDeploy.stopDeployment(
      { deploymentId, autoRollbackEnabled: true },
      { signal: limit.signal },
    );
    const late = world.clock.sleep(budget, limit.signal).then(() => 'late' as const);
    if ((await Promise.race([stopping, late])) === 'late')
      return `cancelled; a stop of deployment ${deploymentId} was requested, but CodeDeploy did not respond in time`;
    return `cancelled; CodeDeploy is stopping deployment ${deploymentId} and rolling back`;
  } catch (error) {
    return `cancelled; deployment ${deploymentId} could not be stopped (${describe(error)}): it continues`;
  } finally {
    limit.abort();
  }
}
