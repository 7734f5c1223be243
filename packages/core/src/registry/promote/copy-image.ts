import { nameOf } from '../../image/reference/image-reference.ts';
import type { CopiedBlob, Registry, RegistryTarget, RepositoryName } from '../../world/registry.ts';
import { bounded } from '../read/bounded.ts';
import { type ImageTree, incomplete, missingPart, readTree } from '../read/image-tree.ts';

/** What became of the blobs of a promotion, over all its tries: one that was sent stays so, though it is there by then. */
export class BlobTally {
  readonly #how = new Map<string, CopiedBlob>();
  /** Bytes of blobs that went through this machine. */
  bytes = 0;
  /** Manifests that were put under their own digest. */
  manifests = 0;

  add(digest: string, how: CopiedBlob): void {
    if (how !== 'present' || !this.#how.has(digest)) this.#how.set(digest, how);
  }

  /** For the log; undefined when the target held everything. */
  line(): string | undefined {
    if (this.manifests === 0 && this.#count('present') === this.#how.size) return undefined;
    return `blobs: ${this.#count('copied')} copied (${this.bytes} bytes), ${this.#count('mounted')} mounted, ${this.#count('present')} already there`;
  }

  #count(how: CopiedBlob): number {
    return [...this.#how.values()].filter((one) => one === how).length;
  }
}

/** Blobs on their way at once. More would not be faster, and each holds a buffer and two connections. */
const blobsAtOnce = 4;

/**
 * Copies an image with all its platforms and attestations from one repository to another: blobs first, then
 * the manifests from the leaves up, each under its own digest, so that what is there is always whole. What
 * the target holds of it is not sent again, and everything that it names is checked: a root that is there
 * proves nothing. Within one repository there is nothing to copy, and the image must be whole.
 * @throws NOT_FOUND when the source has no such image or not all of it, and the codes of a push
 */
export async function copyImage(
  registry: Registry,
  from: RegistryTarget,
  to: RepositoryName,
  tally: BlobTally,
  signal: AbortSignal,
): Promise<ImageTree> {
  if (nameOf(from) === nameOf(to)) {
    const tree = await readTree(registry, from, signal);
    const missing = await missingPart(registry, from, tree, signal);
    if (missing !== undefined) throw incomplete(from, missing, tree.root.digest);
    return tree;
  }
  const tree = await readTree(registry, from, signal, to);
  await bounded({ most: blobsAtOnce, signal }, tree.blobs, async ({ digest, size }, stopped) => {
    const onBytes = (count: number) => {
      tally.bytes += count;
    };
    tally.add(digest, await registry.copyBlob({ from, to, digest, size, onBytes }, { signal: stopped }));
  });
  await putManifests(registry, to, tree, tally, signal);
  return tree;
}

/** Puts those manifests of an image into a repository that it does not hold. Their blobs must be there. */
export async function putManifests(
  registry: Registry,
  to: RepositoryName,
  { manifests }: ImageTree,
  tally: BlobTally,
  signal: AbortSignal,
): Promise<void> {
  for (const manifest of manifests) {
    const target = { ...to, reference: manifest.digest };
    if (await registry.head(target, { signal })) continue;
    await registry.putManifest(target, manifest, { signal });
    tally.manifests += 1;
  }
}
