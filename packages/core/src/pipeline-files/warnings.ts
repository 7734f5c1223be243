import type { Service } from '@aws-sdk/client-ecs';
import { near } from '../inputs/near.ts';

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
