import { isLandfallError, LandfallError } from '../../errors/landfall-error.ts';
import { nameOf, referenceOf } from '../../image/reference/image-reference.ts';
import type { Registry, RegistryTarget, RepositoryName } from '../../world/registry.ts';
import type { World } from '../../world/world.ts';
import { type ImageTree, incomplete, missingPart, readTree } from '../read/image-tree.ts';
import { untilSettled } from '../read/until-settled.ts';
import { checkBuilt, type PushedReference } from './push-references.ts';
import type { Built } from './push-tag.ts';
import { isUnreadable } from './refusal.ts';

/**
 * Reads everything back after the last push, as a client that pulls it would: each image by its content with
 * all that it names, then each tag. A tag that moves and that another push has moved since is a warning; any
 * other that does not name what it was put on is an error.
 * @returns whether the registry could be read
 * @throws PUSH_FAILED
 */
export async function verifyPush(
  world: World,
  registry: Registry,
  built: Built,
  pushed: readonly PushedReference[],
): Promise<boolean> {
  const unread = new Set<string>();
  const whole = new Set<string>();
  for (const one of pushed) {
    const place = nameOf(one);
    const image = `${place}@${one.digest}`;
    if (unread.has(place)) continue;
    const isRead = await couldRead(world, place, async () => {
      if (!whole.has(image)) checkBuilt(built, one, (await readImage(world, registry, one, one.digest)).root);
      whole.add(image);
      await verifyTag(world, registry, one);
    });
    if (!isRead) unread.add(place);
  }
  for (const place of unread) checkAlike(pushed.filter((one) => nameOf(one) === place));
  return unread.size === 0;
}

/**
 * The same of an image that was pushed by its digest alone.
 * @returns whether every repository could be read
 * @throws PUSH_FAILED
 */
export async function verifyDigest(
  world: World,
  registry: Registry,
  places: readonly RepositoryName[],
  digest: string,
): Promise<boolean> {
  let all = true;
  for (const place of places)
    all = (await couldRead(world, nameOf(place), () => readImage(world, registry, place, digest))) && all;
  return all;
}

/** Whether a check could read the repository; a warning says why not. */
async function couldRead({ host }: World, place: string, check: () => Promise<unknown>): Promise<boolean> {
  try {
    await check();
    return true;
  } catch (thrown) {
    if (!isUnreadable(thrown)) throw thrown;
    host.log.warning(
      `not verified: ${place} could not be read after the push, so only the push itself confirms that it holds the image: ${thrown.summary}`,
    );
    return false;
  }
}

/** Of what cannot be read the engine's word is all there is: it pushed each tag, and told a digest of each. */
function checkAlike(pushed: readonly PushedReference[]): void {
  const digests = [...new Set(pushed.map(({ digest }) => digest))];
  if (digests.length === 1) return;
  throw new LandfallError('PUSH_FAILED', {
    summary: `the tags of ${nameOf(pushed[0]!)} were pushed as different images: ${digests.join(', ')}`,
    remedy: 'Another build on this Docker engine moved a tag in the meantime: run the step again.',
  });
}

async function readImage(
  world: World,
  registry: Registry,
  place: RepositoryName,
  digest: string,
): Promise<ImageTree> {
  const image = `${nameOf(place)}@${digest}`;
  const target = { ...place, reference: digest };
  const read = await untilSettled(
    world,
    image,
    () => readWhole(registry, target, world.host.cancellation),
    (tree) => !('lacks' in tree),
  );
  if (!('lacks' in read)) return read;
  throw new LandfallError('PUSH_FAILED', {
    summary: `${image} was pushed but is incomplete afterwards: ${read.lacks}`,
    remedy:
      'Find out what deletes from the repository (a lifecycle or cleanup rule), then run the step again.',
  });
}

async function verifyTag(world: World, registry: Registry, one: PushedReference): Promise<void> {
  const { log, cancellation } = world.host;
  const reference = referenceOf(one);
  const held = await untilSettled(
    world,
    reference,
    () => registry.manifest({ ...one, reference: one.tag }, { signal: cancellation }),
    (manifest) => manifest?.digest === one.digest,
  );
  if (held?.digest === one.digest) return;
  const shared = one.moves === true || (one.moved && one.before !== undefined && one.before !== one.digest);
  if (held === undefined || held.digest === one.before || !shared) {
    throw new LandfallError('PUSH_FAILED', {
      summary: `${reference} ${one.moved ? 'was pushed as' : 'held'} ${one.digest}, and ${held ? `points to ${held.digest}` : 'does not exist'} afterwards`,
      remedy:
        'Find out what else moves or deletes this tag (another job, a lifecycle or cleanup rule), then run the step again.',
    });
  }
  log.warning(
    `${reference} now points to ${held.digest}: another push moved it after ${one.moved ? 'this one had set it to' : 'it had pointed to'} ${one.digest}`,
  );
}

/** An image with all that it names, or a sentence on what the repository lacks of it. */
export async function readWhole(
  registry: Registry,
  target: RegistryTarget,
  signal: AbortSignal,
): Promise<ImageTree | { readonly lacks: string }> {
  try {
    const tree = await readTree(registry, target, signal);
    // The manifests were read, by their content.
    const missing = await missingPart(registry, target, { ...tree, manifests: [] }, signal);
    return missing === undefined ? tree : { lacks: incomplete(target, missing, tree.root.digest).summary };
  } catch (thrown) {
    if (!isLandfallError(thrown, 'NOT_FOUND')) throw thrown;
    return { lacks: thrown.summary };
  }
}
