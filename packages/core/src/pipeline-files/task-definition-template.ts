import { checkContainers, containerNames, withContainer } from '../task-definition/parse/containers.ts';
import { unresolvedImages } from '../task-definition/parse/images.ts';
import { toRegisterRequest } from '../task-definition/parse/parse.ts';
import type { Plain } from '../task-definition/parse/plain.ts';
import { invalidTaskDefinition } from '../task-definition/parse/problems.ts';
import { namesInBoth } from '../task-definition/parse/rules.ts';
import type { ContainerImage } from './image-definitions.ts';

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
  // The other containers are registered as they are.
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

/** CodeDeployToECS takes Image1ArtifactName to Image4ArtifactName. */
export const mostPlaceholders = 4;

/** One image of a pipeline: its name between angle brackets in `taskdef.json`, and the containers that run it. */
interface Placeholder {
  /** The value of `Image1ContainerName` and so on, without the brackets. */
  readonly name: string;
  readonly image: string;
  readonly containers: readonly string[];
}

/** One placeholder per image, not per container: CodePipeline hands each image over in an artifact of its own. */
export function placeholdersOf(
  images: readonly ContainerImage[],
  names: readonly string[] = [],
): readonly Placeholder[] {
  const distinct = [...new Set(images.map(({ image }) => image))];
  return distinct.map((image, at) => ({
    name: names[at] ?? `IMAGE${at + 1}_NAME`,
    image,
    containers: images.filter((one) => one.image === image).map(({ container }) => container),
  }));
}
