import type { ContainerImage } from './image-definitions.ts';

/** CodeDeployToECS takes Image1ArtifactName to Image4ArtifactName. */
export const mostPlaceholders = 4;

/** One image of a pipeline: its name between angle brackets in `taskdef.json`, and the containers that run it. */
export interface Placeholder {
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
