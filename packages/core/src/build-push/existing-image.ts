import { isLandfallError } from '../errors/landfall-error.ts';
import { nameOf, type PushTarget, referenceOf } from '../image/reference/image-reference.ts';
import { imagesIn, missingPlatforms, type PlatformImage, platformOf } from '../registry/push/platforms.ts';
import { type PushedReference, pushReferences } from '../registry/push/push-references.ts';
import { configOf } from '../registry/push/same-content.ts';
import { readWhole, verifyPush } from '../registry/push/verify-push.ts';
import { patientRegistry } from '../registry/read/patient-registry.ts';
import type { Manifest, Registry, RepositoryName } from '../world/registry.ts';
import type { World } from '../world/world.ts';
import type { BaseImage } from './base-images.ts';

interface RequestedImage {
  readonly bases: readonly BaseImage[];
  readonly platforms?: readonly string[] | undefined;
}

export interface ReusedImage {
  readonly digest: string;
  /** The tags that named another image, or none, and were put on it. */
  readonly pushed: readonly PushedReference[];
  readonly verified: boolean;
}

/**
 * The image that need not be built again: the tags that name one image all name it, it is whole, runs on the
 * platforms that are requested, and is built on this base image. The tags that each run moves are put on it.
 * Where there is no tag that names one image, all must name it. Undefined when there is no such image.
 */
export async function keepImage(
  world: World,
  targets: readonly PushTarget[],
  wanted: RequestedImage,
): Promise<ReusedImage | undefined> {
  const { host } = world;
  const registry = await patientRegistry(world);
  const held = (target: PushTarget) =>
    registry.manifest({ ...target, reference: target.tag }, { signal: host.cancellation });
  const deciding = decidingTags(targets);
  const [first, ...others] = deciding;
  const image = first && (await held(first));
  if (image === undefined) return undefined;
  for (const target of others) if ((await held(target))?.digest !== image.digest) return undefined;
  for (const place of placesOf(deciding)) {
    const why = await whyNot(world, registry, place, image.digest, wanted);
    if (why === undefined) continue;
    host.log.notice(`${why}: building again`);
    return undefined;
  }
  const left: PushTarget[] = [];
  for (const target of targets.filter((one) => !deciding.includes(one)))
    if ((await held(target))?.digest !== image.digest) left.push(target);
  const built = { digest: image.digest, metadata: {} };
  const pushed = await pushReferences(world, registry, built, left, async () => {});
  if (pushed.length === 0) return { digest: image.digest, pushed, verified: true };
  // Those that were on it already may have gone while the others were put.
  const all = targets.map(
    (target) =>
      pushed.find((one) => referenceOf(one) === referenceOf(target)) ?? {
        ...target,
        digest: image.digest,
        moved: false,
        before: image.digest,
      },
  );
  return { digest: image.digest, pushed, verified: await verifyPush(world, registry, built, all) };
}

/** Those that name one image, where every repository has such a tag. */
function decidingTags(targets: readonly PushTarget[]): readonly PushTarget[] {
  const fixed = targets.filter(({ moves }) => moves === false);
  return placesOf(fixed).length === placesOf(targets).length ? fixed : targets;
}

const placesOf = (targets: readonly PushTarget[]): readonly RepositoryName[] => [
  ...new Map(targets.map((one) => [nameOf(one), one])).values(),
];

/** Why what is there is not what would be built. */
async function whyNot(
  world: World,
  registry: Registry,
  name: RepositoryName,
  digest: string,
  { bases, platforms = [] }: RequestedImage,
): Promise<string | undefined> {
  const { cancellation } = world.host;
  const tree = await readWhole(registry, { ...name, reference: digest }, cancellation).catch(
    (thrown: unknown) => {
      // A schema of old, or something that is not a manifest of an image at all.
      if (isLandfallError(thrown, 'RESPONSE_INVALID')) return { lacks: thrown.summary };
      throw thrown;
    },
  );
  if ('lacks' in tree) return `the existing image is incomplete (${tree.lacks})`;
  const images = imagesIn(tree);
  if (images.length === 0) return 'what exists is not a runnable image';
  const there: string[] = [];
  for (const image of platforms.length > 0 ? images : [])
    there.push(await platformIn(registry, name, image, cancellation));
  const missing = missingPlatforms(there, platforms);
  if (missing.length > 0)
    return `the existing image is for ${there.join(', ')}, not for ${missing.join(', ')}`;
  // With none or several base images there is nothing to compare.
  const [base] = bases;
  if (bases.length !== 1 || base === undefined) return undefined;
  const { config } = await configIn(registry, name, images[0]!.manifest, cancellation);
  const builtOn = config?.Labels?.['org.opencontainers.image.base.digest'];
  if (builtOn === base.digest) return undefined;
  return typeof builtOn === 'string'
    ? `the base image ${base.name} changed from ${builtOn} to ${base.digest}`
    : 'the existing image does not record which base image it was built on';
}

async function platformIn(
  registry: Registry,
  name: RepositoryName,
  { manifest, platform }: PlatformImage,
  signal: AbortSignal,
): Promise<string> {
  return platform ?? platformOf(await configIn(registry, name, manifest, signal));
}

interface Configuration {
  readonly os?: string;
  readonly architecture?: string;
  readonly variant?: string;
  readonly config?: { readonly Labels?: Readonly<Record<string, unknown>> | null } | null;
}

/** An image's configuration; empty where it is none, which tells nothing. */
async function configIn(
  registry: Registry,
  name: RepositoryName,
  manifest: Manifest,
  signal: AbortSignal,
): Promise<Configuration> {
  const digest = configOf(manifest);
  const bytes = digest && (await registry.blob({ ...name, reference: digest }, { signal }));
  if (!bytes) return {};
  try {
    const config: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof config === 'object' && config !== null ? config : {};
  } catch {
    // Not JSON, so not a configuration.
    return {};
  }
}
