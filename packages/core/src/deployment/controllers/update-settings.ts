import type { UpdateServiceRequest } from '@aws-sdk/client-ecs';
import type { EcsAccess } from '../../ecs/ecs-access.ts';
import { isLandfallError } from '../../errors/landfall-error.ts';

/** The desired count and the tags of a service that deploys by task sets. The same values sent twice are the same. */
export async function updateSettings(
  { ecs, world }: EcsAccess,
  request: UpdateServiceRequest,
): Promise<void> {
  const { cluster: _cluster, service: _service, ...changes } = request;
  if (Object.keys(changes).length === 0) return;
  const options = { signal: world.host.cancellation };
  await ecs.updateService(request, options).catch(async (error) => {
    if (!isLandfallError(error) || error.applied !== 'unknown') throw error;
    await ecs.updateService(request, options);
  });
}
