import type { Platform } from '../../ports/images.ts';
import type { BlobStore } from './blob-store.ts';
import { algorithmOf, digestOf } from './digest.ts';
import { type ManifestFacts, readManifest, readPlatform } from './manifest.ts';
import { isImmutable, type Repository, type StoredImage } from './repository.ts';

type StoreResult =
  /** `existed`: the same content was there under the same tag already. */
  | { readonly kind: 'stored'; readonly image: StoredImage; readonly existed: boolean }
  | { readonly kind: 'invalid'; readonly problem: string }
  | { readonly kind: 'digest-mismatch'; readonly actual: string }
  | { readonly kind: 'blobs-missing'; readonly digests: readonly string[] }
  | { readonly kind: 'images-missing'; readonly digests: readonly string[] }
  | { readonly kind: 'tag-immutable'; readonly tag: string };

interface StoreRequest {
  readonly bytes: Buffer;
  readonly mediaType: string | undefined;
  readonly tag?: string;
  /** When given, the content must have it. */
  readonly digest?: string;
  readonly now: number;
}

/**
 * Puts a manifest into a repository: ECR's rules, shared by `PutImage` and by the registry. Content that is there
 * under the same tag is neither a change nor an error, in an immutable repository too.
 */
export async function storeImage(
  repository: Repository,
  blobs: BlobStore,
  request: StoreRequest,
): Promise<StoreResult> {
  const { bytes, tag } = request;
  const facts = readManifest(bytes, request.mediaType);
  if ('problem' in facts) return { kind: 'invalid', problem: facts.problem };
  const digest = digestOf(bytes, request.digest ? algorithmOf(request.digest) : 'sha256');
  if (request.digest !== undefined && request.digest !== digest)
    return { kind: 'digest-mismatch', actual: digest };

  const needed = [...(facts.config ? [facts.config] : []), ...facts.layers].map(
    (descriptor) => descriptor.digest,
  );
  const lacking = needed.filter((wanted) => !repository.blobs.has(wanted));
  if (lacking.length > 0) return { kind: 'blobs-missing', digests: lacking };
  const childless = facts.children
    .map((child) => child.digest)
    .filter((child) => !repository.images.has(child));
  if (childless.length > 0) return { kind: 'images-missing', digests: childless };

  const platforms = facts.isIndex ? facts.childPlatforms : await platformOf(facts, blobs);
  // Nothing below waits, so two pushes of one tag cannot both find it free.
  const before = tag === undefined ? undefined : repository.tags.get(tag);
  if (tag !== undefined && before !== undefined && before !== digest && isImmutable(repository, tag)) {
    return { kind: 'tag-immutable', tag };
  }
  const known = repository.images.get(digest);
  const image = known ?? { digest, text: bytes.toString('utf8'), facts, platforms, pushedAt: request.now };
  repository.images.set(digest, image);
  if (tag !== undefined) repository.tags.set(tag, digest);
  return { kind: 'stored', image, existed: known !== undefined && (tag === undefined || before === digest) };
}

async function platformOf(facts: ManifestFacts, blobs: BlobStore): Promise<Platform[]> {
  const text = facts.config && (await blobs.text(facts.config.digest, 4 * 1024 * 1024));
  if (!text) return [];
  try {
    const platform = readPlatform(JSON.parse(text));
    return platform ? [platform] : [];
  } catch {
    // An artifact's config may be anything; then there is no platform to know.
    return [];
  }
}

/** Removes an image and its tags. Returns the indexes that still name it, in which case nothing is removed. */
export function removeImage(repository: Repository, digest: string): readonly string[] {
  const parents = [...repository.images.values()]
    .filter((image) => image.facts.children.some((child) => child.digest === digest))
    .map((image) => image.digest);
  if (parents.length > 0) return parents;
  repository.images.delete(digest);
  repository.scans.delete(digest);
  for (const [tag, tagged] of repository.tags) if (tagged === digest) repository.tags.delete(tag);
  return [];
}

/**
 * Forgets the blobs of an image that was removed, but for those that another needs. Blobs that no image has named
 * yet stay: a push sends its manifest last.
 */
export function forgetBlobs(repository: Repository, removed: StoredImage): void {
  const needed = new Set([...repository.images.values()].flatMap(blobsOf));
  for (const blob of blobsOf(removed)) if (!needed.has(blob)) repository.blobs.delete(blob);
}

const blobsOf = ({ facts }: StoredImage): readonly string[] => [
  ...(facts.config ? [facts.config.digest] : []),
  ...facts.layers.map((layer) => layer.digest),
];
