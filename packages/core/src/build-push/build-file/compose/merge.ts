import { type Fields, isRecord } from '../build-target.ts';

/** Fields of a build that are mappings, however they are written (05-services.md, "Mappings"). */
const mappings = ['args', 'labels', 'additional_contexts', 'extra_hosts', 'ulimits'];

/**
 * One service over another, as an override file or `extends` puts it: mappings by key, sequences one after
 * the other, the rest replaced (13-merge.md). Only what describes an image is considered.
 */
export function mergeServices(base: Fields | undefined, over: Fields): Fields {
  if (base === undefined) return over;
  const result: Record<string, unknown> = { ...base };
  for (const [field, value] of Object.entries(over)) {
    if (value === null || value === undefined) continue;
    result[field] =
      field === 'build'
        ? mergeBuilds(base.build, value)
        : Array.isArray(value) && Array.isArray(base[field])
          ? unique([...base[field], ...value])
          : value;
  }
  return result;
}

/** `build: web` is short for its context. */
export const buildFields = (build: unknown): Fields => (isRecord(build) ? build : { context: build });

function mergeBuilds(base: unknown, over: unknown): Fields {
  if (base === undefined || base === null) return buildFields(over);
  const below = buildFields(base);
  const result: Record<string, unknown> = { ...below };
  for (const [field, value] of Object.entries(buildFields(over))) {
    const there = below[field];
    if (value === null || value === undefined) continue;
    if (mappings.includes(field) && there !== undefined && there !== null)
      result[field] = { ...mapping(field, there), ...mapping(field, value) };
    else if (isRecord(value) && isRecord(there)) result[field] = { ...there, ...value };
    else if (Array.isArray(value) && Array.isArray(there)) result[field] = unique([...there, ...value]);
    else result[field] = value;
  }
  return result;
}

/** A list of `name=value` as the mapping that it stands for; a bare name has no value. */
function mapping(field: string, value: unknown): Fields {
  if (!Array.isArray(value)) return isRecord(value) ? value : {};
  const separator = field === 'extra_hosts' ? /[=:]/ : /=/;
  const result: Record<string, unknown> = {};
  for (const one of value.map(String)) {
    const at = one.search(separator);
    const [name, text] = at < 0 ? [one, null] : [one.slice(0, at), one.slice(at + 1)];
    const before = result[name];
    // A host may have several addresses.
    result[name] = field === 'extra_hosts' && before !== undefined ? [before, text].flat() : text;
  }
  return result;
}

const unique = (items: readonly unknown[]) => [
  ...new Map(items.map((item) => [JSON.stringify(item), item])).values(),
];
