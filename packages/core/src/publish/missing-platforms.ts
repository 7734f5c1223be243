import { contentOf } from '../registry/manifest-content.ts';
import type { Manifest } from '../world/registry.ts';

/**
 * Which of the platforms asked for an image in a registry does not have. An index tells its platforms; of a single
 * image it is only known that it is for one.
 */
export function missingPlatforms(root: Manifest, asked: readonly string[]): readonly string[] {
  // `local` and an architecture alone are the builder's to resolve.
  const wanted = [...new Set(asked.filter((one) => one.includes('/')).map(plain))];
  const isIndex = contentOf(root).manifests.length > 0;
  if (!isIndex) return wanted.length > 1 ? wanted : [];
  const held = platformsIn(root).map(plain);
  return wanted.filter((platform) => !held.includes(platform));
}

interface Entry {
  readonly platform?: { readonly os?: string; readonly architecture?: string; readonly variant?: string };
}

const platformsIn = ({ bytes }: Manifest): readonly string[] =>
  (JSON.parse(new TextDecoder().decode(bytes)) as { manifests: Entry[] }).manifests.map(({ platform }) =>
    [platform?.os, platform?.architecture, platform?.variant].filter(Boolean).join('/'),
  );

/** One spelling of a platform. https://github.com/containerd/platforms: `normalizeArch` */
const plain = (platform: string): string =>
  platform
    .toLowerCase()
    .replace(/\/(?:x86_64|x86-64)\b/, '/amd64')
    .replace(/\/aarch64\b/, '/arm64')
    .replace(/\/armhf$/, '/arm/v7')
    .replace(/\/armel$/, '/arm/v6')
    .replace(/\/arm$/, '/arm/v7')
    .replace(/\/(amd64\/v1|arm64\/v8|arm64\/8)$/, (whole) => whole.slice(0, 6));
