import type { PushTarget } from '../image/image-reference.ts';
import { contentOf } from '../registry/manifest-content.ts';
import { patientRegistry } from '../registry/patient-registry.ts';
import type { Host } from '../world/host.ts';
import type { Manifest, Registry, RepositoryName } from '../world/registry.ts';
import type { World } from '../world/world.ts';
import type { BaseImage } from './base-images.ts';
import { missingPlatforms } from './missing-platforms.ts';
import { configOf } from './same-image.ts';

/**
 * The digest of the image that need not be built again: every one of these references names it, it has the platforms
 * that are asked for, and it is built on this base image. Undefined when there is none.
 */
export async function imageToKeep(
  world: World,
  targets: readonly PushTarget[],
  { bases, platforms = [] }: { bases: readonly BaseImage[]; platforms?: readonly string[] | undefined },
): Promise<string | undefined> {
  const { host } = world;
  const registry = await patientRegistry(world);
  const digest = await existingImage(registry, targets, host.cancellation);
  const [name] = targets;
  if (digest === undefined || name === undefined) return undefined;
  const [base] = bases;
  // With none or several base images there is nothing to compare.
  const compared = bases.length === 1 ? base : undefined;
  if (platforms.length === 0 && compared === undefined) return digest;
  const held = {
    registry,
    name,
    root: await registry.manifest({ ...name, reference: digest }, { signal: host.cancellation }),
  };
  const fits =
    hasPlatforms(held, platforms, host) && (compared === undefined || (await isOn(held, compared, host)));
  return fits ? digest : undefined;
}

/** An image in a registry, which keeps the session for what else is asked of it. */
interface Held {
  readonly registry: Registry;
  readonly name: RepositoryName;
  /** Undefined when it has gone meanwhile. */
  readonly root: Manifest | undefined;
}

function hasPlatforms({ root }: Held, platforms: readonly string[], { log }: Host): boolean {
  const missing = root ? missingPlatforms(root, platforms) : [];
  if (missing.length === 0) return true;
  log.notice(`the image that is there is not for all of ${missing.join(', ')}: building again`);
  return false;
}

/**
 * The digest that every one of these references names already; undefined when one is missing or names another.
 * Each is asked for by its exact tag: a repository is never listed.
 */
async function existingImage(
  registry: Registry,
  targets: readonly PushTarget[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const digests = new Set<string | undefined>();
  for (const target of targets) {
    const held = await registry.head({ ...target, reference: target.tag }, { signal });
    digests.add(held?.digest);
    if (held === undefined || digests.size > 1) return undefined;
  }
  return [...digests][0];
}

/**
 * Whether an image in a registry was built on this base image, by its label `org.opencontainers.image.base.digest`
 * (that of the first platform).
 */
async function isOn({ registry, name, root }: Held, base: BaseImage, host: Host): Promise<boolean> {
  const options = { signal: host.cancellation };
  const [first] = root ? contentOf(root).manifests : [];
  const manifest = first ? await registry.manifest({ ...name, reference: first.digest }, options) : root;
  const config = manifest && configOf(manifest);
  const bytes = config && (await registry.blob({ ...name, reference: config }, options));
  const built = bytes && baseOf(bytes);
  if (built === base.digest) return true;
  host.log.notice(
    built
      ? `the base image ${base.name} has moved from ${built} to ${base.digest}: building again`
      : `the image that is there does not say on which base image it was built: building again`,
  );
  return false;
}

function baseOf(config: Uint8Array): string | undefined {
  try {
    const { config: run } = JSON.parse(new TextDecoder().decode(config)) as {
      config?: { Labels?: Record<string, unknown> };
    };
    const found = run?.Labels?.['org.opencontainers.image.base.digest'];
    return typeof found === 'string' ? found : undefined;
  } catch {
    // Not an image's configuration, so it tells nothing of a base.
    return undefined;
  }
}
