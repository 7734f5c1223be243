import { isLandfallError, LandfallError } from '../../errors/landfall-error.ts';
import { nameOf, type PushTarget, referenceOf } from '../../image/reference/image-reference.ts';
import type { BuiltImage } from '../../world/docker.ts';
import type { Manifest, Registry } from '../../world/registry.ts';
import type { World } from '../../world/world.ts';
import { patientRegistry } from '../read/patient-registry.ts';
import { configOf, sameContent, sameIndex } from './same-content.ts';

/** What was built: by its id in the engine, or by the digest under which its repositories hold it. */
export type Built = Pick<BuiltImage, 'imageId' | 'digest' | 'metadata'>;

interface TagPush {
  readonly digest: string;
  /** Whether the engine pushed what its own tag named, which another job may have moved after the build. */
  readonly fromEngine?: boolean;
  /** What an immutable tag holds: this image, or another build of the same content. */
  readonly held?: Manifest;
}

/**
 * Puts one tag on the image of its repository, where that is known, and pushes what was built otherwise.
 * @throws the codes of a push; TAG_IMMUTABLE naming what an immutable tag holds instead
 */
export async function pushTag(
  world: World,
  built: Built,
  target: PushTarget,
  image: Manifest | undefined,
): Promise<TagPush> {
  const { docker, host } = world;
  const options = { signal: host.cancellation };
  const reference = referenceOf(target);
  const registry = await world.registry();
  const byBuilder =
    built.digest === undefined ? undefined : await pushedByBuilder(registry, built.digest, target, options);
  // The engine is given every name, right before it is pushed: another job on this engine may use the same.
  if (byBuilder === undefined) await docker.tag({ source: imageIdOf(built), target: reference }, options);
  const manifest = image ?? byBuilder;
  try {
    if (manifest) {
      await registry.putManifest({ ...target, reference: target.tag }, manifest, options);
      return { digest: manifest.digest };
    }
    const { digest } = await docker.push(
      { reference },
      { ...options, output: (line) => host.log.output(line) },
    );
    return { digest, fromEngine: true };
  } catch (thrown) {
    if (!isLandfallError(thrown, 'TAG_IMMUTABLE')) throw thrown;
    const held = await heldBy(world, target, thrown, (patient, there) => {
      if (there.digest === manifest?.digest) return Promise.resolve(true);
      const builtId = byBuilder ? configOf(byBuilder) : configIdOf(built);
      return builtId === undefined
        ? sameIndex(patient, target, there, byBuilder!, options)
        : sameContent(patient, target, there, builtId, options);
    });
    return { digest: held.digest, held };
  }
}

function imageIdOf({ imageId }: Built): string {
  if (imageId !== undefined) return imageId;
  throw new LandfallError('DIGEST_UNKNOWN', { summary: 'the builder did not report which image it built' });
}

/** The id is that of the manifest where the engine keeps images in containerd's store, and the builder tells both. */
function configIdOf(built: Built): string {
  const told = built.metadata['containerimage.config.digest'];
  return typeof told === 'string' ? told : imageIdOf(built);
}

async function pushedByBuilder(
  registry: Registry,
  digest: string,
  target: PushTarget,
  options: { readonly signal: AbortSignal },
): Promise<Manifest> {
  const manifest = await registry.manifest({ ...target, reference: digest }, options);
  if (manifest) return manifest;
  throw new LandfallError('DIGEST_UNKNOWN', {
    summary: `${nameOf(target)} does not hold ${digest}, which the builder reported as pushed`,
  });
}

/** What an immutable tag holds: done if it is this image, an error that names it otherwise. */
async function heldBy(
  world: World,
  target: PushTarget,
  refused: LandfallError,
  isSame: (registry: Registry, held: Manifest) => Promise<boolean>,
): Promise<Manifest> {
  const { host } = world;
  const registry = await patientRegistry(world);
  const unread = (thrown: unknown) => {
    if (!isLandfallError(thrown) || thrown.code === 'CANCELLED') throw thrown;
    host.log.notice(`could not read what ${referenceOf(target)} points to: ${thrown.summary}`);
    return undefined;
  };
  const held = await registry
    .manifest({ ...target, reference: target.tag }, { signal: host.cancellation })
    .catch(unread);
  if (held && (await isSame(registry, held).catch(unread))) {
    host.log.notice(`${referenceOf(target)} is immutable and already holds this image (${held.digest})`);
    return held;
  }
  throw new LandfallError('TAG_IMMUTABLE', {
    summary: `${referenceOf(target)} is immutable and holds ${held?.digest ?? 'other content'}, not the image of this run`,
    // The files of a new checkout have new times, so the same commit seldom makes the same layers twice.
    remedy:
      'To reuse the image the tag already points to when a step is run again, set `skip-if-exists`. Otherwise, push under a new tag.',
    details: refused.details,
    facts: { ...refused.facts, ...(held && { holds: held.digest }) },
    cause: refused,
  });
}
