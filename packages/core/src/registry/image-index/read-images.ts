import { LandfallError } from '../../errors/landfall-error.ts';
import { nameOf } from '../../image/reference/image-reference.ts';
import type { Registry, RepositoryName } from '../../world/registry.ts';
import type { World } from '../../world/world.ts';
import { readWhole } from '../push/verify-push.ts';
import { bounded } from '../read/bounded.ts';
import type { ImageTree } from '../read/image-tree.ts';
import { untilSettled } from '../read/until-settled.ts';

/** Images on their way at once; each asks for four things at a time. */
const atOnce = 2;

/**
 * The images of these digests, each with all that it names.
 * @throws NOT_FOUND naming every digest that the repository does not hold, or not all of
 */
export async function readImages(
  world: World,
  registry: Registry,
  place: RepositoryName,
  digests: readonly string[],
): Promise<readonly ImageTree[]> {
  const signal = world.host.cancellation;
  // Another job has just pushed them, and a read may be behind.
  const found = await bounded({ most: atOnce, signal }, digests, (digest, stopped) =>
    untilSettled(
      world,
      `${nameOf(place)}@${digest}`,
      () => readWhole(registry, { ...place, reference: digest }, stopped),
      (read) => !('lacks' in read),
    ),
  );
  const lacks = found.flatMap((read) => ('lacks' in read ? [read.lacks] : []));
  if (lacks.length === 0) return found.flatMap((read) => ('lacks' in read ? [] : [read]));
  throw new LandfallError('NOT_FOUND', {
    summary: `${nameOf(place)} does not hold ${lacks.length} of the ${digests.length} images: ${lacks.join('; ')}`,
    remedy:
      'Push each of them whole to this repository (push-by-digest=true in `outputs` of build-push), then run the step again.',
    facts: { lacks },
  });
}
