import type { Manifest, Registry, RegistryCallOptions, RepositoryName } from '../world/registry.ts';
import { configOf, sameImage } from './same-image.ts';

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

interface Configuration {
  created?: unknown;
  container?: unknown;
  history?: { created?: unknown }[];
  config?: { Labels?: Record<string, string> | null };
}

/** An image's configuration as a text without its times; undefined for what is none. */
export function timeless(bytes: Uint8Array | undefined): string | undefined {
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
