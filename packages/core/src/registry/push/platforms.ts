import type { Manifest } from '../../world/registry.ts';
import type { ImageTree } from '../read/image-tree.ts';
import { contentOf } from '../read/manifest-content.ts';

/** One image that a container runs. */
export interface PlatformImage {
  readonly manifest: Manifest;
  /** `linux/arm64`, `linux/arm/v7`, as its index tells it; undefined where only its configuration does. */
  readonly platform: string | undefined;
}

/** What tells an image from whatever else a registry holds: a chart, a signature, a bill of materials. */
const configTypes = [
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
];

interface Entry {
  readonly digest: string;
  readonly platform?: { readonly os?: string; readonly architecture?: string; readonly variant?: string };
}

/** The images of a tree, without attestations, whose platform is `unknown/unknown`. Empty when nothing in it runs. */
export function imagesIn({ root, manifests }: ImageTree): readonly PlatformImage[] {
  if (contentOf(root).manifests.length === 0)
    return isImage(root) ? [{ manifest: root, platform: undefined }] : [];
  return entriesOf(root).flatMap(({ digest, platform }) => {
    const manifest = manifests.find((one) => one.digest === digest);
    if (!manifest || platform?.os === 'unknown' || !isImage(manifest)) return [];
    return [{ manifest, platform: platform && platformOf(platform) }];
  });
}

const entriesOf = ({ bytes }: Manifest) =>
  (JSON.parse(new TextDecoder().decode(bytes)) as { manifests: readonly Entry[] }).manifests;

function isImage({ bytes }: Manifest): boolean {
  const { config } = JSON.parse(new TextDecoder().decode(bytes)) as { config?: { mediaType?: string } };
  return config !== undefined && configTypes.includes(config.mediaType ?? '');
}

export const platformOf = ({ os, architecture, variant }: NonNullable<Entry['platform']>): string =>
  [os, architecture, variant].filter(Boolean).join('/');

/** Which of the requested platforms the image lacks. */
export function missingPlatforms(held: readonly string[], asked: readonly string[]): readonly string[] {
  // `local` and an architecture alone are the builder's to resolve.
  const wanted = [...new Set(asked.filter((one) => one.includes('/')).map(plainPlatform))];
  const there = held.map(plainPlatform);
  return wanted.filter((platform) => !there.includes(platform));
}

/** One spelling of a platform. https://github.com/containerd/platforms: `normalizeArch` */
export const plainPlatform = (platform: string): string =>
  platform
    .toLowerCase()
    .replace(/\/(?:x86_64|x86-64)\b/, '/amd64')
    .replace(/\/aarch64\b/, '/arm64')
    .replace(/\/armhf$/, '/arm/v7')
    .replace(/\/armel$/, '/arm/v6')
    .replace(/\/arm$/, '/arm/v7')
    .replace(/\/(amd64\/v1|arm64\/v8|arm64\/8)$/, (whole) => whole.slice(0, 6));
