import type { ContainerImage } from '@aws-sdk/client-ecs';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { proveImages } from './running-images.ts';

const one = `sha256:${'1'.repeat(64)}`;
const two = `sha256:${'2'.repeat(64)}`;
const web = `registry.example/web@${one}`;
const prove = (images: Record<string, string>, containerImages?: ContainerImage[]) =>
  proveImages(
    { ...(containerImages && { containerImages }) },
    { containerDefinitions: Object.entries(images).map(([name, image]) => ({ name, image })) },
  );

test('the image that was pushed runs: ECS resolved each container to the digest of its task definition', () => {
  const told = [
    { containerName: 'proxy', image: 'registry.example/proxy', imageDigest: two },
    { containerName: 'web', image: web, imageDigest: one },
  ];
  expect(prove({ web, proxy: `registry.example/proxy:1@${two}` }, told)).toEqual({
    proven: [
      { container: 'web', image: web, pushed: one, resolved: one },
      { container: 'proxy', image: `registry.example/proxy:1@${two}`, pushed: two, resolved: two },
    ],
    mismatched: [],
    unknown: [],
  });
});

test('another image runs: the container, the image it should run and the one it runs are named', () => {
  expect(prove({ web }, [{ containerName: 'web', image: web, imageDigest: two }])).toEqual({
    proven: [],
    mismatched: [{ container: 'web', image: web, pushed: one, resolved: two }],
    unknown: [],
  });
});

test('a digest that ECS tells within the image alone counts', () => {
  expect(prove({ web }, [{ containerName: 'web', image: web }]).proven).toHaveLength(1);
});

test.each<[string, Record<string, string>, ContainerImage[] | undefined, object]>([
  [
    'an image named by tag',
    { web: 'registry.example/web:1' },
    [{ containerName: 'web', imageDigest: one }],
    { container: 'web', image: 'registry.example/web:1', resolved: one },
  ],
  [
    'a container of which ECS tells nothing (versionConsistency off)',
    { web },
    [{ containerName: 'other', imageDigest: one }],
    { container: 'web', image: web, pushed: one },
  ],
  ['a revision without images', { web }, undefined, { container: 'web', image: web, pushed: one }],
])('neither proven nor disproven: %s', (_, images, told, unknown) => {
  expect(prove(images, told)).toEqual({ proven: [], mismatched: [], unknown: [unknown] });
});

test('no containers prove nothing', () => {
  expect(proveImages({}, {})).toEqual({ proven: [], mismatched: [], unknown: [] });
});

test('whatever ECS tells, a container is proven exactly when it is told with its own digest', () => {
  const digest = fc.constantFrom(one, two);
  const containers = fc.uniqueArray(
    fc.record({ name: fc.constantFrom('a', 'b', 'c'), asked: digest, told: fc.option(digest) }),
    { minLength: 1, selector: ({ name }) => name },
  );
  fc.assert(
    fc.property(containers, (list) => {
      const proof = prove(
        Object.fromEntries(list.map(({ name, asked }) => [name, `r.example/${name}@${asked}`])),
        list.flatMap(({ name, told }) => (told ? [{ containerName: name, imageDigest: told }] : [])),
      );
      expect(proof.proven).toHaveLength(list.filter(({ asked, told }) => asked === told).length);
      expect(proof.mismatched).toHaveLength(list.filter(({ asked, told }) => told && told !== asked).length);
      expect(proof.unknown).toHaveLength(list.filter(({ told }) => !told).length);
    }),
  );
});
