import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';
import { sendOnce, unlessPassing } from '../../../ecs/write-once.ts';
import { describe } from '../../../errors/describe.ts';
import { isLandfallError } from '../../../errors/landfall-error.ts';
import { isDenied } from '../../../reading/trouble.ts';
import type { CodeDeploy } from '../../../world/aws.ts';
import type { World } from '../../../world/world.ts';
import type { Run } from '../../follow/run.ts';
import type { Watch } from '../../watch/watch.ts';
import { readDeployments } from './read/read-deployments.ts';
import { isOver, isUndone } from './watch/codedeploy-watch.ts';

/**
 * Stops a deployment, so that CodeDeploy rolls back. Where the answer is lost, or CodeDeploy refuses, the
 * deployment itself shows what became of it.
 * @returns `stopping`, or what it is where it was over already
 */
export async function stopToRollBack(
  { world }: Run,
  codeDeploy: CodeDeploy,
  deploymentId: string,
  /** `null`: although the run is cancelled. */
  signal: AbortSignal | null = world.host.cancellation,
): Promise<'stopping' | DeploymentInfo> {
  const options = signal ? { signal } : {};
  const read = async () => (await readDeployments(codeDeploy, [deploymentId], options)).get(deploymentId);
  const isStopped = (info: DeploymentInfo | undefined) => isOver(info?.status) || isUndone(info);
  try {
    await sendOnce<unknown>(
      {
        name: `stopping deployment ${deploymentId}`,
        send: () => codeDeploy.stopDeployment({ deploymentId, autoRollbackEnabled: true }, options),
        find: async () => {
          const info = await unlessPassing(read);
          return isStopped(info) ? info : undefined;
        },
      },
      { clock: world.clock, signal: signal ?? new AbortController().signal },
    );
    return 'stopping';
  } catch (refused) {
    if (!isLandfallError(refused) || refused.applied !== 'no' || isDenied(refused)) throw refused;
    const info = await read();
    if (!info || !isStopped(info)) throw refused;
    return isUndone(info) || info.status === 'Stopped' ? 'stopping' : info;
  }
}

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
