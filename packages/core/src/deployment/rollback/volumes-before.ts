import { shortTaskDefinition } from '../../ecs/short-names.ts';
import type { Registration } from '../../task-definition/register.ts';
import type { Run } from '../follow/run.ts';
import { withoutLostVolumes } from '../plan/plan.ts';
import type { Settings } from '../plan/plan-types.ts';
import type { Target } from '../service/read-service-targets.ts';
import { readRevision } from './pin-digests.ts';

/**
 * The EBS volume that the earlier version had, which ECS keeps with its service revision, or none where it had none:
 * a task definition runs only with what it configures at launch.
 */
export async function volumesBefore(
  run: Run,
  target: Target,
  { arn, taskDefinition }: Registration,
  revisionArn: string | undefined,
): Promise<Settings> {
  if (!taskDefinition.volumes?.some(({ configuredAtLaunch }) => configuredAtLaunch))
    return withoutLostVolumes({}, target, taskDefinition);
  const { volumeConfigurations = [] } = await readRevision(run, revisionArn);
  const [volume] = volumeConfigurations;
  if (volume?.managedEBSVolume)
    return {
      serviceManagedEbsVolumeName: volume.name,
      serviceManagedEbsVolume: [volume.managedEBSVolume],
    };
  run.world.host.log.warning(
    `${target.name}: ECS does not report the EBS volume that ${shortTaskDefinition(arn)} had: that of the service is left as it is`,
  );
  return {};
}
