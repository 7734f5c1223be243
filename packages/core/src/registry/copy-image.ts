import { LandfallError } from '../errors/landfall-error.ts';
import { nameOf } from '../image/image-reference.ts';
import type { CopiedBlob, Manifest, Registry, RegistryTarget, RepositoryName } from '../world/registry.ts';
import type { World } from '../world/world.ts';
import { bounded } from './bounded.ts';
import { contentOf } from './manifest-content.ts';
import { retryTransient } from './retry.ts';

export interface CopiedImage {
  readonly digest: string;
  readonly manifests: number;
  readonly blobs: Readonly<Record<CopiedBlob['how'], number>>;
  /** Bytes of blobs that went through this machine. */
  readonly bytes: number;
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
  { host, clock }: World,
  registry: Registry,
  from: RegistryTarget,
  to: RepositoryName,
): Promise<CopiedImage> {
  const signal = host.cancellation;
  const counts = { present: 0, mounted: 0, copied: 0 };
  let manifests = 0;
  let bytes = 0;
  const patiently = <T>(what: string, act: () => Promise<T>) =>
    retryTransient({ what, attempts: 4, pause: 1000, clock, log: host.log, signal }, act);

  const root = await readManifest(registry, from, signal);
  if (nameOf(from) === nameOf(to)) return { digest: root.digest, manifests, blobs: counts, bytes };

  const seen = new Set<string>();
  const copy = async (manifest: Manifest, depth: number): Promise<void> => {
    const target = { ...to, reference: manifest.digest };
    if (await patiently(`the look for ${manifest.digest}`, () => registry.head(target, { signal }))) return;
    if (depth > deepest)
      throw new LandfallError('RESPONSE_INVALID', {
        summary: `${nameOf(from)} nests indexes deeper than ${deepest}`,
      });
    const content = contentOf(manifest);
    for (const child of content.manifests)
      await copy(await readManifest(registry, { ...from, reference: child.digest }, signal), depth + 1);
    const blobs = content.blobs.filter(({ digest }) => !seen.has(digest));
    for (const { digest } of blobs) seen.add(digest);
    await bounded(blobsAtOnce, blobs, async ({ digest, size }) => {
      const copied = await patiently(`the copy of ${digest}`, () =>
        registry.copyBlob({ from, to, digest, size }, { signal }),
      );
      counts[copied.how] += 1;
      bytes += copied.bytes;
    });
    await patiently(`the push of ${manifest.digest}`, () =>
      registry.putManifest(target, manifest, { signal }),
    );
    manifests += 1;
  };
  await copy(root, 1);
  return { digest: root.digest, manifests, blobs: counts, bytes };
}

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
