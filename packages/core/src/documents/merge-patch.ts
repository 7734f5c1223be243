import { isObject } from './canonical.ts';
import { deepest, refusedKeys } from './refused-keys.ts';
import { unreadable } from './unreadable.ts';

/**
 * JSON Merge Patch, RFC 7396: a member that is null goes, an object is merged, everything else replaces.
 * Neither argument is changed.
 * @throws FILE_UNREADABLE for the keys that documents may not have either
 */
export function mergePatch(target: unknown, patch: unknown, depth = 0): unknown {
  if (!isObject(patch)) return patch;
  if (depth > deepest) throw unreadable('the patch', `it is nested deeper than ${deepest} levels`);
  const merged: Record<string, unknown> = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (refusedKeys.has(key)) throw unreadable('the patch', `the key ${key} is refused`);
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value, depth + 1);
  }
  return merged;
}
