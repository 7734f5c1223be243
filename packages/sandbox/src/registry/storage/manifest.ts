import type { Platform } from '../../ports/images.ts';
import { digestPattern } from './digest.ts';

export const mediaTypes = {
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
} as const;

const isIndexType = (type: string) => type === mediaTypes.ociIndex || type === mediaTypes.dockerList;

export interface Descriptor {
  readonly digest: string;
  readonly size: number;
  readonly mediaType?: string;
}

/** What the registry needs to know of a manifest besides its bytes. */
export interface ManifestFacts {
  readonly mediaType: string;
  readonly isIndex: boolean;
  readonly config?: Descriptor;
  readonly layers: readonly Descriptor[];
  /** Manifests that an index names. */
  readonly children: readonly Descriptor[];
  readonly childPlatforms: readonly Platform[];
  readonly artifactType?: string;
  readonly subject?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Limit of the distribution specification for a manifest. */
export const largestManifest = 4 * 1024 * 1024;

/** Reads a manifest, or says what is wrong with it. `declared` is the Content-Type it came with. */
export function readManifest(
  bytes: Buffer,
  declared: string | undefined,
): ManifestFacts | { readonly problem: string } {
  if (bytes.length > largestManifest)
    return { problem: `The manifest is larger than ${largestManifest} bytes.` };
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return { problem: 'The manifest is not JSON in UTF-8.' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { problem: 'The manifest is not a JSON object.' };
  }
  const manifest = value as Record<string, unknown>;
  if (manifest.schemaVersion !== 2) return { problem: 'The manifest has no "schemaVersion": 2.' };
  const type = (declared ?? '').split(';')[0]!.trim();
  const own = typeof manifest.mediaType === 'string' ? manifest.mediaType : undefined;
  if (own && type && type !== own && Object.values<string>(mediaTypes).includes(type)) {
    return { problem: `The manifest says it is ${own} and was sent as ${type}.` };
  }
  const mediaType = own ?? type;
  if (!mediaType || !Object.values<string>(mediaTypes).includes(mediaType)) {
    return { problem: `The media type ${mediaType ?? '(none)'} is not one that the registry stores.` };
  }

  const isIndex = isIndexType(mediaType);
  const problems: string[] = [];
  const descriptors = (list: unknown, where: string): Descriptor[] => {
    if (list === undefined || list === null) return [];
    if (!Array.isArray(list)) problems.push(`"${where}" is not a list.`);
    return (Array.isArray(list) ? list : []).flatMap(
      (item, index) => descriptor(item, `${where}[${index}]`, problems) ?? [],
    );
  };
  const config = isIndex ? undefined : descriptor(manifest.config, 'config', problems);
  const layers = isIndex ? [] : descriptors(manifest.layers, 'layers');
  const children = isIndex ? descriptors(manifest.manifests, 'manifests') : [];
  const subject =
    manifest.subject === undefined ? undefined : descriptor(manifest.subject, 'subject', problems);
  if (problems.length > 0) return { problem: problems.join(' ') };

  const artifactType = typeof manifest.artifactType === 'string' ? manifest.artifactType : config?.mediaType;
  return {
    mediaType,
    isIndex,
    ...(config ? { config } : {}),
    layers,
    children,
    childPlatforms: isIndex ? platformsOf(manifest.manifests) : [],
    ...(artifactType ? { artifactType } : {}),
    ...(subject ? { subject: subject.digest } : {}),
    ...(isStrings(manifest.annotations) ? { annotations: manifest.annotations } : {}),
  };
}

function descriptor(value: unknown, where: string, problems: string[]): Descriptor | undefined {
  const found = value as Partial<Descriptor> & { urls?: unknown };
  if (
    typeof found !== 'object' ||
    found === null ||
    typeof found.digest !== 'string' ||
    !digestPattern.test(found.digest)
  ) {
    problems.push(`"${where}" has no valid digest.`);
    return undefined;
  }
  if (!Number.isInteger(found.size) || (found.size as number) < 0) {
    problems.push(`"${where}" has no size.`);
    return undefined;
  }
  // A foreign layer is fetched from elsewhere; the registry never holds it.
  if (Array.isArray(found.urls) && found.urls.length > 0) return undefined;
  return {
    digest: found.digest,
    size: found.size as number,
    ...(typeof found.mediaType === 'string' ? { mediaType: found.mediaType } : {}),
  };
}

/** The platforms of an index, without attestations (`unknown/unknown`). */
function platformsOf(list: unknown): Platform[] {
  return (Array.isArray(list) ? list : [])
    .map((item) => readPlatform((item as { platform?: unknown })?.platform))
    .filter((platform) => platform !== undefined);
}

/** A platform out of an index's descriptor or an image's config. */
export function readPlatform(value: unknown): Platform | undefined {
  const { os, architecture, variant } = (value ?? {}) as Partial<Platform>;
  if (typeof os !== 'string' || typeof architecture !== 'string' || os === '' || architecture === 'unknown')
    return undefined;
  return { os, architecture, ...(typeof variant === 'string' && variant ? { variant } : {}) };
}

const isStrings = (value: unknown): value is Record<string, string> =>
  typeof value === 'object' &&
  value !== null &&
  Object.values(value).every((item) => typeof item === 'string');
