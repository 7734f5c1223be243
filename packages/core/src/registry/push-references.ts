import { asLandfallError } from '../errors/as-landfall-error.ts';
import { isLandfallError, LandfallError } from '../errors/landfall-error.ts';
import { nameOf, type PushTarget, referenceOf } from '../image/image-reference.ts';
import type { BuiltImage } from '../world/docker.ts';
import type { Manifest, Registry } from '../world/registry.ts';
import type { World } from '../world/world.ts';
import { patientRegistry } from './patient-registry.ts';
import { withFreshLogin } from './renew-login.ts';
import { retryTransient } from './retry.ts';
import { sameContent, sameIndex } from './same-content.ts';
import { configOf } from './same-image.ts';

export interface PushedReference extends PushTarget {
  readonly digest: string;
  /** False when an immutable tag already held this very image. */
  readonly moved: boolean;
}

type Pusher = (target: PushTarget) => Promise<PushedReference>;

/**
 * Pushes every reference, one after the other: the first sends the layers, the others only a manifest. What was
 * pushed is told at once through `onPushed`, so that a later failure loses nothing.
 * @throws the failure of a reference, with what was pushed, failed and not tried in its details and facts
 */
export async function pushReferences(
  world: World,
  built: BuiltImage,
  targets: readonly PushTarget[],
  onPushed: (pushed: PushedReference) => Promise<void>,
): Promise<readonly PushedReference[]> {
  const { host, clock } = world;
  const push = built.digest === undefined ? engineTo(world, built) : digestTo(world, built.digest);
  const pushed: PushedReference[] = [];
  for (const target of targets) {
    const reference = referenceOf(target);
    try {
      const done = await retryTransient(
        {
          what: `the push of ${reference}`,
          attempts: 2,
          pause: 3000,
          clock,
          log: host.log,
          signal: host.cancellation,
        },
        () => withFreshLogin(world, target.registry, () => push(target)),
      );
      pushed.push(done);
      await onPushed(done);
    } catch (thrown) {
      throw partial(asLandfallError(thrown), targets, pushed);
    }
  }
  return pushed;
}

/** From the engine. Each tag is set right before its push: another job on this engine may use the same name. */
const engineTo = (world: World, built: BuiltImage): Pusher => {
  const { docker, host } = world;
  const { imageId } = built;
  return async (target) => {
    if (imageId === undefined)
      throw new LandfallError('DIGEST_UNKNOWN', { summary: 'the builder did not tell which image it built' });
    const reference = referenceOf(target);
    const options = { signal: host.cancellation };
    await docker.tag({ source: imageId, target: reference }, options);
    try {
      const { digest } = await docker.push(
        { reference },
        { ...options, output: (line) => host.log.output(line) },
      );
      return { ...target, digest, moved: true };
    } catch (thrown) {
      if (!isLandfallError(thrown, 'TAG_IMMUTABLE')) throw thrown;
      const digest = await heldBy(world, target, thrown, (registry, held) =>
        sameContent(registry, target, held, imageId, options),
      );
      return { ...target, digest, moved: false };
    }
  };
};

/** Already in the repository by digest: the tag is one more name for that manifest. */
const digestTo = (world: World, digest: string): Pusher => {
  const { docker, host } = world;
  return async (target) => {
    const registry = await docker.registry();
    const options = { signal: host.cancellation };
    const manifest = await registry.manifest({ ...target, reference: digest }, options);
    if (!manifest) {
      throw new LandfallError('DIGEST_UNKNOWN', {
        summary: `${nameOf(target)} does not hold ${digest}, which the builder said it pushed`,
      });
    }
    try {
      await registry.putManifest({ ...target, reference: target.tag }, manifest, options);
      return { ...target, digest, moved: true };
    } catch (thrown) {
      if (!isLandfallError(thrown, 'TAG_IMMUTABLE')) throw thrown;
      const builtId = configOf(manifest);
      const held = await heldBy(world, target, thrown, (patient, there) =>
        builtId === undefined
          ? sameIndex(patient, target, there, manifest, options)
          : sameContent(patient, target, there, builtId, options),
      );
      return { ...target, digest: held, moved: false };
    }
  };
};

/** What an immutable tag holds: done if it is this image, an error that names it otherwise. */
async function heldBy(
  world: World,
  target: PushTarget,
  refused: LandfallError,
  isSame: (registry: Registry, held: Manifest) => Promise<boolean>,
): Promise<string> {
  const { host } = world;
  const registry = await patientRegistry(world);
  const options = { signal: host.cancellation };
  const unread = (thrown: unknown) => {
    if (!isLandfallError(thrown) || thrown.code === 'CANCELLED') throw thrown;
    host.log.notice(`what ${referenceOf(target)} holds could not be read: ${thrown.summary}`);
    return undefined;
  };
  const held = await registry.manifest({ ...target, reference: target.tag }, options).catch(unread);
  if (held && (await isSame(registry, held).catch(unread))) {
    host.log.notice(`${referenceOf(target)} is immutable and already holds this image (${held.digest})`);
    return held.digest;
  }
  throw new LandfallError('TAG_IMMUTABLE', {
    summary: `${referenceOf(target)} is immutable and holds ${held?.digest ?? 'other content'}, not what this run built`,
    // The files of a new checkout have new times, so the same commit seldom makes the same layers twice.
    remedy:
      'To take the image that the tag already names when a step is run again, set `skip-if-exists`. Otherwise push under a new tag.',
    details: refused.details,
    facts: { ...refused.facts, ...(held && { holds: held.digest }) },
    cause: refused,
  });
}

function partial(
  error: LandfallError,
  targets: readonly PushTarget[],
  pushed: readonly PushedReference[],
): LandfallError {
  if (targets.length === 1) return error;
  const failed = targets[pushed.length]!;
  const rest = targets.slice(pushed.length + 1);
  return new LandfallError(error.code, {
    summary: error.summary,
    remedy: error.remedy,
    details: [
      ...error.details,
      ...pushed.map((one) => `${referenceOf(one)}: pushed as ${one.digest}`),
      `${referenceOf(failed)}: failed`,
      ...rest.map((one) => `${referenceOf(one)}: not tried`),
    ],
    facts: { ...error.facts, pushed: pushed.map(({ tag, digest }) => ({ tag, digest })) },
    cause: error,
  });
}
