import type { Manifest } from '../../world/registry.ts';

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
