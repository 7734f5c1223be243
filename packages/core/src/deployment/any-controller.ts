import type { World } from '../world/world.ts';
import type { CodeDeployValues } from './code-deploy/inputs.ts';
import { openService } from './one-service.ts';
import type { Run } from './run.ts';
import type { Target } from './target.ts';
import type { WaitUntil } from './terms.ts';
import { checkUntil } from './until.ts';

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
  const { readGroup } = await import('./code-deploy/group.ts');
  const codeDeploy = await readGroup(await world.aws.codeDeploy(), target, given, undefined, {
    signal: world.host.cancellation,
  });
  return { run, target: { ...target, codeDeploy } };
}
