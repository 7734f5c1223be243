import { LandfallError } from '../errors/landfall-error.ts';

/** A container and the image it gets. */
export interface ContainerImage {
  readonly container: string;
  readonly image: string;
}

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html: "Maximum size of the image definitions JSON file". */
const mostBytes = 100 * 1024;

/**
 * `imagedefinitions.json` for the Amazon ECS action of CodePipeline: a list of exactly `name` and `imageUri`.
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/file-reference.html
 * @throws INPUT_INVALID above 100 KB
 */
export function imageDefinitions(images: readonly ContainerImage[], fileName: string): string {
  const list = images.map(({ container, image }) => ({ name: container, imageUri: image }));
  const text = `${JSON.stringify(list, undefined, 2)}\n`;
  const bytes = Buffer.byteLength(text);
  if (bytes > mostBytes) {
    throw new LandfallError('INPUT_INVALID', {
      summary: `${fileName} would have ${bytes} bytes; CodePipeline reads at most ${mostBytes}`,
      facts: { bytes, limit: mostBytes },
    });
  }
  return text;
}

/** `imageDetail.json` for the Amazon ECS (blue/green) action: one image, under a key with a capital `ImageURI`. */
export const imageDetail = (image: string): string =>
  `${JSON.stringify({ ImageURI: image }, undefined, 2)}\n`;
