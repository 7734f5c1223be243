import type { Platform } from '../../ports/images.ts';
import type { ManifestFacts } from './manifest.ts';

export type Mutability = 'MUTABLE' | 'IMMUTABLE' | 'MUTABLE_WITH_EXCLUSION' | 'IMMUTABLE_WITH_EXCLUSION';

/** A manifest in a repository. ECR calls it an image, whatever it describes. */
export interface StoredImage {
  readonly digest: string;
  /** The bytes as text: a manifest is UTF-8, and the digest proves that nothing was lost. */
  readonly text: string;
  readonly facts: ManifestFacts;
  readonly platforms: readonly Platform[];
  readonly pushedAt: number;
  pulledAt?: number;
}

export interface Scan {
  readonly startedAt: number;
  readonly completesAt: number;
}

export interface Repository {
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  readonly arn: string;
  readonly createdAt: number;
  mutability: Mutability;
  /** Patterns with `*`. Which way they turn the rule depends on the mutability. */
  exclusions: string[];
  scanOnPush: boolean;
  readonly encryption: { readonly encryptionType: string; readonly kmsKey?: string };
  resourceTags: { Key: string; Value: string }[];
  lifecyclePolicy?: string;
  policy?: string;
  readonly images: Map<string, StoredImage>;
  /** Tag → digest. */
  readonly tags: Map<string, string>;
  /** Blobs that this repository may serve, with their sizes. */
  readonly blobs: Map<string, number>;
  readonly scans: Map<string, Scan>;
}

export const isImmutable = (repository: Repository, tag: string): boolean => {
  const excluded = repository.exclusions.some((pattern) => matchesExclusion(pattern, tag));
  switch (repository.mutability) {
    case 'MUTABLE':
      return false;
    case 'IMMUTABLE':
      return true;
    case 'MUTABLE_WITH_EXCLUSION':
      return excluded;
    case 'IMMUTABLE_WITH_EXCLUSION':
      return !excluded;
  }
};

function matchesExclusion(pattern: string, tag: string): boolean {
  const parts = pattern.split('*');
  if (parts.length === 1) return pattern === tag;
  const first = parts[0]!;
  const last = parts.at(-1)!;
  if (!tag.startsWith(first) || tag.length < first.length + last.length || !tag.endsWith(last)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = tag.indexOf(part, at);
    if (found < 0 || found + part.length > tag.length - last.length) return false;
    at = found + part.length;
  }
  return true;
}

export const tagsOf = (repository: Repository, digest: string): string[] =>
  [...repository.tags].filter(([, tagged]) => tagged === digest).map(([tag]) => tag);

/** The image that a tag or a digest names. */
export const findImage = (repository: Repository, reference: string): StoredImage | undefined =>
  repository.images.get(reference.includes(':') ? reference : (repository.tags.get(reference) ?? ''));

/** Bytes of config and layers; of an index the sum over its images that are here. */
export function sizeOf(repository: Repository, image: StoredImage): number {
  if (image.facts.isIndex) {
    return image.facts.children.reduce((sum, child) => {
      const found = repository.images.get(child.digest);
      return sum + (found ? sizeOf(repository, found) : 0);
    }, 0);
  }
  return image.facts.layers.reduce((sum, layer) => sum + layer.size, image.facts.config?.size ?? 0);
}
