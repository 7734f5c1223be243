/** `build-push` with an engine that always builds the same image, and a registry in memory. */
import { runReported } from '@landfall/report/run-reported';
import { buildPush } from '../operations/build-push.ts';
import type { Builder, Docker } from '../world/docker.ts';
import type { Manifest, Registry, RegistryTarget } from '../world/registry.ts';
import { type FakeWorld, type FakeWorldOptions, fakeWorld } from './fake-world.ts';

export const registry = '012345678901.dkr.ecr.eu-west-1.amazonaws.com';
export const sha = '0123456789abcdef0123456789abcdef01234567';
/** Of the image that is built: its id in the engine, and its digest in the registry. */
export const imageId = `sha256:${'1'.repeat(64)}`;
export const digest = `sha256:${'a'.repeat(64)}`;
export const other = `sha256:${'b'.repeat(64)}`;

export const encoded = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

/** A manifest of this content under any digest: that of a real one is made of its bytes. */
export const manifestWith = (content: object, its: string): Manifest => {
  const bytes = encoded({ schemaVersion: 2, ...content });
  return { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: its, size: bytes.length, bytes };
};

const configType = 'application/vnd.oci.image.config.v1+json';
export const manifestOf = (config: string, its = digest): Manifest =>
  manifestWith({ config: { mediaType: configType, digest: config, size: 1 }, layers: [] }, its);

/** What one repository holds, by tag and by digest. A blob is there unless `gone <digest>` is. */
export type RegistryContent = Map<string, Manifest>;

export interface BuildFixture extends Omit<FakeWorldOptions, 'docker'> {
  readonly docker?: Partial<Docker>;
  readonly builder?: Partial<Builder>;
  /** What the registry holds before the build, by tag or digest. */
  readonly held?: Readonly<Record<string, Manifest>>;
  /** Configurations, by digest. */
  readonly blobs?: Readonly<Record<string, Uint8Array>>;
  /** Happens before a tag is pushed or put: it may refuse it. */
  readonly onPush?: (tag: string, held: RegistryContent) => void;
  /** Happens when it was. */
  readonly afterPush?: (tag: string, held: RegistryContent) => void;
  /** Stands before every read of a manifest. */
  readonly onRead?: (reference: string, held: RegistryContent) => void;
}

/** A world in which everything goes well, unless the fixture says otherwise. */
export async function buildIn(fixture: BuildFixture = {}) {
  const { docker, builder, held = {}, blobs = {}, onPush, afterPush, onRead, ...options } = fixture;
  const puts: RegistryTarget[] = [];
  const store: RegistryContent = new Map(Object.entries(held));
  const take = (tag: string, manifest: Manifest) => {
    onPush?.(tag, store);
    store.set(manifest.digest, manifest).set(tag, manifest).delete(`gone ${imageId}`);
    afterPush?.(tag, store);
  };
  const read: Registry['manifest'] = async ({ reference }) => {
    onRead?.(reference, store);
    return store.get(reference);
  };
  const api = {
    head: read,
    manifest: read,
    blob: async ({ reference }) => blobs[reference],
    hasBlob: async ({ reference }) => !store.has(`gone ${reference}`),
    putManifest: async (target, manifest) => {
      puts.push(target);
      take(target.reference, manifest);
      return manifest.digest;
    },
  } as Partial<Registry> as Registry;
  const world = fakeWorld({
    commit: {
      sha,
      checkedOutSha: 'f'.repeat(40),
      sourceUrl: 'https://github.com/o/web',
      committedAt: '2029-12-31T00:00:00Z',
    },
    files: { Dockerfile: 'FROM scratch\n' },
    ...options,
    inputs: { registry, repository: 'team/web', ...options.inputs },
    docker: {
      chooseBuilder: async () => ({ kind: 'buildkit', description: 'BuildKit', loads: true, ...builder }),
      build: async () => ({ builder: 'buildkit', imageId, metadata: {} }),
      tag: async () => {},
      push: async ({ reference }) => {
        take(reference.split(':').at(-1)!, manifestOf(imageId));
        return { digest };
      },
      ...docker,
    },
    registry: async () => api,
  });
  const result = await runReported(buildPush, world);
  return { world, puts, held: store, result };
}

/** The tags of the registry, each with the digest that it names. */
export const tagsOf = (held: RegistryContent) =>
  Object.fromEntries(
    [...held].filter(([name]) => !/[: ]/.test(name)).map(([name, { digest: its }]) => [name, its]),
  );

export const steps = (world: FakeWorld) => world.requests.map(({ operation, input }) => [operation, input]);
export const warnings = (world: FakeWorld) => world.host.lines.filter((line) => line.startsWith('warning: '));
