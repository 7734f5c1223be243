import { LandfallError } from '../errors/landfall-error.ts';
import { nameOf, referenceOf } from '../image/image-reference.ts';
import type { BuiltImage } from '../world/docker.ts';
import type { Manifest, Registry } from '../world/registry.ts';
import type { World } from '../world/world.ts';
import { checkBuilt, type PushedReference, readImage } from './push-references.ts';
import { isUnreadable } from './unreadable.ts';

/** Milliseconds between the reads of a tag that is not yet what it was put on: reads may be behind writes. */
const pauses = [1000, 2000, 4000, 8000];

/**
 * Reads every tag back after the last push, by its content, as whoever pulls it would. A tag that moves and that
 * another push has moved since is a warning; any other that does not name what it was put on is an error.
 * @returns whether the registry could be read
 * @throws PUSH_FAILED, DIGEST_UNKNOWN
 */
export async function verifyPush(
  world: World,
  registry: Registry,
  built: BuiltImage,
  pushed: readonly PushedReference[],
): Promise<boolean> {
  const { host } = world;
  const unread = new Set<string>();
  for (const one of pushed) {
    const place = nameOf(one);
    if (unread.has(place)) continue;
    try {
      await verifyTag(world, registry, built, one);
    } catch (thrown) {
      if (!isUnreadable(thrown)) throw thrown;
      unread.add(place);
      host.log.warning(
        `not verified: ${place} could not be read after the push, so that it holds what was pushed is the word of the push alone: ${thrown.summary}`,
      );
    }
  }
  for (const place of unread) checkAlike(pushed.filter((one) => nameOf(one) === place));
  return unread.size === 0;
}

/** Of what cannot be read the engine's word is all there is: it pushed each tag, and told a digest of each. */
function checkAlike(pushed: readonly PushedReference[]): void {
  const digests = [...new Set(pushed.map(({ digest }) => digest))];
  if (digests.length === 1) return;
  throw new LandfallError('PUSH_FAILED', {
    summary: `the tags of ${nameOf(pushed[0]!)} were pushed as different images: ${digests.join(', ')}`,
    remedy: 'Another build on this Docker engine moved a tag in between: run the step again.',
  });
}

async function verifyTag(
  world: World,
  registry: Registry,
  built: BuiltImage,
  one: PushedReference,
): Promise<void> {
  const reference = referenceOf(one);
  const held = await settledTag(world, registry, one);
  if (held?.digest === one.digest) {
    checkBuilt(built, one, held);
    return;
  }
  const shared = one.moves === true || (one.before !== undefined && one.before !== one.digest);
  if (held !== undefined && held.digest !== one.before && one.moved && shared) {
    await readImage(world, registry, built, one);
    world.host.log.warning(
      `${reference} names ${held.digest} by now: another push moved it after this one had put it on ${one.digest}`,
    );
    return;
  }
  throw new LandfallError('PUSH_FAILED', {
    summary: `${reference} was pushed as ${one.digest}, and ${held ? `names ${held.digest}` : 'is not there'} afterwards`,
    remedy:
      'See what else moves or deletes this tag (another job, a lifecycle or cleanup rule), and run the step again.',
  });
}

async function settledTag(
  { host, clock }: World,
  registry: Registry,
  one: PushedReference,
): Promise<Manifest | undefined> {
  const read = () => registry.manifest({ ...one, reference: one.tag }, { signal: host.cancellation });
  let held = await read();
  for (const pause of pauses) {
    if (held?.digest === one.digest) break;
    await clock.sleep(pause, host.cancellation);
    if (host.cancellation.aborted)
      throw new LandfallError('CANCELLED', { summary: `the check of ${referenceOf(one)} was cancelled` });
    held = await read();
  }
  return held;
}
