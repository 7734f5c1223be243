import { describe, expect, test } from '@jest/globals';
import { runReported } from '@landfall/report/run-reported';
import { type FakeWorldOptions, fakeWorld } from '../testing/fake-world.ts';
import type { BuildRequest } from '../world/docker.ts';
import type { Registry, RegistryTarget } from '../world/registry.ts';
import { buildPush } from './build-push.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const imageId = `sha256:${'1'.repeat(64)}`;
const old = `sha256:${'2'.repeat(64)}`;
const now = `sha256:${'3'.repeat(64)}`;
const encode = (value: object) => new TextEncoder().encode(JSON.stringify(value));

interface Fixture extends FakeWorldOptions {
  /** The base image that the registry's own image was built on. */
  readonly builtOn?: string;
  readonly log?: readonly string[];
  readonly kind?: 'buildkit' | 'classic';
}
const run = async ({ builtOn, log = [], kind = 'buildkit', ...options }: Fixture) => {
  const asked: RegistryTarget[] = [];
  const mediaType = 'application/vnd.oci.image.config.v1+json';
  const bytes = encode({ schemaVersion: 2, config: { mediaType, digest: imageId, size: 1 } });
  let held = builtOn !== undefined;
  const registry = {
    head: async (target) => {
      asked.push(target);
      return target.reference === 'gone' ? undefined : { mediaType: 'm', digest: now, size: 1 };
    },
    manifest: async () => (held ? { mediaType: 'm', digest, size: bytes.length, bytes } : undefined),
    hasBlob: async () => true,
    blob: async () =>
      encode({
        ...{ os: 'linux', architecture: 'amd64' },
        config: { Labels: builtOn ? { 'org.opencontainers.image.base.digest': builtOn } : {} },
      }),
  } as Partial<Registry> as Registry;
  const world = fakeWorld({
    files: { Dockerfile: 'FROM scratch\n' },
    ...options,
    inputs: { repository: 'r.example/web', tags: 'v1', ...options.inputs },
    docker: {
      chooseBuilder: async () => ({ kind, description: 'BuildKit', loads: true }),
      build: async (_, given) => {
        for (const line of log) given?.output?.(line);
        return { builder: kind, imageId, metadata: {} };
      },
      tag: async () => {},
      push: async () => {
        held = true;
        return { digest };
      },
    },
    registry: async () => registry,
  });
  const result = await runReported(buildPush, world);
  const built = world.requests.find(({ operation }) => operation === 'docker:build');
  return { world, result, asked, request: built?.input as BuildRequest | undefined };
};
const notices = (lines: readonly string[]) => lines.filter((line) => line.startsWith('notice'));

describe('a base image', () => {
  test('is resolved once, pinned by digest as a build argument, and recorded as an output and in the labels', async () => {
    const { result, asked, request } = await run({ inputs: { 'base-image': 'BASE=node:24' } });
    expect(result.error).toBeUndefined();
    const pinned = `docker.io/library/node@${now}`;
    expect(JSON.parse(result.outputs['base-images']!)).toEqual({ BASE: pinned });
    expect(asked[0]).toEqual({ registry: 'docker.io', repository: 'library/node', reference: '24' });
    expect(request!.buildArgs).toEqual([{ name: 'BASE', value: pinned }]);
    expect(request!.labels).toEqual(
      expect.arrayContaining([
        { name: 'org.opencontainers.image.base.name', value: 'node:24' },
        { name: 'org.opencontainers.image.base.digest', value: now },
      ]),
    );
  });

  test('by the name that stands after FROM is replaced through a build context', async () => {
    const { request } = await run({ inputs: { 'base-image': `node:24=r.example/node@${old}` } });
    expect(request!.buildContexts).toEqual([
      { name: 'node:24', value: `docker-image://r.example/node@${old}` },
    ]);
  });

  test('with tag and digest stays at the digest, and the log says when the tag was re-pushed', async () => {
    const { world, request } = await run({ inputs: { 'base-image': `BASE=r.example/node:24@${old}` } });
    expect(request!.buildArgs).toEqual([{ name: 'BASE', value: `r.example/node@${old}` }]);
    expect(notices(world.host.lines)).toEqual([
      `notice: the base image r.example/node:24 (BASE) was re-pushed as ${now}; this build stays at ${old}`,
    ]);
  });

  test.each<[string, string, boolean, string[]]>([
    ['is the same', now, false, []],
    ['has moved', old, true, [`notice: the base image BASE changed from ${old} to ${now}: building again`]],
  ])('that %s decides, with skip-if-exists, whether to build again', async (_, builtOn, built, said) => {
    const inputs = { 'base-image': 'BASE=r.example/node:24', 'skip-if-exists': 'true' };
    const { world, result, request } = await run({ builtOn, inputs });
    expect(result.error).toBeUndefined();
    expect(request !== undefined).toBe(built);
    expect(notices(world.host.lines)).toEqual(said);
  });

  test('is not queried if the existing image lacks a platform: it is built', async () => {
    const inputs = { platforms: 'linux/amd64,linux/arm64', 'skip-if-exists': 'true' };
    const { world, request } = await run({ builtOn: now, inputs });
    expect(request).toBeDefined();
    expect(notices(world.host.lines)).toEqual([
      'notice: the existing image is for linux/amd64, not for linux/arm64: building again',
    ]);
  });

  test('returns NOT_FOUND before anything is built, if it does not exist', async () => {
    const { result, request } = await run({ inputs: { 'base-image': 'BASE=r.example/node:gone' } });
    expect(result.error).toMatchObject({
      code: 'NOT_FOUND',
      summary: 'the base image r.example/node:gone (BASE) does not exist',
    });
    expect(request).toBeUndefined();
  });

  test.each([
    ['BASE=node', 'base-image BASE must name a tag or a digest: "latest" is never assumed'],
    ['BASE=Node:24', 'base-image BASE must have a repository in lower case, got "Node"'],
  ])('%s is refused', async (given, summary) => {
    const { world, result } = await run({ inputs: { 'base-image': given } });
    expect(result.error).toMatchObject({ code: 'INPUT_INVALID', summary });
    expect(world.requests).toEqual([]);
  });
});

test('warnings about the Dockerfile become annotations of its lines, ten at most', async () => {
  const log = [' 12 warnings found (use docker --debug to expand):'].concat(
    Array.from({ length: 12 }, (_, at) => ` - FromAsCasing: casing ${at} (line ${at + 1})`),
  );
  const { world } = await run({ log });
  expect(world.host.annotations).toHaveLength(10);
  expect(world.host.annotations[0]).toEqual({
    level: 'warning',
    title: 'FromAsCasing',
    message: 'casing 0\nhttps://docs.docker.com/reference/build-checks/',
    file: 'Dockerfile',
    line: 1,
  });
});

test('the classic builder has no warnings: what looks like one was printed by a RUN', async () => {
  const log = [' 1 warning found (use docker --debug to expand):', ' - FromAsCasing: forged (line 1)'];
  const { world } = await run({ log, kind: 'classic' });
  expect(world.host.annotations).toEqual([]);
});
