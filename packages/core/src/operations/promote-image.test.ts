import { expect, test } from '@jest/globals';
import { execute } from '../operation/execute.ts';
import type { Operation } from '../operation/operation.ts';
import { fakeWorld } from '../testing/fake-world.ts';
import type { Registry, RegistryTarget } from '../world/registry.ts';
import { promoteImage } from './promote-image.ts';

test.each([
  ['docker.io/nginx:1.27', 'library/nginx'],
  ['docker.io/grafana/grafana:11.2.0', 'grafana/grafana'],
])('of Docker Hub %s is read as %s', async (source, repository) => {
  const asked: RegistryTarget[] = [];
  const registry = {
    manifest: async (target) => {
      asked.push(target);
      return undefined;
    },
  } as Partial<Registry> as Registry;
  const world = fakeWorld({
    inputs: { source, target: 'r.example/mirror' },
    docker: { registry: async () => registry },
  });
  const { error } = await execute(promoteImage as unknown as Operation, world);
  const reference = source.split(':')[1]!;
  expect(asked).toEqual([{ registry: 'docker.io', repository, reference }]);
  expect(error).toMatchObject({
    code: 'NOT_FOUND',
    summary: `docker.io/${repository} has no image ${reference}`,
  });
});
