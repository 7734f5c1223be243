import { asLandfallError } from '../../errors/as-landfall-error.ts';
import { isLandfallError, LandfallError } from '../../errors/landfall-error.ts';
import { nameOf, type PushTarget, referenceOf } from '../../image/reference/image-reference.ts';
import type { Manifest, Registry } from '../../world/registry.ts';
import type { World } from '../../world/world.ts';
import { withFreshLogin } from '../login/renew-login.ts';
import { retryTransient } from '../read/retry.ts';
import { type Built, pushTag } from './push-tag.ts';
import { isUnreadable } from './refusal.ts';
import { sameImage } from './same-content.ts';

export interface PushedReference extends PushTarget {
  /** What the tag was put on, or what an immutable one holds. */
  readonly digest: string;
  /** False when an immutable tag already held this very image. */
  readonly moved: boolean;
  /** Whether the engine pushed what its own tag named, which another job may have moved after the build. */
  readonly fromEngine?: boolean;
  /** What the tag named before; undefined when it was not there, or could not be read. */
  readonly before: string | undefined;
}

/**
 * Pushes every reference, one after the other, those that move last. The first of a repository sends the
 * layers, and the others are put on the digest that it got: all name one image, whatever becomes of the
 * engine's tags meanwhile. Where an immutable tag holds another build of the same content, all are put on
 * that one, so that a step that is run again leaves everything as it was. What was pushed is reported
 * immediately through `onPushed`: a failure later loses nothing.
 * @returns in the order of the targets
 * @throws the failure of a reference, with what was pushed, failed and not tried in its details and facts
 */
export async function pushReferences(
  world: World,
  registry: Registry,
  built: Built,
  targets: readonly PushTarget[],
  onPushed: (pushed: PushedReference) => Promise<void>,
): Promise<readonly PushedReference[]> {
  const { host, clock } = world;
  const ordered = movingLast(targets);
  const pushed: PushedReference[] = [];
  /** What the tags of a repository are put on, by its name. */
  const images = new Map<string, Manifest | undefined>();
  const push = (target: PushTarget) =>
    retryTransient(
      {
        what: `the push of ${referenceOf(target)}`,
        attempts: 2,
        pause: 3000,
        clock,
        log: host.log,
        signal: host.cancellation,
      },
      () =>
        withFreshLogin(world, target.registry, () =>
          pushTag(world, built, target, images.get(nameOf(target))),
        ),
    );
  for (const [index, target] of ordered.entries()) {
    const place = nameOf(target);
    let pushing: PushTarget | undefined = target;
    try {
      const before = await tagBefore(world, target);
      const { held, ...put } = await push(target);
      const done = { ...target, ...put, moved: held === undefined, before };
      pushed.push(done);
      pushing = undefined;
      await onPushed(done);
      if (held) {
        images.set(place, held);
        for (const [at, other] of pushed.entries()) {
          if (nameOf(other) !== place || !other.moved || other.digest === held.digest) continue;
          pushing = other;
          const { held: _, ...again } = await push(other);
          pushed[at] = { ...other, fromEngine: false, ...again };
        }
      } else if (!images.has(place) && ordered.slice(index + 1).some((other) => nameOf(other) === place))
        images.set(place, await readImage(world, registry, built, done));
    } catch (thrown) {
      throw partial(asLandfallError(thrown), ordered, pushed, pushing);
    }
  }
  return targets.map((target) => pushed.find((one) => referenceOf(one) === referenceOf(target))!);
}

/** Those of this image alone first: a tag that moves is seen by others. */
export const movingLast = (targets: readonly PushTarget[]): readonly PushTarget[] =>
  targets.toSorted((a, b) => lateness(a) - lateness(b));

const lateness = ({ moves }: PushTarget) => (moves === undefined ? 1 : moves ? 2 : 0);

/** What a tag that may move names: it tells a push that came to nothing from one that another has followed. */
async function tagBefore(world: World, target: PushTarget): Promise<string | undefined> {
  if (target.moves === false) return undefined;
  try {
    const registry = await world.registry();
    const signal = world.host.cancellation;
    const held = await registry.manifest({ ...target, reference: target.tag }, { signal });
    return held?.digest;
  } catch (thrown) {
    // The push says what is wrong, and the read after it.
    if (!isLandfallError(thrown) || thrown.code === 'CANCELLED') throw thrown;
    return undefined;
  }
}

/**
 * What was pushed, as the registry has it; undefined where this job may not read it.
 * @throws DIGEST_UNKNOWN, PUSH_FAILED
 */
async function readImage(
  { host }: World,
  registry: Registry,
  built: Built,
  pushed: PushedReference,
): Promise<Manifest | undefined> {
  try {
    const manifest = await registry.manifest(
      { ...pushed, reference: pushed.digest },
      { signal: host.cancellation },
    );
    if (manifest) {
      checkBuilt(built, pushed, manifest);
      return manifest;
    }
  } catch (thrown) {
    if (isUnreadable(thrown)) return undefined;
    throw thrown;
  }
  throw new LandfallError('DIGEST_UNKNOWN', {
    summary: `the push reported ${nameOf(pushed)}@${pushed.digest}, which the registry does not hold`,
  });
}

/** @throws PUSH_FAILED when the engine pushed another image */
export function checkBuilt({ imageId }: Built, pushed: PushedReference, manifest: Manifest): void {
  if (!pushed.fromEngine || imageId === undefined || sameImage(manifest, imageId)) return;
  throw new LandfallError('PUSH_FAILED', {
    summary: `${nameOf(pushed)}@${pushed.digest} is not the image that this run built (${imageId})`,
    remedy: 'Another build on this Docker engine moved the tag in the meantime: run the step again.',
  });
}

/** Docker or the registry may complete a push that no one waits for. */
const cutOff = ['CANCELLED', 'DOCKER_TIMED_OUT', 'ENDPOINT_UNREACHABLE'];

function partial(
  error: LandfallError,
  targets: readonly PushTarget[],
  pushed: readonly PushedReference[],
  pushing: PushTarget | undefined,
): LandfallError {
  const arrives = cutOff.includes(error.code);
  if (targets.length === 1 && !arrives) return error;
  const state = (target: PushTarget) => {
    const done = pushed.find((one) => referenceOf(one) === referenceOf(target));
    if (pushing && referenceOf(pushing) === referenceOf(target))
      return arrives ? 'cut off, and may have arrived' : 'failed';
    return done ? `pushed as ${done.digest}` : 'not tried';
  };
  return new LandfallError(error.code, {
    summary: error.summary,
    remedy: error.remedy,
    details: [...error.details, ...targets.map((target) => `${referenceOf(target)}: ${state(target)}`)],
    facts: { ...error.facts, pushed: pushed.map(({ tag, digest }) => ({ tag, digest })) },
    cause: error,
  });
}
