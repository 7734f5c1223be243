import type { Service } from '@aws-sdk/client-ecs';
import { LandfallError } from '../errors/landfall-error.ts';
import { near } from '../inputs/near.ts';

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

/** What would make a later stage of CodePipeline fail, as far as the service tells now. */
export function pipelineWarnings(
  service: Pick<Service, 'serviceName' | 'deploymentController'>,
  running: { readonly name: string; readonly containers: readonly string[] },
  wanted: { readonly containers: readonly string[]; readonly blueGreen: boolean },
): string[] {
  const name = service.serviceName ?? '';
  const warnings = wanted.containers
    .filter((container) => !running.containers.includes(container))
    .map(
      (container) =>
        `service ${name} runs ${running.name}, which has no container ${container}${near(container, running.containers)}; the Amazon ECS action of CodePipeline would fail, because it changes the images of that revision only (it has ${running.containers.join(', ')})`,
    );
  // Not how Landfall deploys, which is chosen in deployment/controllers, but which action of CodePipeline can.
  const controller = service.deploymentController?.type ?? 'ECS';
  if (controller === 'CODE_DEPLOY' && !wanted.blueGreen) {
    warnings.push(
      `service ${name} is deployed by CodeDeploy: the Amazon ECS action of CodePipeline cannot update it; the blue/green action needs image-detail, task-definition and an AppSpec`,
    );
  }
  if (controller !== 'CODE_DEPLOY' && wanted.blueGreen) {
    warnings.push(
      `service ${name} is not deployed by CodeDeploy but by the ${controller} controller: the blue/green action of CodePipeline cannot update it`,
    );
  }
  return warnings;
}
