import { type CurrentPolicy, conflict, listOf, readPolicy } from './current-policy.ts';
import { same } from './same-json.ts';

interface LifecycleSettings {
  /** Days after which an untagged image goes. */
  readonly expireUntaggedAfter?: number | undefined;
  /** How many images stay, the newest ones. */
  readonly keepLast?: number | undefined;
}

/** A rule of ours: one for each kind of images, known by a description that says what it does. */
export interface LifecycleRule {
  readonly description: string;
  readonly selection: {
    readonly tagStatus: 'untagged' | 'any';
    readonly countType: string;
    readonly countUnit?: string;
    readonly countNumber: number;
  };
  readonly action: { readonly type: 'expire' };
}

const makers = {
  untagged: (countNumber: number): LifecycleRule => ({
    description: `expire untagged images after ${countNumber} days`,
    selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber },
    action: { type: 'expire' },
  }),
  any: (countNumber: number): LifecycleRule => ({
    description: `keep the last ${countNumber} images`,
    selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber },
    action: { type: 'expire' },
  }),
};

/** The rules for the two settings that most repositories need; undefined for none. */
export function lifecycleRules({
  expireUntaggedAfter,
  keepLast,
}: LifecycleSettings): readonly LifecycleRule[] | undefined {
  const rules = [
    ...(expireUntaggedAfter === undefined ? [] : [makers.untagged(expireUntaggedAfter)]),
    ...(keepLast === undefined ? [] : [makers.any(keepLast)]),
  ];
  return rules.length > 0 ? rules : undefined;
}

/** As ECR has it; nothing is known of what others wrote. */
interface CurrentRule {
  readonly rulePriority?: unknown;
  readonly description?: unknown;
  readonly selection?: { readonly tagStatus?: unknown; readonly countNumber?: unknown };
  readonly action?: { readonly type?: unknown };
}

/**
 * A lifecycle policy with these rules in addition to those of others, which keep their order and come first: an
 * image that one rule selects is not touched by a rule after it.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
 * @throws REPOSITORY_CONFLICT when others have another rule on the same images, with both
 */
export function lifecycleWith(held: CurrentPolicy, wanted: readonly LifecycleRule[]): string {
  const { rules, ...rest } = readPolicy(held);
  let all = listOf(rules) as readonly CurrentRule[];
  for (const rule of wanted) {
    const at = all.findIndex(
      ({ selection, action }) =>
        selection?.tagStatus === rule.selection.tagStatus && action?.type === rule.action.type,
    );
    const there = all[at];
    if (!there) {
      all = added(all, rule);
      continue;
    }
    const { rulePriority, description: _, ...effect } = there;
    const { description, ...wantedEffect } = rule;
    if (same(effect, wantedEffect)) continue;
    if (!isOurs(there) && held.of === 'repository')
      throw conflict(held, `another rule where this one is wanted: ${description}`, there, rule);
    all = all.with(at, { rulePriority, ...rule });
  }
  return JSON.stringify({ ...rest, rules: all });
}

/** Written by an earlier run, be it with another number. */
function isOurs({ rulePriority: _, ...rule }: CurrentRule): boolean {
  const { tagStatus, countNumber } = rule.selection ?? {};
  const maker = tagStatus === 'untagged' || tagStatus === 'any' ? makers[tagStatus] : undefined;
  return maker !== undefined && same(rule, maker(Number(countNumber)));
}

/** After all others, but before a rule on any image, which must have the highest number. */
function added(all: readonly CurrentRule[], rule: LifecycleRule): readonly CurrentRule[] {
  const numberOf = ({ rulePriority }: CurrentRule) => Number(rulePriority ?? 0);
  const goesLast = ({ selection }: CurrentRule) =>
    selection?.tagStatus === 'any' && rule.selection.tagStatus !== 'any';
  const rulePriority = Math.max(0, ...all.filter((one) => !goesLast(one)).map(numberOf)) + 1;
  const others = all.map((one) =>
    goesLast(one) && numberOf(one) <= rulePriority ? { ...one, rulePriority: rulePriority + 1 } : one,
  );
  return [...others, { rulePriority, ...rule }];
}
