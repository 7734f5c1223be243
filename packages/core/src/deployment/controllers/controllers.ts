import { LandfallError } from '../../errors/landfall-error.ts';
import type { WantedTaskDefinition } from '../../task-definition/load/wanted-task-definition.ts';
import type { World } from '../../world/world.ts';
import type { ControllerValues } from '../inputs/codedeploy-inputs.ts';
import type { Target } from '../service/read-service-targets.ts';
import type { Controlled, DeploymentController } from './controller.ts';

type Controllers = Readonly<Record<string, () => Promise<DeploymentController>>>;

/** By ECS's name of the controller. A new one is a folder and a line here. */
const controllers: Controllers = {
  ECS: async () => (await import('./ecs/controller.ts')).ecs,
  CODE_DEPLOY: async () => (await import('./codedeploy/controller.ts')).codeDeploy,
  EXTERNAL: async () => (await import('./external/controller.ts')).external,
};

/** @throws CONTROLLER_UNSUPPORTED */
export function checkController(
  { cluster, name, service }: Target,
  known: Controllers = controllers,
): string {
  const controller = service.deploymentController?.type ?? 'ECS';
  if (Object.hasOwn(known, controller)) return controller;
  throw new LandfallError('CONTROLLER_UNSUPPORTED', {
    summary: `service ${name} is deployed by the ${controller} controller, which this version does not support`,
    facts: { cluster, service: name, controller },
  });
}

/**
 * Who deploys each service, with what that has to know, read and checked before any effect.
 * @param wanted the task definitions to deploy, where there are any
 * @throws CONTROLLER_UNSUPPORTED, INPUT_INVALID, NOT_FOUND …
 */
export async function withControllers(
  targets: readonly Target[],
  wanted: readonly WantedTaskDefinition[],
  given: ControllerValues,
  world: World,
  known: Controllers = controllers,
): Promise<readonly Controlled[]> {
  const types = targets.map((target) => checkController(target, known));
  const until = given.waitForServiceStability === false ? 'started' : given.waitUntil;
  const found = new Map<string, Controlled>();
  for (const type of new Set(types)) {
    const controller = await known[type]!();
    const indexes = [...targets.keys()].filter((index) => types[index] === type);
    const own = indexes.map((index) => targets[index]!);
    if (until !== 'completed') for (const { name } of own) controller.checkWaitUntil(name, until);
    const sources = indexes.map((index) => wanted[index]);
    const prepared = controller.prepare ? await controller.prepare(own, sources, given, world) : own;
    for (const target of prepared) found.set(target.name, { target, controller });
  }
  return targets.map(({ name }) => found.get(name)!);
}
