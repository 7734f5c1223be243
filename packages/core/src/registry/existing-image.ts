import type { World } from '../world/world.ts';
import type { PushTarget } from './push-references.ts';

/**
 * The digest that every one of these references names already; undefined when one is missing or names another.
 * Each is asked for by its exact tag: a repository is never listed.
 */
export async function existingImage(
  { docker, host }: World,
  targets: readonly PushTarget[],
): Promise<string | undefined> {
  const registry = await docker.registry();
  const digests = new Set<string | undefined>();
  for (const target of targets) {
    const held = await registry.head({ ...target, reference: target.tag }, { signal: host.cancellation });
    digests.add(held?.digest);
    if (held === undefined || digests.size > 1) return undefined;
  }
  return [...digests][0];
}
