import { same } from './same-json.ts';

export interface LifecycleWishes {
  /** Days after which an untagged image goes. */
  readonly expireUntaggedAfter?: number | undefined;
  /** How many images stay, the newest ones. */
  readonly keepLast?: number | undefined;
}

/** A lifecycle policy for the two wishes that most repositories have; undefined for none. */
export function lifecyclePolicy({ expireUntaggedAfter, keepLast }: LifecycleWishes): string | undefined {
  const rules: object[] = [];
  if (expireUntaggedAfter !== undefined) {
    rules.push({
      rulePriority: 1,
      description: `expire untagged images after ${expireUntaggedAfter} days`,
      selection: {
        tagStatus: 'untagged',
        countType: 'sinceImagePushed',
        countUnit: 'days',
        countNumber: expireUntaggedAfter,
      },
      action: { type: 'expire' },
    });
  }
  if (keepLast !== undefined) {
    rules.push({
      // A rule on any image must have the highest number (ECR's rule).
      rulePriority: 2,
      description: `keep the last ${keepLast} images`,
      selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: keepLast },
      action: { type: 'expire' },
    });
  }
  return rules.length > 0 ? JSON.stringify({ rules }) : undefined;
}

/** Whether two policies mean the same, however they are written. */
export const samePolicy = (a: string | undefined, b: string | undefined) => same(parse(a), parse(b));

function parse(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    // Not JSON: compared as the text it is.
    return text;
  }
}
