import { LandfallError } from '../../errors/landfall-error.ts';
import type { WantedTaskDefinition } from '../../task-definition/wanted.ts';
import type { World } from '../../world/world.ts';
import type { Target } from '../target.ts';
import type { WaitUntil } from '../terms.ts';
import type { CodeDeployValues } from './inputs.ts';

export interface ControllerValues extends CodeDeployValues {
  readonly waitUntil: WaitUntil | 'started';
  readonly enableExecuteCommand: boolean | undefined;
}

/** What CodeDeploy needs is loaded and read only when a service of the run has its controller. */
export async function prepareControllers(
  targets: readonly Target[],
  wanted: readonly WantedTaskDefinition[],
  given: ControllerValues,
  world: World,
): Promise<readonly Target[]> {
  const { waitUntil } = given;
  const other = targets.find(({ service }) => service.deploymentController?.type !== 'CODE_DEPLOY');
  if (other && typeof waitUntil === 'object' && 'event' in waitUntil) {
    throw new LandfallError('INPUT_INVALID', {
      summary: `wait-until codedeploy:${waitUntil.event}: ${other.name} is not deployed by CodeDeploy`,
      remedy: 'Use `stage:<STAGE>`, `traffic-shifted` or `completed`.',
    });
  }
  if (targets.every(({ service }) => service.deploymentController?.type !== 'CODE_DEPLOY')) return targets;
  const { prepare } = await import('./prepare.ts');
  return prepare(targets, wanted, given, world);
}
