import type {
  Descriptor,
  Manifest,
  Registry,
  RegistryCallOptions,
  RepositoryName,
} from '../../world/registry.ts';
import { contentOf } from '../read/manifest-content.ts';

const createdLabel = 'org.opencontainers.image.created';

/**
 * Whether a manifest that a tag holds is of the same content as what was built: the very image, or one that
 * differs in nothing but when it was built. A second build of a commit makes the latter where the time of the
 * commit is not known or the cache is gone.
 */
export async function sameContent(
  registry: Registry,
  name: RepositoryName,
  held: Manifest,
  builtId: string,
  options: RegistryCallOptions,
): Promise<boolean> {
  if (sameImage(held, builtId)) return true;
  const heldId = configOf(held);
  if (heldId === undefined) return false;
  const [theirs, ours] = await Promise.all(
    [heldId, builtId].map(async (digest) =>
      timeless(await registry.blob({ ...name, reference: digest }, options)),
    ),
  );
  return theirs !== undefined && theirs === ours;
}

/** What BuildKit writes on the attestations in an index. https://github.com/moby/buildkit/blob/master/docs/attestations/attestation-storage.md */
const attestation = 'vnd.docker.reference.type';

/**
 * The same of an index: as many platforms and attestations, and each platform of the same content. What an
 * attestation says is not compared: it names the run that made it.
 */
export async function sameIndex(
  registry: Registry,
  name: RepositoryName,
  held: Manifest,
  built: Manifest,
  options: RegistryCallOptions,
): Promise<boolean> {
  if (held.digest === built.digest) return true;
  const theirs = partsOf(held);
  const ours = partsOf(built);
  const alike = theirs.images.length === ours.images.length && theirs.attested === ours.attested;
  if (!alike || ours.images.length === 0) return false;
  const read = ({ digest }: Descriptor) => registry.manifest({ ...name, reference: digest }, options);
  const left = new Set(theirs.images);
  /** Which of theirs an image of ours is; each may be taken once. */
  const counterpart = async (image: Descriptor): Promise<Descriptor | undefined> => {
    const equal = [...left].find(({ digest }) => digest === image.digest);
    if (equal) return equal;
    const mine = await read(image);
    const id = mine && configOf(mine);
    for (const one of left) {
      const their = id === undefined ? undefined : await read(one);
      if (their && (await sameContent(registry, name, their, id!, options))) return one;
    }
    return undefined;
  };
  for (const image of ours.images) {
    const found = await counterpart(image);
    if (!found) return false;
    left.delete(found);
  }
  return true;
}

function partsOf(index: Manifest) {
  const { manifests } = contentOf(index);
  const images = manifests.filter(({ annotations }) => annotations?.[attestation] === undefined);
  return { images, attested: manifests.length - images.length };
}

interface Configuration {
  created?: unknown;
  container?: unknown;
  history?: { created?: unknown }[];
  config?: { Labels?: Record<string, string> | null };
}

/** An image's configuration as a text without its times; undefined for what is none. */
function timeless(bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined) return undefined;
  try {
    const {
      created: _,
      container: __,
      history = [],
      config,
      ...rest
    } = JSON.parse(new TextDecoder().decode(bytes)) as Configuration;
    const { [createdLabel]: ___, ...labels } = config?.Labels ?? {};
    return JSON.stringify(
      sorted({
        ...rest,
        history: history.map(({ created: _created, ...step }) => step),
        config: { ...config, Labels: labels },
      }),
    );
  } catch {
    // Not JSON, so not a configuration that could be compared.
    return undefined;
  }
}

/** Members in the order of their names, because builders write them in their own. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}

/**
 * Whether a manifest is of the image that an engine knows by this id. The id is the digest of the image's
 * configuration, which names every layer's content; in a containerd store it is the digest of the manifest.
 */
export const sameImage = (manifest: Manifest, imageId: string): boolean =>
  manifest.digest === imageId || configOf(manifest) === imageId;

export function configOf({ bytes }: Manifest): string | undefined {
  try {
    const { config } = JSON.parse(new TextDecoder().decode(bytes)) as { config?: { digest?: unknown } };
    return typeof config?.digest === 'string' ? config.digest : undefined;
  } catch {
    // Not a manifest that has a configuration, so it is not of a single image.
    return undefined;
  }
}
