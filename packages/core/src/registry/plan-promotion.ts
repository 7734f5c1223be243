import { nameOf } from '../image/image-reference.ts';
import type { Registry, RepositoryName } from '../world/registry.ts';

/** What a promotion would do, by what the target holds now. */
export interface PromotionPlan {
  /** Whether the target lacks the image, so that its content would go there. */
  readonly copies: boolean;
  readonly tags: readonly PlannedTag[];
}

export interface PlannedTag {
  /** `registry/repository:tag`. */
  readonly reference: string;
  /** The digest it is on; undefined when it is not there. */
  readonly now: string | undefined;
}

export async function planPromotion(
  registry: Registry,
  digest: string,
  to: RepositoryName,
  tags: readonly string[],
  signal: AbortSignal,
): Promise<PromotionPlan> {
  const held = async (reference: string) => (await registry.head({ ...to, reference }, { signal }))?.digest;
  const [there, ...now] = await Promise.all([digest, ...tags].map(held));
  return {
    copies: there === undefined,
    tags: tags.map((tag, index) => ({ reference: `${nameOf(to)}:${tag}`, now: now[index] })),
  };
}

/** A line for each thing that would be done or is done already. */
export const planLines = (plan: PromotionPlan, digest: string, to: RepositoryName): readonly string[] => [
  plan.copies ? `would copy ${digest} to ${nameOf(to)}` : `${nameOf(to)} holds ${digest} already`,
  ...plan.tags.map(({ reference, now }) =>
    now === digest
      ? `${reference} is already ${digest}`
      : `would put ${reference} on ${digest}, ${now === undefined ? 'which is a new tag' : `instead of ${now}`}`,
  ),
];
