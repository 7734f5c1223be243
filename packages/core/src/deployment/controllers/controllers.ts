import { LandfallError } from '../../errors/landfall-error.ts';
import type { World } from '../../world/world.ts';
import type { ControllerValues } from '../inputs/codedeploy-inputs.ts';
import type { Target } from '../service/read-service-targets.ts';
import type { Controlled, DeploymentController, ServiceOfRun } from './controller.ts';

type Controllers = Readonly<Record<string, () => Promise<DeploymentController>>>;

/** By ECS's name of the controller. A new one is a folder and a line here. */
const controllers: Controllers = {
  ECS: async () => (await import('./ecs/controller.ts')).ecs,
  CODE_DEPLOY: async () => (await import('./codedeploy/controller.ts')).codeDeploy,
  EXTERNAL: async () => (await import('./external/controller.ts')).external,
};

/** @throws CONTROLLER_UNSUPPORTED */
export function controllerOf(
  { cluster, name, service }: Target,
  known: Controllers = controllers,
): () => Promise<DeploymentController> {
  const controller = service.deploymentController?.type ?? 'ECS';
  const open = Object.hasOwn(known, controller) ? known[controller] : undefined;
  if (open) return open;
  throw new LandfallError('CONTROLLER_UNSUPPORTED', {
    summary: `service ${name} is deployed by the ${controller} controller, which this version does not support`,
    facts: { cluster, service: name, controller },
  });
}

/**
 * Who deploys each service, with what that has to know, read and checked before any effect.
 * @throws CONTROLLER_UNSUPPORTED, INPUT_INVALID, NOT_FOUND …
 */
export async function withControllers<S extends ServiceOfRun>(
  services: readonly S[],
  given: ControllerValues,
  world: World,
  known: Controllers = controllers,
): Promise<readonly (S & Controlled)[]> {
  const until = given.waitForServiceStability === false ? 'started' : given.waitUntil;
  const found = new Map<string, Controlled>();
  for (const [open, own] of Map.groupBy(services, ({ target }) => controllerOf(target, known))) {
    const controller = await open();
    const targets = own.map(({ target }) => target);
    if (until !== 'completed') for (const { name } of targets) controller.checkWaitUntil(name, until);
    const prepared = controller.prepare ? await controller.prepare(own, given, world) : targets;
    for (const target of prepared) found.set(target.name, { target, controller });
  }
  return services.flatMap((one) => {
    const controlled = found.get(one.target.name);
    return controlled ? [{ ...one, ...controlled }] : [];
  });
}
