import { expect, test } from '@jest/globals';
import { LandfallError } from '../../errors/landfall-error.ts';
import type { World } from '../../world/world.ts';
import type { Target } from '../service/read-service-targets.ts';
import type { DeploymentController } from './controller.ts';
import { controllerOf, withControllers } from './controllers.ts';
import { ecs } from './ecs/controller.ts';

const service = (name: string, type?: string): Target => ({
  cluster: 'main',
  name,
  service: { serviceName: name, ...(type && { deploymentController: { type: type as 'ECS' } }) },
});
const given = {
  waitUntil: 'completed',
  codedeployApplication: undefined,
  codedeployDeploymentGroup: undefined,
} as const;
const untouched = {} as World;

/** One that deploys nothing: a folder of its own would export this, and the list of controllers name it. */
const fourth = {
  checkWaitUntil(name, until) {
    if (until === 'paused') throw new LandfallError('INPUT_INVALID', { summary: `${name} never pauses` });
  },
  prepare: async (services) => services.map(({ target }) => ({ ...target, withTags: true })),
} as Partial<DeploymentController> as DeploymentController;
const known = { FOURTH: async () => fourth };

test('a fourth controller is one line: its services are prepared by it, in the order that was given', async () => {
  const targets = [service('web', 'FOURTH'), service('api', 'FOURTH')];
  const services = targets.map((target) => ({ target }));
  expect(await withControllers(services, given, untouched, known)).toEqual(
    targets.map((target) => ({ target: { ...target, withTags: true }, controller: fourth })),
  );
});

test('a wait condition that a controller never reaches is refused before it prepares anything', async () => {
  const paused = { ...given, waitUntil: 'paused' } as const;
  await expect(
    withControllers([{ target: service('web', 'FOURTH') }], paused, untouched, known),
  ).rejects.toMatchObject({ code: 'INPUT_INVALID', summary: 'web never pauses' });
});

test('a service without a named controller is deployed by ECS itself', async () => {
  expect(await controllerOf(service('web'))()).toBe(ecs);
});

test('a controller that is not listed is refused by name', () => {
  expect(() => controllerOf(service('web', 'FOURTH'))).toThrow(
    expect.objectContaining({ code: 'CONTROLLER_UNSUPPORTED' }),
  );
});
