import { checkContainers, containerNames, withContainer } from '../task-definition/parse/containers.ts';
import { unresolvedImages } from '../task-definition/parse/images.ts';
import { toRegisterRequest } from '../task-definition/parse/parse.ts';
import type { Plain } from '../task-definition/parse/plain.ts';
import { invalidTaskDefinition } from '../task-definition/parse/problems.ts';
import { namesInBoth } from '../task-definition/parse/rules.ts';
import type { Placeholder } from './placeholders.ts';

interface TaskDefinitionTemplate {
  readonly text: string;
  readonly containers: readonly string[];
  readonly notes: readonly string[];
}

/**
 * `taskdef.json` for the Amazon ECS (blue/green) action: what RegisterTaskDefinition takes, with `<IMAGE1_NAME>`
 * and so on where CodePipeline puts the images.
 * @throws TASKDEF_INVALID, CONTAINER_NOT_FOUND
 */
export function taskDefinitionTemplate(
  document: unknown,
  placeholders: readonly Placeholder[],
): TaskDefinitionTemplate {
  const { request, notes } = toRegisterRequest(document, { draft: true });
  const filled = placeholders.flatMap(({ containers }) => containers);
  checkContainers(request, filled);
  // The other containers are registered as they stand.
  const others = (request.containerDefinitions ?? []).filter(({ name }) => !filled.includes(name ?? ''));
  const problems = [
    ...unresolvedImages({ containerDefinitions: others }),
    ...namesInBoth(request as unknown as Plain),
  ];
  if (problems.length > 0) throw invalidTaskDefinition(problems);
  let edited = request;
  for (const { name, containers } of placeholders) {
    for (const container of containers) {
      edited = withContainer(edited, container, (one) => ({ ...one, image: `<${name}>` }));
    }
  }
  return { text: `${JSON.stringify(edited, undefined, 2)}\n`, containers: containerNames(request), notes };
}
