import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { client } from '../model/faults.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html */
export function checkDependencies(containers: readonly ContainerDefinition[]): void {
  const byName = new Map(containers.map((container) => [container.name, container]));
  for (const { name, dependsOn = [] } of containers) {
    for (const { containerName, condition } of dependsOn) {
      const target = byName.get(containerName);
      if (target === undefined) {
        throw client(
          `Invalid dependsOn setting for container '${name}': container '${containerName}' does not exist.`,
        );
      }
      // https://github.com/boto/boto3/issues/2436
      if ((condition === 'SUCCESS' || condition === 'COMPLETE') && (target.essential ?? true)) {
        throw client(
          'A dependency container with SUCCESS or COMPLETE condition cannot be an essential container',
        );
      }
      if (condition === 'HEALTHY' && target.healthCheck === undefined) {
        throw client(
          `Invalid dependsOn setting for container '${name}': container '${containerName}' has no health check.`,
        );
      }
    }
  }
  const circle = containers.find(({ name }) => dependsOnItself(name, byName));
  if (circle !== undefined)
    throw client(`Invalid dependsOn setting for container '${circle.name}': it depends on itself.`);
}

function dependsOnItself(
  name: string | undefined,
  byName: ReadonlyMap<string | undefined, ContainerDefinition>,
): boolean {
  const seen = new Set<string | undefined>();
  const queue = [name];
  for (const next of queue) {
    for (const { containerName } of byName.get(next)?.dependsOn ?? []) {
      if (containerName === name) return true;
      if (seen.has(containerName)) continue;
      seen.add(containerName);
      queue.push(containerName);
    }
  }
  return false;
}
