import { isObject } from '../../documents/canonical.ts';
import { readJson } from '../../documents/read-json.ts';
import { deepest, refusedKeys } from '../../documents/refused-keys.ts';
import { unreadable } from '../../documents/unreadable.ts';
import { isLandfallError, LandfallError } from '../../errors/landfall-error.ts';
import { type Parsed, parsed, refused } from '../../inputs/input.ts';
import { near } from '../../inputs/near.ts';
import { asList, type Plain } from '../parse/plain.ts';
import { kindOf } from '../parse/problems.ts';

/**
 * JSON Merge Patch (RFC 7396), with one addition for the one list that people patch: where the patch has
 * `containerDefinitions` as an object, its keys are container names and each value patches that container.
 * A list replaces the list, as the RFC says.
 * @throws CONTAINER_NOT_FOUND, TASKDEF_INVALID
 */
export function patchTaskDefinition(request: Plain, patch: Plain): Plain {
  const { containerDefinitions: containers, ...rest } = patch;
  const patched = mergePatch(request, isObject(containers) ? rest : patch) as Plain;
  if (!isObject(containers)) return patched;
  const list = asList(request.containerDefinitions);
  const names = list.map((one) => (isObject(one) ? String(one.name) : ''));
  const missing = Object.keys(containers).find((name) => !names.includes(name));
  if (missing !== undefined) {
    throw new LandfallError('CONTAINER_NOT_FOUND', {
      summary: `the patch names container ${missing}, which does not exist${near(missing, names)}; the task definition has ${names.join(', ')}`,
      facts: { missing: [missing], containers: names },
    });
  }
  const edited = list.map((one, index) => {
    const name = names[index]!;
    return Object.hasOwn(containers, name) ? mergePatch(one, containers[name]) : one;
  });
  return { ...patched, containerDefinitions: edited };
}

/** The text of the `patch` input. */
export function parsePatch(text: string): Parsed<Plain> {
  try {
    const patch = readJson(text.trim(), 'it');
    if (!isObject(patch)) return refused(`must be an object, but it is ${kindOf(patch)}`);
    return parsed(patch);
  } catch (error) {
    if (!isLandfallError(error)) throw error;
    return refused(`is not JSON that can be read (${error.summary.replace(/^it[,:] /, '')})`);
  }
}

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
