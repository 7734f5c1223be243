import type { ContainerDefinition, RegisterTaskDefinitionRequest, Service } from '@aws-sdk/client-ecs';

/** What is about to be deployed, and to where. */
export interface Subject {
  readonly taskDefinition: RegisterTaskDefinitionRequest;
  /** Absent when no service was named, or when it could not be read. */
  readonly service?: Service | undefined;
}

export const containersOf = ({ taskDefinition }: Subject): readonly ContainerDefinition[] =>
  taskDefinition.containerDefinitions ?? [];

export const containerNamed = (container: ContainerDefinition) =>
  `container ${container.name ?? '(no name)'}`;

/** Whether tasks of it run on Fargate: the service decides, and without one what the task definition asks for. */
export function onFargate({ taskDefinition, service }: Subject): boolean {
  const providers = service?.capacityProviderStrategy ?? [];
  if (providers.length > 0) return providers.some((one) => one.capacityProvider?.startsWith('FARGATE'));
  if (service?.launchType) return service.launchType === 'FARGATE';
  return taskDefinition.requiresCompatibilities?.includes('FARGATE') ?? false;
}

export function networkModeOf(subject: Subject): string {
  const { networkMode, requiresCompatibilities } = subject.taskDefinition;
  const standard = requiresCompatibilities?.includes('FARGATE') ? 'awsvpc' : 'bridge';
  return networkMode ?? standard;
}

/**
 * The service with what a new task set will be given, where it deploys by task sets: its network, its launch
 * and its load balancers may be in the primary task set alone.
 */
export function withTaskSet(service: Service): Service {
  const primary = service.taskSets?.find((one) => one.status === 'PRIMARY');
  if (!primary) return service;
  const has = <T>(list: readonly T[] | undefined) => (list?.length ?? 0) > 0;
  const { networkConfiguration, loadBalancers, capacityProviderStrategy, launchType } = primary;
  return {
    ...service,
    ...(!service.networkConfiguration && networkConfiguration && { networkConfiguration }),
    ...(!has(service.loadBalancers) && loadBalancers && { loadBalancers }),
    ...(!has(service.capacityProviderStrategy) && capacityProviderStrategy && { capacityProviderStrategy }),
    ...(!service.launchType && launchType && { launchType }),
  };
}
