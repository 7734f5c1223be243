import type { ServiceDeployment } from '@aws-sdk/client-ecs';
import { isStopped, isUnderWay } from '../../../ecs/newest-first.ts';
import { readServiceDeployments } from '../../../ecs/read-services.ts';
import { sendOnce, unlessPassing } from '../../../ecs/write-once.ts';
import { isLandfallError } from '../../../errors/landfall-error.ts';
import { isDenied } from '../../../reading/trouble.ts';
import type { Run } from '../../follow/run.ts';

/**
 * Stops a service deployment, so that ECS rolls back. Where the answer is lost, or ECS refuses, the
 * deployment itself shows what became of it.
 * @returns `stopping`; or, where it was over already, its status
 */
export async function stopToRollBack(run: Run, name: string, arn: string): Promise<'stopping' | string> {
  const { ecs, world } = run;
  const signal = world.host.cancellation;
  const status = async () => (await statusOf(run, arn)) ?? '';
  try {
    await sendOnce<unknown>(
      {
        name: `stopping the deployment of ${name}`,
        send: () =>
          ecs.stopServiceDeployment({ serviceDeploymentArn: arn, stopType: 'ROLLBACK' }, { signal }),
        find: async () => {
          const now = await unlessPassing(status);
          return now !== undefined && (isStopped(now) || !isUnderWay(now)) ? now : undefined;
        },
      },
      { clock: world.clock, signal },
    );
    return 'stopping';
  } catch (refused) {
    if (!isLandfallError(refused) || refused.applied !== 'no' || isDenied(refused)) throw refused;
    const now = await status();
    if (isUnderWay(now) && !isStopped(now)) throw refused;
    return isUnderWay(now) ? 'stopping' : now;
  }
}

async function statusOf({ ecs, world }: Run, arn: string): Promise<ServiceDeployment['status']> {
  const read = await readServiceDeployments(ecs, [arn], { signal: world.host.cancellation });
  return read.get(arn)?.status;
}
