import type { RuntimePlatform } from '@aws-sdk/client-ecs';
import { asList } from '../../task-definition/parse/plain.ts';

/** In the words of the OCI image specification: `linux`, `amd64`. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
}

export const platformText = ({ os, architecture }: Platform) => `${os}/${architecture}`;

/**
 * What the tasks will run on. Fargate takes x86 Linux for granted; on EC2 an absent runtimePlatform means any
 * instance, and then there is nothing to compare with.
 */
export function requiredPlatform(
  runtime: RuntimePlatform | undefined,
  fargate: boolean,
): Partial<Platform> | undefined {
  const { cpuArchitecture = fargate ? 'X86_64' : undefined } = runtime ?? {};
  const { operatingSystemFamily = fargate ? 'LINUX' : undefined } = runtime ?? {};
  if (cpuArchitecture === undefined && operatingSystemFamily === undefined) return undefined;
  return {
    ...(operatingSystemFamily && { os: operatingSystemFamily.startsWith('WINDOWS') ? 'windows' : 'linux' }),
    ...(cpuArchitecture && {
      architecture:
        cpuArchitecture === 'ARM64' ? 'arm64' : cpuArchitecture === 'X86_64' ? 'amd64' : cpuArchitecture,
    }),
  };
}

export const runsOn = (image: Platform, wanted: Partial<Platform>) =>
  (wanted.os === undefined || wanted.os === image.os) &&
  (wanted.architecture === undefined || wanted.architecture === image.architecture);

/** What a manifest says: its platforms (an index), or where the configuration that says so is. */
type ManifestPlatforms =
  | { readonly kind: 'listed'; readonly platforms: readonly Platform[] }
  | { readonly kind: 'in-config'; readonly digest: string }
  | { readonly kind: 'unsaid' };

export function manifestPlatforms(text: string): ManifestPlatforms {
  let manifest: { manifests?: unknown; config?: { digest?: unknown } } | null;
  try {
    manifest = JSON.parse(text);
  } catch {
    // Not a manifest that anybody could read: the registry holds it, and that is all there is to say.
    return { kind: 'unsaid' };
  }
  if (Array.isArray(manifest?.manifests)) {
    const platforms = asList(manifest.manifests).flatMap((one) =>
      platformOf((one as { platform?: unknown })?.platform),
    );
    // An attestation is listed as unknown/unknown.
    return { kind: 'listed', platforms: platforms.filter(({ os }) => os !== 'unknown') };
  }
  const digest = manifest?.config?.digest;
  return typeof digest === 'string' ? { kind: 'in-config', digest } : { kind: 'unsaid' };
}

/** Of a platform entry or of an image's configuration, which have the same two members. */
export function platformOf(value: unknown): readonly Platform[] {
  const { os, architecture } = (value ?? {}) as Partial<Record<keyof Platform, unknown>>;
  return typeof os === 'string' && typeof architecture === 'string' ? [{ os, architecture }] : [];
}
