import { isLandfallError } from '../../errors/landfall-error.ts';
import type { Registry, RegistryTarget } from '../../world/registry.ts';
import { type ImageTree, incomplete, missingPart, readTree } from '../read/image-tree.ts';

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
