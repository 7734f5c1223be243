import { isLandfallError, LandfallError } from '../../errors/landfall-error.ts';
import { nameOf } from '../../image/reference/image-reference.ts';
import type { Registry, RepositoryName } from '../../world/registry.ts';

/** A move that is run again finds no source. What the target holds is told: whether it is that image nobody knows. */
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
