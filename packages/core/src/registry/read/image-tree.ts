import { LandfallError } from '../../errors/landfall-error.ts';
import { nameOf } from '../../image/reference/image-reference.ts';
import type { Descriptor, Manifest, Registry, RegistryTarget, RepositoryName } from '../../world/registry.ts';
import { bounded } from './bounded.ts';
import { contentOf } from './manifest-content.ts';

/** An image with all that it names: platforms, attestations, configurations, layers. */
export interface ImageTree {
  readonly root: Manifest;
  /** From the leaves up, each once; the root is the last. */
  readonly manifests: readonly Manifest[];
  /** Each once. Of layers that are available elsewhere, those that the source holds itself. */
  readonly blobs: readonly Descriptor[];
}

/** Questions on their way at once. */
const atOnce = 4;
/** In practice nothing is nested deeper than an index of indexes. */
const deepest = 4;
/** Bytes of all manifests of an image together: they are held in memory, and those of a real one are some kilobytes. */
const mostBytes = 64 * 1024 * 1024;

/** @throws NOT_FOUND when the repository has no such image */
export async function readManifest(
  registry: Registry,
  target: RegistryTarget,
  signal: AbortSignal,
): Promise<Manifest> {
  const manifest = await registry.manifest(target, { signal });
  if (manifest) return manifest;
  throw new LandfallError('NOT_FOUND', {
    summary: `${nameOf(target)} has no image ${target.reference}`,
    remedy: 'Check the name and the tag or digest of the source.',
  });
}

/**
 * Reads the manifests of an image. What the source no longer holds is taken from `other`, where that holds it.
 * @throws NOT_FOUND when the source has no such image, or neither has a part of it, RESPONSE_INVALID
 */
export async function readTree(
  registry: Registry,
  from: RegistryTarget,
  signal: AbortSignal,
  other?: RepositoryName,
): Promise<ImageTree> {
  const root = await readManifest(registry, from, signal);
  const manifests = new Map<string, Manifest>();
  const blobs = new Map<string, Descriptor>();
  const foreign = new Map<string, Descriptor>();
  let bytes = 0;
  const child = async (index: Manifest, { digest }: Descriptor): Promise<Manifest> => {
    const held = await registry.manifest({ ...from, reference: digest }, { signal });
    if (held) return held;
    const there = other && { ...other, reference: digest };
    const left =
      there && (await registry.head(there, { signal })) && (await registry.manifest(there, { signal }));
    if (left) return left;
    throw incomplete(from, digest, index.digest);
  };
  const visit = async (manifest: Manifest, depth: number): Promise<void> => {
    if (manifests.has(manifest.digest)) return;
    bytes += manifest.size;
    if (depth > deepest || bytes > mostBytes) {
      throw new LandfallError('RESPONSE_INVALID', {
        summary:
          depth > deepest
            ? `${nameOf(from)} nests indexes deeper than ${deepest}`
            : `${nameOf(from)} has manifests of more than ${mostBytes} bytes for ${root.digest}`,
      });
    }
    const content = contentOf(manifest);
    for (const entry of content.manifests)
      if (!manifests.has(entry.digest)) await visit(await child(manifest, entry), depth + 1);
    for (const blob of content.blobs) blobs.set(blob.digest, blob);
    for (const blob of content.foreign) foreign.set(blob.digest, blob);
    manifests.set(manifest.digest, manifest);
  };
  await visit(root, 1);
  const undecided = [...foreign.values()].filter(({ digest }) => !blobs.has(digest));
  const held = await bounded({ most: atOnce, signal }, undecided, ({ digest, size }, stopped) =>
    registry.hasBlob({ ...from, reference: digest }, { signal: stopped, size }),
  );
  return {
    root,
    manifests: [...manifests.values()],
    blobs: [...blobs.values(), ...undecided.filter((_, index) => held[index])],
  };
}

/** Some registries take an index of which they hold some platforms only. */
export const incomplete = (from: RepositoryName, missing: string, named: string) =>
  new LandfallError('NOT_FOUND', {
    summary: `${nameOf(from)} does not hold ${missing}, which ${named} references`,
    remedy:
      'The repository holds only part of this image: promote it from where it is complete, or push it again.',
  });

/**
 * A part of an image that the repository does not hold, checking each by its digest; undefined when
 * it has all.
 */
export async function missingPart(
  registry: Registry,
  name: RepositoryName,
  { manifests, blobs }: ImageTree,
  signal: AbortSignal,
): Promise<string | undefined> {
  // Manifests are read, because a HEAD may succeed where a pull fails. The root comes first.
  const parts = [
    ...manifests.toReversed().map(({ digest, size }) => ({ digest, size, ask: registry.manifest })),
    ...blobs.map(({ digest, size }) => ({ digest, size, ask: registry.hasBlob })),
  ];
  const held = await bounded({ most: atOnce, signal }, parts, async ({ digest, size, ask }, stopped) =>
    Boolean(await ask({ ...name, reference: digest }, { signal: stopped, size })),
  );
  return parts.find((_, index) => !held[index])?.digest;
}
