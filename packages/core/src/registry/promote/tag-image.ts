import { isLandfallError, LandfallError } from '../../errors/landfall-error.ts';
import { nameOf } from '../../image/reference/image-reference.ts';
import type { Manifest, Registry, RepositoryName } from '../../world/registry.ts';
import type { World } from '../../world/world.ts';
import { checkTag } from './read-back.ts';

/**
 * Puts a tag on a manifest that the repository holds, and reads it back.
 * @returns whether the tag was moved: false when it was on this very manifest already
 * @throws TAG_IMMUTABLE naming what an immutable tag holds, PUSH_FAILED when the tag reads back as another image
 */
export async function tagImage(
  world: World,
  registry: Registry,
  name: RepositoryName,
  tag: string,
  manifest: Manifest,
): Promise<boolean> {
  const signal = world.host.cancellation;
  const target = { ...name, reference: tag };
  const before = await registry.head(target, { signal });
  if (before?.digest === manifest.digest) return false;
  try {
    await registry.putManifest(target, manifest, { signal });
  } catch (thrown) {
    if (!isLandfallError(thrown, 'TAG_IMMUTABLE')) throw thrown;
    // Read again: an earlier attempt, or another run, may have set the tag since.
    const holds = (await registry.head(target, { signal })) ?? before;
    if (holds?.digest === manifest.digest) return true;
    if (holds === undefined) throw thrown;
    throw new LandfallError('TAG_IMMUTABLE', {
      summary: `${nameOf(name)}:${tag} is immutable and holds ${holds.digest}, not ${manifest.digest}`,
      facts: { ...thrown.facts, holds: holds.digest },
      cause: thrown,
    });
  }
  await checkTag(world, registry, name, tag, manifest.digest);
  return true;
}
