import type {
  CapacityProviderStrategyItem,
  LaunchType,
  NetworkConfiguration,
  Service,
  TaskSet,
} from '@aws-sdk/client-ecs';

/** How and where a task starts. Absent means: not sent, so that the cluster's default or ECS decides. */
export interface LaunchSettings {
  readonly launchType?: LaunchType | undefined;
  readonly capacityProviderStrategy?: readonly CapacityProviderStrategyItem[] | undefined;
  readonly platformVersion?: string | undefined;
  readonly networkConfiguration?: NetworkConfiguration | undefined;
}

interface LaunchInputs {
  readonly launchType?: LaunchType | undefined;
  readonly capacityProviderStrategy?: readonly CapacityProviderStrategyItem[] | undefined;
  readonly platformVersion?: string | undefined;
  readonly subnets?: readonly string[] | undefined;
  readonly securityGroups?: readonly string[] | undefined;
  readonly assignPublicIp?: 'ENABLED' | 'DISABLED' | undefined;
}

/**
 * What was given, and for the rest what the service has. Launch type and capacity provider strategy exclude each
 * other, so giving one leaves the service's other behind. A network configuration goes only with `awsvpc`.
 */
export function launchSettings(
  given: LaunchInputs,
  service: Service | undefined,
  networkMode: string | undefined,
): LaunchSettings {
  const own = service && (primaryTaskSet(service) ?? service);
  const chosen = given.launchType !== undefined || given.capacityProviderStrategy !== undefined;
  const strategy = chosen ? given.capacityProviderStrategy : nonEmpty(own?.capacityProviderStrategy);
  const launchType = chosen ? given.launchType : strategy ? undefined : own?.launchType;
  const network = networkMode === 'awsvpc' ? networkOf(given, own?.networkConfiguration) : undefined;
  const platform =
    given.platformVersion ?? (isFargate(launchType, strategy) ? own?.platformVersion : undefined);
  return {
    ...(launchType && { launchType }),
    ...(strategy && { capacityProviderStrategy: strategy }),
    ...(platform && { platformVersion: platform }),
    ...(network && { networkConfiguration: network }),
  };
}

/** With the CODE_DEPLOY and EXTERNAL controllers the settings are in the task sets. */
const primaryTaskSet = (service: Service): TaskSet | undefined =>
  service.taskSets?.find(({ status }) => status === 'PRIMARY');

const nonEmpty = <T>(items: readonly T[] | undefined) => (items && items.length > 0 ? items : undefined);

export const isFargate = (
  launchType: LaunchType | undefined,
  strategy: readonly CapacityProviderStrategyItem[] | undefined,
) =>
  launchType === 'FARGATE' ||
  (strategy?.every((one) => one.capacityProvider?.startsWith('FARGATE')) ?? false);

function networkOf(
  { subnets, securityGroups, assignPublicIp }: LaunchInputs,
  own: NetworkConfiguration | undefined,
): NetworkConfiguration | undefined {
  const base = own?.awsvpcConfiguration;
  const wanted = subnets ?? base?.subnets;
  if (!wanted) return undefined;
  const groups = securityGroups ?? base?.securityGroups;
  const publicIp = assignPublicIp ?? base?.assignPublicIp;
  return {
    awsvpcConfiguration: {
      subnets: [...wanted],
      ...(groups && { securityGroups: [...groups] }),
      ...(publicIp && { assignPublicIp: publicIp }),
    },
  };
}
