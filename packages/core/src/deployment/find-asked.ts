import type { ServiceDeploymentBrief } from '@aws-sdk/client-ecs';
import { isDenied } from '../reading/trouble.ts';
import { isOurs } from './reader.ts';
import { deploymentOf, type Ours } from './rollout.ts';
import type { Run } from './run.ts';
import type { Target } from './target.ts';

/** As many as ListServiceDeployments gives at once; what is further back was over long ago. */
const page = 100;

/**
 * A deployment by its id that is no longer the PRIMARY one: rolled back, stopped or replaced, as its service
 * deployment tells. Undefined where ECS shows none, or the caller may not ask.
 */
export async function findAsked(
  { ecs, world }: Run,
  target: Target,
  deploymentId: string,
): Promise<{ readonly ours: Ours; readonly arn: string } | undefined> {
  const { cluster, name, service } = target;
  const signal = world.host.cancellation;
  const like = { deploymentId } as Ours;
  try {
    const { serviceDeployments = [] } = await ecs.listServiceDeployments(
      { cluster, service: name, maxResults: page },
      { signal },
    );
    const found = serviceDeployments.find((one) => isOurs(like, one.targetServiceRevisionArn));
    if (found?.serviceDeploymentArn === undefined) return undefined;
    const ours: Ours = {
      cluster,
      service: name,
      serviceArn: service.serviceArn ?? '',
      deploymentId,
      taskDefinition: deploymentOf(service, deploymentId)?.taskDefinition ?? (await deployedBy(found)) ?? '',
      createdAt: found.createdAt?.getTime() ?? 0,
    };
    return { ours, arn: found.serviceDeploymentArn };
  } catch (error) {
    if (isDenied(error)) return undefined;
    throw error;
  }

  async function deployedBy({ targetServiceRevisionArn: arn = '' }: ServiceDeploymentBrief) {
    const { serviceRevisions } = await ecs.describeServiceRevisions(
      { serviceRevisionArns: [arn] },
      { signal },
    );
    return serviceRevisions?.[0]?.taskDefinition;
  }
}
