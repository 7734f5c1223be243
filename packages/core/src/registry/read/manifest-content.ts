import { LandfallError } from '../../errors/landfall-error.ts';
import type { Descriptor, Manifest } from '../../world/registry.ts';

interface ManifestContent {
  /** Of an index: the manifests of the platforms, and attestations, each once. */
  readonly manifests: readonly Descriptor[];
  /** Of an image: its configuration and layers, each once. */
  readonly blobs: readonly Descriptor[];
  /** Layers that are available elsewhere (`urls`), each once: a registry may hold them, and need not. */
  readonly foreign: readonly Descriptor[];
}

interface Entry {
  readonly mediaType?: unknown;
  readonly digest?: unknown;
  readonly size?: unknown;
  readonly urls?: unknown;
  readonly artifactType?: unknown;
  readonly annotations?: unknown;
}

/** What a manifest names, by the OCI image spec. @throws RESPONSE_INVALID */
export function contentOf({ bytes, digest }: Manifest): ManifestContent {
  const invalid = (why: string, remedy?: string) =>
    new LandfallError('RESPONSE_INVALID', { summary: `the manifest ${digest} ${why}`, remedy });
  let parsed: { manifests?: unknown; config?: unknown; layers?: unknown; schemaVersion?: unknown };
  try {
    parsed = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new LandfallError('RESPONSE_INVALID', { summary: `the manifest ${digest} is not JSON`, cause });
  }
  if (parsed?.schemaVersion !== 2)
    throw invalid('has a schema that is no longer supported', 'Push the image again with a current Docker.');
  const list = (member: 'manifests' | 'layers'): readonly unknown[] => {
    const value = parsed[member] ?? [];
    if (!Array.isArray(value)) throw invalid(`has \`${member}\` that are not a list`);
    return value;
  };
  const descriptor = (entry: unknown): Descriptor & { readonly elsewhere: boolean } => {
    const { mediaType, digest: named, size, urls, ...beside } = (entry ?? {}) as Entry;
    if (typeof named !== 'string' || typeof size !== 'number' || size < 0)
      throw invalid('references a blob without digest or size');
    if (!/^sha256:[0-9a-f]{64}$/.test(named)) {
      throw invalid(
        `names ${named.slice(0, 150)}, but only sha256 digests are supported`,
        'Build the image with sha256 digests, as every builder does by default.',
      );
    }
    const type = typeof mediaType === 'string' ? mediaType : '';
    const elsewhere = Array.isArray(urls) && urls.length > 0;
    return { mediaType: type, digest: named, size, ...describedBy(beside), elsewhere };
  };
  const blobs = [...(parsed.config ? [parsed.config] : []), ...list('layers')].map(descriptor);
  return {
    manifests: once(list('manifests').map(descriptor)),
    blobs: once(blobs.filter(({ elsewhere }) => !elsewhere)),
    foreign: once(blobs.filter(({ elsewhere }) => elsewhere)),
  };
}

const once = (
  descriptors: readonly (Descriptor & { readonly elsewhere: boolean })[],
): readonly Descriptor[] => [
  ...new Map(descriptors.map(({ elsewhere, ...one }) => [one.digest, one])).values(),
];

/** What a descriptor says besides the content: a list of what refers to an image repeats it. */
export const describedBy = ({
  artifactType,
  annotations,
}: {
  readonly artifactType?: unknown;
  readonly annotations?: unknown;
}): Pick<Descriptor, 'artifactType' | 'annotations'> => ({
  ...(typeof artifactType === 'string' && { artifactType }),
  ...(isMap(annotations) && { annotations }),
});

const isMap = (value: unknown): value is Readonly<Record<string, string>> =>
  typeof value === 'object' && value !== null && Object.values(value).every((one) => typeof one === 'string');
