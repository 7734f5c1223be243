import { LandfallError } from '../errors/landfall-error.ts';
import { nameOf } from '../image/image-reference.ts';
import type { CopiedBlob, Manifest, Registry, RegistryTarget, RepositoryName } from '../world/registry.ts';
import { bounded } from './bounded.ts';
import { contentOf } from './manifest-content.ts';

/** What became of the blobs of a promotion, over all its tries: one that was sent stays so, though it is there by then. */
export class BlobTally {
  readonly #how = new Map<string, CopiedBlob>();
  /** Bytes of blobs that went through this machine. */
  bytes = 0;

  add(digest: string, how: CopiedBlob): void {
    if (how !== 'present' || !this.#how.has(digest)) this.#how.set(digest, how);
  }

  /** For the log; undefined when no blob was looked at, because all the manifests were there. */
  line(): string | undefined {
    if (this.#how.size === 0) return undefined;
    return `blobs: ${this.#count('copied')} copied (${this.bytes} bytes), ${this.#count('mounted')} mounted, ${this.#count('present')} already there`;
  }

  #count(how: CopiedBlob): number {
    return [...this.#how.values()].filter((one) => one === how).length;
  }
}

/** Blobs on their way at once. More would not be faster, and each holds a buffer and two connections. */
const blobsAtOnce = 4;
/** Deeper than an index of indexes nobody builds. */
const deepest = 4;

/**
 * Copies an image with all its platforms and attestations from one repository to another: blobs first, then the
 * manifests from the leaves up, each under its own digest, so that what is there is always whole.
 * @throws NOT_FOUND when the source has no such image, and the codes of a push
 */
export async function copyImage(
  registry: Registry,
  from: RegistryTarget,
  to: RepositoryName,
  tally: BlobTally,
  signal: AbortSignal,
): Promise<void> {
  const root = await readManifest(registry, from, signal);
  if (nameOf(from) === nameOf(to)) return;

  const seen = new Set<string>();
  const copy = async (manifest: Manifest, depth: number): Promise<void> => {
    const target = { ...to, reference: manifest.digest };
    if (await registry.head(target, { signal })) return;
    if (depth > deepest)
      throw new LandfallError('RESPONSE_INVALID', {
        summary: `${nameOf(from)} nests indexes deeper than ${deepest}`,
      });
    const content = contentOf(manifest);
    for (const child of content.manifests) {
      const found = await registry.manifest({ ...from, reference: child.digest }, { signal });
      if (!found) throw notWhole(from, child.digest, manifest.digest);
      await copy(found, depth + 1);
    }
    const blobs = content.blobs.filter(({ digest }) => !seen.has(digest));
    for (const { digest } of blobs) seen.add(digest);
    await bounded({ most: blobsAtOnce, signal }, blobs, async ({ digest, size }, stopped) => {
      const onBytes = (count: number) => {
        tally.bytes += count;
      };
      tally.add(digest, await registry.copyBlob({ from, to, digest, size, onBytes }, { signal: stopped }));
    });
    await registry.putManifest(target, manifest, { signal });
  };
  await copy(root, 1);
}

/** Some registries take an index of which they hold some platforms only. */
const notWhole = (from: RepositoryName, missing: string, index: string) =>
  new LandfallError('NOT_FOUND', {
    summary: `${nameOf(from)} does not hold ${missing}, which its index ${index} names`,
    remedy:
      'The source holds only a part of this image: promote it from where it is whole, or promote one of its platforms by its own digest.',
  });

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

/** @throws PUSH_FAILED when the copy is not there */
export async function readBack(
  registry: Registry,
  to: RepositoryName,
  digest: string,
  signal: AbortSignal,
): Promise<void> {
  if (await registry.head({ ...to, reference: digest }, { signal })) return;
  throw new LandfallError('PUSH_FAILED', {
    summary: `${nameOf(to)} took ${digest}, and does not hold it afterwards; the source is as it was`,
  });
}
