import type { ContainerDefinition } from '@aws-sdk/client-ecs';

/**
 * The containers so that each comes after all it depends on, otherwise in the order of the definition.
 *
 * @throws Error when they depend on each other in a circle
 */
export function startOrder(containers: readonly ContainerDefinition[]): readonly ContainerDefinition[] {
  const ordered: ContainerDefinition[] = [];
  const path = new Set<string>();
  const visit = (container: ContainerDefinition): void => {
    if (ordered.includes(container)) return;
    if (path.has(container.name!)) {
      throw new Error(
        `Containers depend on each other in a circle: ${[...path, container.name].join(' -> ')}`,
      );
    }
    path.add(container.name!);
    for (const dependency of container.dependsOn ?? []) {
      const before = containers.find((candidate) => candidate.name === dependency.containerName);
      if (before !== undefined) visit(before);
    }
    path.delete(container.name!);
    ordered.push(container);
  };
  for (const container of containers) visit(container);
  return ordered;
}

/** Whether another container waits for this one's end: it does its work and goes, and owns no network for others. */
export function isInitial(container: ContainerDefinition, all: readonly ContainerDefinition[]): boolean {
  return all.some((other) =>
    other.dependsOn?.some(
      (dependency) =>
        dependency.containerName === container.name &&
        (dependency.condition === 'COMPLETE' || dependency.condition === 'SUCCESS'),
    ),
  );
}
