import type { Manifest } from '../../world/registry.ts';

/** An index of these entries, in this order. The same ones always make the same digest. */
export async function indexOf(
  mediaType: string,
  manifests: readonly unknown[],
  annotations: Readonly<Record<string, string>> = {},
): Promise<Manifest> {
  const own = Object.keys(annotations).length > 0 ? { annotations } : {};
  const bytes = new TextEncoder().encode(JSON.stringify({ schemaVersion: 2, mediaType, manifests, ...own }));
  const hash = await crypto.subtle.digest('SHA-256', bytes);
  const digest = `sha256:${[...new Uint8Array(hash)].map((one) => one.toString(16).padStart(2, '0')).join('')}`;
  return { mediaType, digest, size: bytes.length, bytes };
}
