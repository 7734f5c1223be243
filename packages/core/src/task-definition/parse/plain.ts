import { canonicalJson, isObject } from '../../documents/canonical.ts';

/** JSON as it was read: an object of anything. */
export type Plain = Record<string, unknown>;

/** Without what says nothing: null, undefined, empty lists and empty objects. An empty text says something. */
export function pruned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pruned);
  if (!isObject(value)) return value;
  const kept: Plain = {};
  for (const [key, member] of Object.entries(value)) {
    const inner = pruned(member);
    const says =
      inner !== undefined &&
      inner !== null &&
      !(Array.isArray(inner) && inner.length === 0) &&
      !(isObject(inner) && Object.keys(inner).length === 0);
    if (says) kept[key] = inner;
  }
  return kept;
}

/** Without the members that say what an absent member means. */
export const withoutDefaults = (given: Plain, defaults: Plain): Plain =>
  Object.fromEntries(
    Object.entries(given).filter(([key, value]) => !(key in defaults) || defaults[key] !== value),
  );

/** A set in one order: by a key where there is one, then by content. */
export function sorted(list: unknown, key?: string): unknown[] {
  const rank = (one: unknown) =>
    `${key !== undefined && isObject(one) ? String(one[key] ?? '') : ''}\0${canonicalJson(one)}`;
  return asList(list)
    .map((one) => ({ one, rank: rank(one) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0))
    .map(({ one }) => one);
}

export const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
