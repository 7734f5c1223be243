import type { ScalableTarget, SuspendedState } from '@aws-sdk/client-application-auto-scaling';
import { nameInArn } from '../account/arn.ts';
import type { Place } from '../ecs/delete-service.ts';
import { isLandfallError, type LandfallError } from '../errors/landfall-error.ts';
import type { Permission } from '../operation/operation.ts';
import { chunks } from '../reading/chunks.ts';
import { allPages } from '../reading/pages.ts';
import { isDenied } from '../reading/trouble.ts';
import type { AutoScaling, CallOptions } from '../world/aws.ts';
import type { World } from '../world/world.ts';

/** How Application Auto Scaling names the count of a service. */
export const scalable = ({ cluster, name }: Place) =>
  ({
    ServiceNamespace: 'ecs',
    ResourceId: `service/${nameInArn(cluster)}/${name}`,
    ScalableDimension: 'ecs:service:DesiredCount',
  }) as const;

const mostResources = 50;

/** The scalable targets of services; those that are none are omitted. By `ResourceId`. */
export async function readScalableTargets(
  places: readonly Place[],
  api: AutoScaling,
  options: CallOptions,
): Promise<ReadonlyMap<string, ScalableTarget>> {
  const found = new Map<string, ScalableTarget>();
  for (const some of chunks(places, mostResources)) {
    const targets = await allPages(async (NextToken) => {
      const answer = await api.describeScalableTargets(
        {
          ServiceNamespace: 'ecs',
          ScalableDimension: 'ecs:service:DesiredCount',
          ResourceIds: some.map((place) => scalable(place).ResourceId),
          NextToken,
        },
        options,
      );
      return { items: answer.ScalableTargets, next: answer.NextToken };
    });
    for (const target of targets) if (target.ResourceId) found.set(target.ResourceId, target);
  }
  return found;
}

export const boundsOf = ({ MinCapacity, MaxCapacity }: ScalableTarget): string =>
  `${MinCapacity} to ${MaxCapacity}`;

export const isSuspended = ({ SuspendedState: state }: ScalableTarget): boolean =>
  Object.keys(allSuspended).every((key) => state?.[key as keyof SuspendedState] === true);

export const allSuspended: Required<SuspendedState> = {
  DynamicScalingInSuspended: true,
  DynamicScalingOutSuspended: true,
  ScheduledScalingSuspended: true,
};

/**
 * Before a service is deleted: its scalable target would outlive it, and start tasks while it is scaled to zero. Without
 * the permission, one notice says so.
 */
export async function deregisterScaling(place: Place, { aws, host }: World): Promise<void> {
  const options = { signal: host.cancellation };
  try {
    const api = await aws.autoScaling();
    if ((await readScalableTargets([place], api, options)).size === 0) return;
    await api.deregisterScalableTarget(scalable(place), options);
    host.log.info(`${place.name}: its scalable target is deregistered`);
  } catch (error) {
    if (isLandfallError(error, 'NOT_FOUND')) return;
    noticeDenied(error, host, `a scalable target of ${place.name} stays if there is one`);
  }
}

/** Without the permission a notice says what is lost. */
export function noticeDenied(error: unknown, host: World['host'], lost: string): void {
  if (!isDenied(error)) throw error;
  host.log.notice(`${(error as LandfallError).summary}: ${lost}`);
}

export const describeScaling: Permission = {
  action: 'application-autoscaling:DescribeScalableTargets',
  resource: '*',
  optional: true,
};

const scalableTarget = 'arn:${Partition}:application-autoscaling:${Region}:${Account}:scalable-target/*';

export const onScalableTarget = (operation: string, when: string): Permission => ({
  action: `application-autoscaling:${operation}`,
  resource: scalableTarget,
  condition: { StringEquals: { 'application-autoscaling:service-namespace': 'ecs' } },
  when,
});

/** To deregister the scalable targets of services that are deleted. */
export const deregisterPermissions = (when?: string): readonly Permission[] => [
  { ...describeScaling, ...(when !== undefined && { when }) },
  {
    ...onScalableTarget('DeregisterScalableTarget', when ?? 'when the service has a scalable target'),
    optional: true,
  },
];
