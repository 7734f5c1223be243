import { canonicalJson, isObject } from '../documents/canonical.ts';

/**
 * Whether two policies mean the same. In a policy of AWS the order of a list says nothing (ECR answers with the
 * principals in another order each time: https://github.com/crossplane-contrib/provider-aws/issues/700), a list of
 * one and its only item are one, and so are an account's id and the ARN of its root, which ECR makes of it.
 */
export const same = (a: unknown, b: unknown): boolean =>
  canonicalJson(meaning(a)) === canonicalJson(meaning(b));

const rootOfAccount = /^arn:[a-z-]+:iam::(\d{12}):root$/;

function meaning(value: unknown): unknown {
  if (typeof value === 'string') return rootOfAccount.exec(value)?.[1] ?? value;
  if (Array.isArray(value)) {
    const items = new Map(value.map(meaning).map((item) => [canonicalJson(item), item]));
    const sorted = [...items.keys()].sort().map((key) => items.get(key));
    return sorted.length === 1 ? sorted[0] : sorted;
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, meaning(member)]));
}

/** Whether two policies in JSON mean the same, however they are written; undefined is none. */
export const samePolicy = (a: string | undefined, b: string | undefined) => same(parse(a), parse(b));

function parse(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    // Not JSON: compared as the text it is.
    return text;
  }
}
