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

test.each([
  ['goes with its last tag is said to be gone', undefined],
  ['stays under another tag', 'keep'],
])('a moved image that %s', async (_, other) => {
  const bytes = new TextEncoder().encode('{"schemaVersion":2}');
  const digest = `sha256:${'a'.repeat(64)}`;
  const manifest = { mediaType: 'm', digest, size: bytes.length, bytes };
  const tags = new Set(['v1', ...(other ? [other] : [])]);
  const held = async ({ registry, reference }: RegistryTarget) =>
    registry === 'r.example' || (reference === digest ? tags.size > 0 : tags.has(reference))
      ? manifest
      : undefined;
  const registry = {
    head: held,
    manifest: held,
    referrers: async () => [],
    deleteTag: async ({ reference }) => void tags.delete(reference),
  } as Partial<Registry> as Registry;
  const world = fakeWorld({
    inputs: { source: 'one.example/web:v1', target: 'r.example/web', move: 'true', referrers: 'false' },
    docker: { registry: async () => registry },
  });
  const { error } = await execute(promoteImage as unknown as Operation, world);
  expect(error).toBeUndefined();
  expect(world.host.lines).toEqual([
    `info: r.example/web held ${digest} already`,
    `info: r.example/web:v1 was already ${digest}`,
    'info: one.example/web:v1 is taken away',
    ...(other
      ? []
      : [
          `notice: one.example/web holds ${digest} no longer, because it had no other tag: tasks that name it there can be started no more`,
        ]),
  ]);
});
