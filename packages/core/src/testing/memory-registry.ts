import { createHash } from 'node:crypto';
import { LandfallError } from '../errors/landfall-error.ts';
import type { Descriptor, Manifest, Registry, RepositoryName } from '../world/registry.ts';

export interface MemoryRepository {
  /** By digest. */
  readonly manifests: Map<string, Manifest>;
  /** The digest that each names. */
  readonly tags: Map<string, string>;
  /** By digest, with their size. */
  readonly blobs: Map<string, number>;
}

export interface MemoryRegistries extends Registry {
  /** Created on first use: `registry.example/team/web`. */
  at(name: string): MemoryRepository;
  /** Puts an image of these blobs, or an index of these manifests, under a tag or its digest alone. */
  put(
    name: string,
    content: {
      readonly blobs?: readonly string[];
      readonly of?: readonly Descriptor[];
      readonly beside?: object;
    },
    tag?: string,
  ): Manifest;
}

interface MemoryOptions {
  /** Names that stand for another registry: `{ 'alias.example': 'one.example' }`. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** What others do, before each request: `putManifest two.example/web:live`. */
  readonly before?: (request: string, registries: MemoryRegistries) => void;
}

export const digestOf = (content: Uint8Array | string) =>
  `sha256:${createHash('sha256').update(content).digest('hex')}`;

const indexType = 'application/vnd.oci.image.index.v1+json';
const imageType = 'application/vnd.oci.image.manifest.v1+json';

/** Registries in memory that take and give whatever is asked of them, as the ports of the core see them. */
export function memoryRegistries({ aliases = {}, before }: MemoryOptions = {}): MemoryRegistries {
  const repositories = new Map<string, MemoryRepository>();
  const at = (name: string) => {
    const [host = '', ...path] = name.split('/');
    const key = [aliases[host] ?? host, ...path].join('/');
    const found = repositories.get(key) ?? { manifests: new Map(), tags: new Map(), blobs: new Map() };
    repositories.set(key, found);
    return found;
  };
  const of = ({ registry, repository }: RepositoryName) => at(`${registry}/${repository}`);
  const asked = (method: string, name: RepositoryName & { readonly reference: string }) => {
    const mark = name.reference.includes(':') ? '@' : ':';
    before?.(`${method} ${name.registry}/${name.repository}${mark}${name.reference}`, registries);
    return of(name);
  };
  const find = ({ tags, manifests }: MemoryRepository, reference: string) =>
    manifests.get(tags.get(reference) ?? reference);
  const registries: MemoryRegistries = {
    at,
    put(name, { blobs = [], of: manifests, beside = {} }, tag) {
      const described = blobs.map((content) => ({
        mediaType: 'application/octet-stream',
        digest: digestOf(content),
        size: content.length,
      }));
      const mediaType = manifests ? indexType : imageType;
      const [config, ...layers] = described;
      const text = JSON.stringify({
        schemaVersion: 2,
        mediaType,
        ...(manifests ? { manifests } : { config, layers }),
        ...beside,
      });
      const bytes = new TextEncoder().encode(text);
      const manifest = { mediaType, digest: digestOf(text), size: bytes.length, bytes };
      for (const { digest, size } of described) at(name).blobs.set(digest, size);
      at(name).manifests.set(manifest.digest, manifest);
      if (tag !== undefined) at(name).tags.set(tag, manifest.digest);
      return manifest;
    },
    head: async (name) => find(asked('head', name), name.reference),
    manifest: async (name) => find(asked('manifest', name), name.reference),
    async putManifest(name, manifest) {
      const repository = asked('putManifest', name);
      repository.manifests.set(manifest.digest, manifest);
      if (name.reference !== manifest.digest) repository.tags.set(name.reference, manifest.digest);
      return manifest.digest;
    },
    referrers: async (name) => {
      asked('referrers', name);
      return [];
    },
    hasBlob: async (name) => asked('hasBlob', name).blobs.has(name.reference),
    blob: async (name) => {
      asked('blob', name);
      return undefined;
    },
    async copyBlob({ from, to, digest, size, onBytes }) {
      const target = asked('copyBlob', { ...to, reference: digest });
      if (target.blobs.has(digest)) return 'present';
      if (!of(from).blobs.has(digest))
        throw new LandfallError('NOT_FOUND', { summary: `${from.repository} has no blob ${digest}` });
      target.blobs.set(digest, size);
      onBytes?.(size);
      return 'copied';
    },
  };
  return registries;
}
