import type { Tag } from '@aws-sdk/client-ecs';
import type { Ecs } from '../../world/aws.ts';

export interface TagPlan {
  readonly set: readonly Tag[];
  readonly remove: readonly string[];
}

/**
 * Tags of AWS, and the marks of a run, are never the user's to remove. Without AmazonECSManaged Express Mode does not know its service again:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/express-service-advanced-customization.html
 */
const isReserved = (key: string) => /^(?:aws:|AmazonECS|landfall:)/i.test(key);

export function planTags(live: readonly Tag[], wanted: readonly Tag[]): TagPlan {
  const has = new Map(live.map(({ key, value }) => [key, value]));
  const keeps = new Set(wanted.map(({ key }) => key));
  return {
    set: wanted.filter(({ key, value }) => !has.has(key) || has.get(key) !== value),
    remove: live.flatMap(({ key }) => (key !== undefined && !keeps.has(key) && !isReserved(key) ? key : [])),
  };
}

export const tagLines = ({ set, remove }: TagPlan): readonly string[] => [
  ...set.map(({ key, value }) => `+ tags.${key}: ${JSON.stringify(value)}`),
  ...remove.map((key) => `- tags.${key}`),
];

/** Before the deployment, so that its tasks get them. */
export async function applyTags(
  { set, remove }: TagPlan,
  resourceArn: string,
  { ecs, signal }: { readonly ecs: Ecs; readonly signal: AbortSignal },
): Promise<void> {
  // First what is set: where that is refused, nothing is lost.
  if (set.length > 0)
    await ecs.tagResource({ resourceArn, tags: set.map((tag) => ({ ...tag })) }, { signal });
  if (remove.length > 0) await ecs.untagResource({ resourceArn, tagKeys: [...remove] }, { signal });
}
