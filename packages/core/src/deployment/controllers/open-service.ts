import type { CodeDeployValues } from '../../codedeploy/deployment-group.ts';
import type { World } from '../../world/world.ts';
import type { Run } from '../follow/run.ts';
import type { WaitUntil } from '../rollout/wait-conditions.ts';
import type { Target } from '../service/read-service-targets.ts';
import { checkUntil } from './check-wait-until.ts';
import { openService } from './open-ecs-service.ts';

interface Given extends CodeDeployValues {
  readonly service: string;
  readonly cluster: string;
  readonly allowedAccountIds: readonly string[] | undefined;
  readonly waitUntil: WaitUntil | 'started';
  readonly waitForServiceStability: boolean;
  /** Then the tags of the service are read, too. */
  readonly withTags?: boolean;
}

/**
 * A service whatever its controller, with what that needs, read and checked before any effect.
 * @throws NOT_FOUND, INPUT_INVALID, SERVICE_NOT_ACTIVE …
 */
export async function openServiceOfAny(given: Given, world: World): Promise<{ run: Run; target: Target }> {
  const controllers = ['CODE_DEPLOY', 'EXTERNAL'];
  const { run, target } = await openService({ ...given, controllers }, world);
  checkUntil(target, given.waitUntil);
  if (target.service.deploymentController?.type !== 'CODE_DEPLOY') return { run, target };
  const { readGroup } = await import('../../codedeploy/deployment-group.ts');
  const codeDeploy = await readGroup(await world.aws.codeDeploy(), target, given, undefined, {
    signal: world.host.cancellation,
  });
  return { run, target: { ...target, codeDeploy } };
}
