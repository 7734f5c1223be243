import { isLandfallError } from '../../errors/landfall-error.ts';
import { nameOf } from '../../image/reference/image-reference.ts';
import type { Registry, RegistryTarget, RepositoryName } from '../../world/registry.ts';
import { missingPart, readTree } from '../read/image-tree.ts';

/** What a promotion would do, by what the target holds now. */
interface PromotionPlan {
  /** Whether the registry says that it has no such repository. Not every one does: many make it with the first push. */
  readonly missing: boolean;
  /** Whether the target lacks the image or a part of it, which would go there. */
  readonly copies: boolean;
  readonly tags: readonly PlannedTag[];
}

interface PlannedTag {
  /** `registry/repository:tag`. */
  readonly reference: string;
  /** The digest it is on; undefined when it is not there. */
  readonly now: string | undefined;
}

export async function planPromotion(
  registry: Registry,
  from: RegistryTarget,
  to: RepositoryName,
  tags: readonly string[],
  signal: AbortSignal,
): Promise<PromotionPlan> {
  const tree = await readTree(registry, from, signal);
  // The content of the image is read first, because only that response distinguishes a missing repository from
  // a missing image.
  const there = await missingPart(registry, to, tree, signal).catch((thrown: unknown) => {
    if (!isLandfallError(thrown, 'REPOSITORY_MISSING')) throw thrown;
    return 'no repository' as const;
  });
  const missing = there === 'no repository';
  const held = async (reference: string) => (await registry.head({ ...to, reference }, { signal }))?.digest;
  const now = missing ? [] : await Promise.all(tags.map(held));
  return {
    missing,
    copies: there !== undefined,
    tags: tags.map((tag, index) => ({ reference: `${nameOf(to)}:${tag}`, now: now[index] })),
  };
}

/** A line for each thing that would be done or is done already. */
export const planLines = (plan: PromotionPlan, digest: string, to: RepositoryName): readonly string[] => [
  ...(plan.missing
    ? [`${nameOf(to)} does not exist: the push fails unless the registry creates repositories on push`]
    : []),
  plan.copies ? `would copy ${digest} to ${nameOf(to)}` : `${nameOf(to)} holds ${digest} already`,
  ...plan.tags.map(({ reference, now }) =>
    now === digest
      ? `${reference} is already ${digest}`
      : `would set ${reference} to ${digest}, ${now === undefined ? 'which is a new tag' : `instead of ${now}`}`,
  ),
];
