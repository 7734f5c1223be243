import type { Deployment, Service } from '@aws-sdk/client-ecs';
import { primaryOf } from '../../ecs/deployments.ts';
import { primaryTaskSet } from '../../ecs/task-sets.ts';
import type { TrackedDeployment } from '../rollout/rollout.ts';
import type { Target } from './read-service-targets.ts';

/** One deployment of a service as the one to follow, with what was there before it. */
export const trackDeployment = (
  target: Target,
  primary: Deployment | undefined,
  previous: Deployment | undefined,
): TrackedDeployment => ({
  cluster: target.cluster,
  service: target.name,
  serviceArn: target.service.serviceArn ?? '',
  deploymentId: primary?.id ?? '',
  taskDefinition: primary?.taskDefinition ?? '',
  createdAt: primary?.createdAt?.getTime() ?? 0,
  previous: previous?.id
    ? { deploymentId: previous.id, taskDefinition: previous.taskDefinition ?? '' }
    : undefined,
  earlier: (target.service.deployments ?? []).flatMap(({ id }) =>
    id === undefined || id === primary?.id ? [] : id,
  ),
});

export const otherThan = (service: Service, id: string | undefined) =>
  service.deployments?.find((one) => one.id !== id);

/** The PRIMARY deployment, or task set, as one to follow, with what it replaces. */
export function trackPrimary(target: Target): TrackedDeployment {
  const primary = primaryOf(target.service) ?? primaryTaskSet(target.service);
  return trackDeployment(target, primary, otherThan(target.service, primary?.id));
}
