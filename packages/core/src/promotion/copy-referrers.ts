import { asLandfallError } from '../errors/as-landfall-error.ts';
import { isLandfallError, LandfallError } from '../errors/landfall-error.ts';
import { nameOf } from '../image/image-reference.ts';
import { bounded } from '../registry/bounded.ts';
import type { ImageTree } from '../registry/image-tree.ts';
import { contentOf } from '../registry/manifest-content.ts';
import type { Descriptor, Manifest, Registry, RepositoryName } from '../world/registry.ts';
import type { World } from '../world/world.ts';
import { type BlobTally, copyImage } from './copy-image.ts';
import { tagImage } from './tag-image.ts';

/** A signature of an attestation of an image; nobody goes deeper. */
const deepest = 3;
/** Each asks for four things. */
const subjectsAtOnce = 4;
/** Where registries without the referrers API keep them. OCI distribution specification, "Referrers tag schema". */
const referrersTag = (digest: string) => digest.replace(':', '-');
/** How cosign before 3 keeps what belongs to a digest: under tags. */
const cosignTags = (digest: string) =>
  ['sig', 'att', 'sbom'].map((kind) => `${referrersTag(digest)}.${kind}`);

/**
 * Copies what refers to an image or to one of its platforms: signatures, attestations, bills of materials. The
 * image itself must be in the target already.
 * @returns those that were copied, to be read back like the image
 * @throws the codes of a push; a source that may not be asked is a warning, because the image is whole without
 */
export async function copyReferrers(
  world: World,
  registry: Registry,
  image: Manifest,
  from: RepositoryName,
  to: RepositoryName,
  tally: BlobTally,
): Promise<readonly ImageTree[]> {
  const { host } = world;
  const options = { signal: host.cancellation };
  const copied = new Map<string, ImageTree>();
  const copy = async (digest: string) => {
    const source = { ...from, reference: digest };
    copied.set(digest, await copyImage(registry, source, to, tally, host.cancellation));
  };
  const look = async (subject: string, signal: AbortSignal): Promise<Attached> => {
    const [listed, ...tagged] = await Promise.all([
      referrersOf(world, registry, { ...from, reference: subject }, signal),
      ...cosignTags(subject).map(async (tag) => ({
        tag,
        held: await registry.manifest({ ...from, reference: tag }, { signal }),
      })),
    ]);
    return { listed, tagged };
  };
  const visit = async (subject: string, { listed, tagged }: Attached, depth: number): Promise<void> => {
    const found: Descriptor[] = [];
    for (const one of listed) {
      const { digest } = one;
      if (copied.has(digest)) continue;
      // A tag of the source may still name what was cleaned away.
      if (await registry.head({ ...from, reference: digest }, options)) {
        found.push(one);
        await copy(digest);
        if (depth < deepest) await visit(digest, await look(digest, host.cancellation), depth + 1);
      } else {
        host.log.warning(`${nameOf(from)} lists ${digest} as referring to ${subject}, and does not hold it`);
      }
    }
    if (found.length > 0) await makeKnown(world, registry, subject, found, to);
    for (const { tag, held } of tagged) {
      if (!held) continue;
      await copy(held.digest);
      await tagImage(registry, to, tag, held, host.cancellation).catch(explainImmutable);
    }
  };
  const subjects = [image.digest, ...contentOf(image).manifests.map(({ digest }) => digest)];
  // Most have nothing, and each is several questions: asked side by side they take the time of a few.
  const looks = await bounded({ most: subjectsAtOnce, signal: host.cancellation }, subjects, look);
  for (const [index, subject] of subjects.entries()) await visit(subject, looks[index]!, 1);
  return [...copied.values()];
}

interface Attached {
  readonly listed: readonly Descriptor[];
  readonly tagged: readonly { readonly tag: string; readonly held: Manifest | undefined }[];
}

/** cosign moves its tags with every signature, so an immutable repository has to leave them out. */
function explainImmutable(thrown: unknown): never {
  if (!isLandfallError(thrown, 'TAG_IMMUTABLE')) throw thrown;
  throw new LandfallError('TAG_IMMUTABLE', {
    summary: thrown.summary,
    remedy:
      'The image was signed again since it came here: let the immutability of the target leave out `sha256-*` (the input `image-tag-exclusion-filters` of ensure-repository), or promote with `referrers: false`.',
    facts: thrown.facts,
    cause: thrown,
  });
}

async function referrersOf(
  { host }: World,
  registry: Registry,
  subject: RepositoryName & { readonly reference: string },
  signal: AbortSignal,
): Promise<readonly Descriptor[]> {
  const options = { signal };
  try {
    const told = await registry.referrers(subject, options);
    if (told) return told;
    const index = await registry.manifest(
      { ...subject, reference: referrersTag(subject.reference) },
      options,
    );
    return index ? contentOf(index).manifests : [];
  } catch (thrown) {
    if (!isLandfallError(thrown, 'PUSH_DENIED')) throw thrown;
    host.log.warning(
      `whether ${nameOf(subject)}@${subject.reference} has signatures or attestations could not be asked, so none are copied: ${asLandfallError(thrown).summary}`,
    );
    return [];
  }
}

/** As they stand, with all that whoever put them there wrote: an index is written anew as a whole. */
function entriesOf({ bytes }: Manifest): readonly ({ readonly digest?: unknown } | null)[] {
  const { manifests } = JSON.parse(new TextDecoder().decode(bytes)) as { manifests?: unknown };
  return Array.isArray(manifests) ? manifests : [];
}

/** A registry without the referrers API finds them by a tag that its clients keep. */
async function makeKnown(
  { host }: World,
  registry: Registry,
  subject: string,
  added: readonly Descriptor[],
  to: RepositoryName,
): Promise<void> {
  const options = { signal: host.cancellation };
  if (await registry.referrers({ ...to, reference: subject }, options)) return;
  const target = { ...to, reference: referrersTag(subject) };
  const held = await registry.manifest(target, options);
  const before = held ? entriesOf(held) : [];
  const missing = added.filter(({ digest }) => !before.some((one) => one?.digest === digest));
  if (missing.length === 0) return;
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  const text = JSON.stringify({ schemaVersion: 2, mediaType, manifests: [...before, ...missing] });
  const bytes = new TextEncoder().encode(text);
  const hash = await crypto.subtle.digest('SHA-256', bytes);
  const digest = `sha256:${[...new Uint8Array(hash)].map((one) => one.toString(16).padStart(2, '0')).join('')}`;
  await registry.putManifest(target, { mediaType, digest, size: bytes.length, bytes }, options);
}
