import { LandfallError } from '../../errors/landfall-error.ts';
import { nameOf } from '../../image/reference/image-reference.ts';
import type { Registry, RepositoryName } from '../../world/registry.ts';
import type { World } from '../../world/world.ts';
import { type ImageTree, missingPart } from '../read/image-tree.ts';
import { untilSettled } from '../read/until-settled.ts';

/**
 * Reads back what was promoted, as a client that pulls it would: every image with all that it names, then
 * every tag.
 * @param tags with the digest that each must name
 * @throws PUSH_FAILED when something is not there, or a tag points to a different image
 */
export async function readBack(
  world: World,
  registry: Registry,
  to: RepositoryName,
  images: readonly ImageTree[],
  tags: ReadonlyMap<string, string>,
): Promise<void> {
  for (const image of images) {
    const { root } = image;
    const missing = await untilSettled(
      world,
      `${nameOf(to)}@${root.digest}`,
      () => missingPart(registry, to, image, world.host.cancellation),
      (part) => part === undefined,
    );
    if (missing === undefined) continue;
    const what = missing === root.digest ? '' : ` ${missing} of`;
    throw new LandfallError('PUSH_FAILED', {
      summary: `${nameOf(to)} accepted ${root.digest}, but does not hold${what} it afterwards; the source is unchanged`,
      remedy: 'Find out what deletes from the target (a lifecycle or cleanup rule), then run the step again.',
    });
  }
  for (const [tag, digest] of tags) await checkTag(world, registry, to, tag, digest);
}

/** @throws PUSH_FAILED when a tag that was put on a digest names another, or is not there */
export async function checkTag(
  world: World,
  registry: Registry,
  name: RepositoryName,
  tag: string,
  digest: string,
): Promise<void> {
  const held = await untilSettled(
    world,
    `${nameOf(name)}:${tag}`,
    () => registry.manifest({ ...name, reference: tag }, { signal: world.host.cancellation }),
    (manifest) => manifest?.digest === digest,
  );
  if (held?.digest === digest) return;
  throw new LandfallError('PUSH_FAILED', {
    summary: `${nameOf(name)}:${tag} was set to ${digest} but reads back as ${held?.digest ?? 'missing'}`,
    remedy:
      'Something else moved or removed the tag at the same time: find out what, then run the step again.',
  });
}
