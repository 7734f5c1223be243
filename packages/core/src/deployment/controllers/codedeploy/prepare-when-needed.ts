import type { WantedTaskDefinition } from '../../../task-definition/load/wanted-task-definition.ts';
import type { World } from '../../../world/world.ts';
import type { ControllerValues } from '../../inputs/codedeploy-controller-values.ts';
import type { Target } from '../../service/read-service-targets.ts';
import { checkUntil } from '../check-wait-until.ts';

/** What CodeDeploy needs is loaded and read only when a service of the run has its controller. */
export async function prepareControllers(
  targets: readonly Target[],
  wanted: readonly WantedTaskDefinition[],
  given: ControllerValues,
  world: World,
): Promise<readonly Target[]> {
  for (const target of targets) checkUntil(target, given.waitUntil);
  if (targets.every(({ service }) => service.deploymentController?.type !== 'CODE_DEPLOY')) return targets;
  const { prepare } = await import('./prepare.ts');
  return prepare(targets, wanted, given, world);
}
