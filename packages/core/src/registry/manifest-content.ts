import { LandfallError } from '../errors/landfall-error.ts';
import type { Descriptor, Manifest } from '../world/registry.ts';
import { describedBy } from './described-by.ts';

export interface ManifestContent {
  /** Of an index: the manifests of the platforms, and attestations, each once. */
  readonly manifests: readonly Descriptor[];
  /** Of an image: its configuration and layers, each once. */
  readonly blobs: readonly Descriptor[];
}

interface Entry {
  readonly mediaType?: unknown;
  readonly digest?: unknown;
  readonly size?: unknown;
  readonly urls?: unknown;
  readonly artifactType?: unknown;
  readonly annotations?: unknown;
}

/**
 * What a manifest names, by the OCI image spec. A layer that is kept elsewhere (`urls`) is left out: a registry
 * does not hold it. @throws RESPONSE_INVALID
 */
export function contentOf({ bytes, digest }: Manifest): ManifestContent {
  const invalid = (why: string, remedy?: string) =>
    new LandfallError('RESPONSE_INVALID', { summary: `the manifest ${digest} ${why}`, remedy });
  let parsed: { manifests?: Entry[]; config?: Entry; layers?: Entry[]; schemaVersion?: unknown };
  try {
    parsed = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new LandfallError('RESPONSE_INVALID', { summary: `the manifest ${digest} is not JSON`, cause });
  }
  if (parsed.schemaVersion !== 2)
    throw invalid('is of a schema that is no longer in use', 'Push the image again with a current Docker.');
  const descriptor = (entry: Entry): Descriptor => {
    const { mediaType, digest: named, size } = entry;
    if (typeof named !== 'string' || typeof size !== 'number' || size < 0)
      throw invalid('names a blob without digest or size');
    if (!/^sha256:[0-9a-f]{64}$/.test(named)) {
      throw invalid(
        `names ${named.slice(0, 150)}, and only digests by sha256 are supported`,
        'Build the image with digests by sha256, as every builder does where nothing else is asked for.',
      );
    }
    const type = typeof mediaType === 'string' ? mediaType : '';
    return { mediaType: type, digest: named, size, ...describedBy(entry) };
  };
  const blobs = [...(parsed.config ? [parsed.config] : []), ...(parsed.layers ?? [])]
    .filter(({ urls }) => !Array.isArray(urls) || urls.length === 0)
    .map(descriptor);
  return { manifests: once((parsed.manifests ?? []).map(descriptor)), blobs: once(blobs) };
}

const once = (descriptors: readonly Descriptor[]): readonly Descriptor[] => [
  ...new Map(descriptors.map((one) => [one.digest, one])).values(),
];
