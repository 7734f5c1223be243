import type { ContainerDefinition, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { LandfallError } from '../../errors/landfall-error.ts';
import { near } from '../../inputs/near.ts';

export const containerNames = (request: {
  readonly containerDefinitions?: readonly ContainerDefinition[] | undefined;
}): string[] => (request.containerDefinitions ?? []).map(({ name }) => name ?? '');

/** @throws CONTAINER_NOT_FOUND, naming those there are and the nearest */
export function checkContainers(
  request: Pick<RegisterTaskDefinitionRequest, 'family' | 'containerDefinitions'>,
  wanted: readonly string[],
): void {
  const names = containerNames(request);
  const missing = wanted.filter((name) => !names.includes(name));
  if (missing.length === 0) return;
  const said = missing.map((name) => `${name}${near(name, names)}`);
  throw new LandfallError('CONTAINER_NOT_FOUND', {
    summary: `task definition ${request.family} has no container ${said.join(', ')}; it has ${names.join(', ')}`,
    facts: { family: request.family, missing, containers: names },
  });
}

/** The request with one container edited; the others and the order stay. */
export const withContainer = (
  request: RegisterTaskDefinitionRequest,
  name: string,
  edit: (container: ContainerDefinition) => ContainerDefinition,
): RegisterTaskDefinitionRequest => ({
  ...request,
  containerDefinitions: (request.containerDefinitions ?? []).map((one) =>
    one.name === name ? edit(one) : one,
  ),
});
