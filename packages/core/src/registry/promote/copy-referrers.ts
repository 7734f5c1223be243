import { asLandfallError } from '../../errors/as-landfall-error.ts';
import { isLandfallError, LandfallError } from '../../errors/landfall-error.ts';
import { nameOf } from '../../image/reference/image-reference.ts';
import { ociTypes } from '../../image/reference/manifest-types.ts';
import type { Descriptor, Manifest, Registry, RepositoryName } from '../../world/registry.ts';
import type { World } from '../../world/world.ts';
import { indexOf } from '../image-index/index-of.ts';
import { bounded } from '../read/bounded.ts';
import type { ImageTree } from '../read/image-tree.ts';
import { contentOf } from '../read/manifest-content.ts';
import { untilSettled } from '../read/until-settled.ts';
import { type BlobTally, copyImage } from './copy-image.ts';
import { tagImage } from './tag-image.ts';

/** A signature of an attestation of an image is at depth 2; in practice nothing goes much deeper. */
const deepest = 8;
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
 * @returns what is in the target now, to be read back like the image
 * @throws the codes of a push; a source that may not be asked is a warning, because the image is whole without
 */
export async function copyReferrers(
  world: World,
  registry: Registry,
  image: ImageTree,
  from: RepositoryName,
  to: RepositoryName,
  tally: BlobTally,
): Promise<CopiedReferrers> {
  const { host } = world;
  const options = { signal: host.cancellation };
  const copied = new Map<string, ImageTree>();
  const tags = new Map<string, string>();
  let isWhole = true;
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
    if (listed === undefined) isWhole = false;
    return { listed: listed ?? [], tagged };
  };
  const visit = async (subject: string, { listed, tagged }: Attached, depth: number): Promise<void> => {
    const found: Descriptor[] = [];
    for (const one of listed) {
      const { digest } = one;
      if (copied.has(digest)) continue;
      // A tag of the source may still name what was cleaned away.
      if (await registry.manifest({ ...from, reference: digest }, options)) {
        found.push(one);
        await copy(digest);
        if (depth === deepest) throw tooDeep(from, image.root.digest);
        await visit(digest, await look(digest, host.cancellation), depth + 1);
      } else {
        host.log.warning(`${nameOf(from)} lists ${digest} as referring to ${subject}, but does not hold it`);
      }
    }
    if (found.length > 0) await makeKnown(world, registry, subject, found, to);
    for (const { tag, held } of tagged) {
      if (!held) continue;
      await copy(held.digest);
      await tagImage(world, registry, to, tag, held).catch(explainImmutable);
      tags.set(tag, held.digest);
    }
  };
  const subjects = [image.root, ...image.manifests.slice(0, -1)].map(({ digest }) => digest);
  // Most have nothing, and each takes several requests: in parallel they take the time of a few.
  const looks = await bounded({ most: subjectsAtOnce, signal: host.cancellation }, subjects, look);
  for (const [index, subject] of subjects.entries()) await visit(subject, looks[index]!, 1);
  return { images: [...copied.values()], tags, isWhole };
}

interface CopiedReferrers {
  readonly images: readonly ImageTree[];
  /** cosign's tags, with the digest that each names. */
  readonly tags: ReadonlyMap<string, string>;
  /** Whether all of it could be read from the source. */
  readonly isWhole: boolean;
}

interface Attached {
  readonly listed: readonly Descriptor[];
  readonly tagged: readonly { readonly tag: string; readonly held: Manifest | undefined }[];
}

const tooDeep = (from: RepositoryName, digest: string) =>
  new LandfallError('RESPONSE_INVALID', {
    summary: `${nameOf(from)} has signatures of signatures of ${digest} more than ${deepest} deep`,
    remedy: 'Promote with `referrers: false`, and copy what refers to the image some other way.',
  });

/** cosign moves its tags with every signature, so an immutable repository has to leave them out. */
function explainImmutable(thrown: unknown): never {
  if (!isLandfallError(thrown, 'TAG_IMMUTABLE')) throw thrown;
  throw new LandfallError('TAG_IMMUTABLE', {
    summary: thrown.summary,
    remedy:
      'The image was signed again after it was promoted: exclude `sha256-*` from the immutability of the target (the input `image-tag-exclusion-filters` of ensure-repository), or promote with `referrers: false`.',
    facts: thrown.facts,
    cause: thrown,
  });
}

/** Undefined where the source may not be asked. */
async function referrersOf(
  { host }: World,
  registry: Registry,
  subject: RepositoryName & { readonly reference: string },
  signal: AbortSignal,
): Promise<readonly Descriptor[] | undefined> {
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
      `could not check whether ${nameOf(subject)}@${subject.reference} has signatures or attestations, so none are copied: ${asLandfallError(thrown).summary}`,
    );
    return undefined;
  }
}

type Entries = readonly ({ readonly digest?: unknown } | null)[];

/** As they are, with everything that their author wrote: an index is rewritten as a whole. */
function entriesOf({ bytes }: Manifest): Entries {
  const { manifests } = JSON.parse(new TextDecoder().decode(bytes)) as { manifests?: unknown };
  return Array.isArray(manifests) ? manifests : [];
}

/** Someone else may write the list at the same time; it is rewritten this many times. */
const mostWrites = 3;

/**
 * A registry without the referrers API finds them by a tag that its clients keep: what is there stays, and what is
 * missing is added, until it reads back.
 */
async function makeKnown(
  world: World,
  registry: Registry,
  subject: string,
  added: readonly Descriptor[],
  to: RepositoryName,
): Promise<void> {
  const { log, cancellation: signal } = world.host;
  const listed = await registry.referrers({ ...to, reference: subject }, { signal });
  if (listed) {
    for (const { digest } of added)
      if (!listed.some((one) => one.digest === digest))
        log.warning(`${nameOf(to)} holds ${digest}, but does not list it as referring to ${subject}`);
    return;
  }
  const target = { ...to, reference: referrersTag(subject) };
  const list = `${nameOf(to)}:${target.reference}`;
  const read = () => registry.manifest(target, { signal }).then((held) => (held ? entriesOf(held) : []));
  const missingIn = (entries: Entries) =>
    added.filter(({ digest }) => !entries.some((one) => one?.digest === digest));
  let entries = await read();
  for (let writes = 0; ; writes += 1) {
    const missing = missingIn(entries);
    if (missing.length === 0) return;
    if (writes === mostWrites)
      throw new LandfallError('PUSH_FAILED', {
        summary: `${list}, the list of what refers to ${subject}, does not keep ${missing[0]!.digest}`,
        remedy:
          'Something else is writing the list at the same time: find out what, then run the step again.',
      });
    await registry.putManifest(target, await indexOf(ociTypes.index, [...entries, ...missing]), { signal });
    entries = await untilSettled(world, list, read, (now) => missingIn(now).length === 0);
  }
}
