import { isLandfallError, LandfallError } from '../../errors/landfall-error.ts';
import { nameOf } from '../../image/reference/image-reference.ts';
import type { Registry, RepositoryName } from '../../world/registry.ts';
import type { World } from '../../world/world.ts';
import type { ImageTree } from '../read/image-tree.ts';
import { BlobTally, copyImage, putManifests } from './copy-image.ts';
import { readBack } from './read-back.ts';
import { removeTag } from './remove-tag.ts';
import { tagImage } from './tag-image.ts';

interface Move {
  readonly from: RepositoryName;
  /** The tag that is to go. */
  readonly tag: string;
  readonly to: RepositoryName;
  /** The image. */
  readonly image: ImageTree;
  /** What the target has got: the image, and what refers to it. */
  readonly images: readonly ImageTree[];
  /** The tags that it has got, with the digest of `images` that each names. */
  readonly tags: ReadonlyMap<string, string>;
}

/**
 * Takes the tag off the source of a copy that has been read back, and looks again at both sides: what the
 * deletion took beyond that tag is put back.
 * @returns whether the tag is gone
 * @throws PUSH_FAILED when it went from the target, too: both names stand for one repository
 */
export async function moveTag(world: World, registry: Registry, move: Move): Promise<boolean> {
  const { host } = world;
  const { from, tag, to, image } = move;
  const { digest } = image.root;
  const source = `${nameOf(from)}:${tag}`;
  const end = await removeTag(world, from, tag, digest);
  if (end.kind === 'left') {
    host.log.warning(`${source} is left in place: ${end.why}`);
    return false;
  }
  host.log.info(`${source} ${end.kind === 'gone' ? 'was already gone' : 'was removed'}`);
  if (end.kind === 'gone') return true;
  await checkTarget(world, registry, move);
  for (const other of end.others) {
    await copyImage(registry, { ...to, reference: digest }, from, new BlobTally(), host.cancellation);
    await tagImage(world, registry, from, other, image.root);
    host.log.warning(
      `${nameOf(from)}:${other} was added to the image in the meantime, was removed with it, and has been restored`,
    );
  }
  if (end.others.length === 0)
    host.log.notice(
      `${nameOf(from)} no longer holds ${digest}, because it had no other tag: tasks that reference it there can no longer be started`,
    );
  return true;
}

/** A host that stands for another one is not seen by its name. */
async function checkTarget(
  world: World,
  registry: Registry,
  { from, tag, to, tags, image, images }: Move,
): Promise<void> {
  const signal = world.host.cancellation;
  const { digest } = image.root;
  const check = () => readBack(world, registry, to, images, tags);
  try {
    return await check();
  } catch (lost) {
    if (!isLandfallError(lost, 'PUSH_FAILED')) throw lost;
    const summary = `when ${nameOf(from)}:${tag} was removed, the image also disappeared from ${nameOf(to)}: both are the same repository`;
    try {
      for (const one of images) await putManifests(registry, to, one, new BlobTally(), signal);
      for (const [name, named] of tags) {
        const { root } = images.find((one) => one.root.digest === named) ?? image;
        await tagImage(world, registry, to, name, root);
      }
      await check();
    } catch (thrown) {
      throw new LandfallError('PUSH_FAILED', {
        summary: `${summary}, and ${digest} could not be restored`,
        remedy: 'Build and push the image again, and omit `move`.',
        cause: thrown,
      });
    }
    throw new LandfallError('PUSH_FAILED', {
      summary: `${summary}. It has been restored`,
      remedy: 'Omit `move`: within a repository, an image only gets more tags.',
      cause: lost,
    });
  }
}

/**
 * A move that is run again finds no source. What the target holds is reported: whether it is that image is
 * not known.
 */
export async function movedBefore(
  registry: Registry,
  to: RepositoryName,
  tag: string | undefined,
  thrown: unknown,
  signal: AbortSignal,
): Promise<unknown> {
  if (!isLandfallError(thrown, 'NOT_FOUND') || tag === undefined) return thrown;
  const held = await registry.head({ ...to, reference: tag }, { signal });
  if (held === undefined) return thrown;
  return new LandfallError('NOT_FOUND', {
    summary: thrown.summary,
    remedy: `An earlier run may have moved it: ${nameOf(to)}:${tag} holds ${held.digest}. If that is the image, there is nothing left to do.`,
    cause: thrown,
  });
}
