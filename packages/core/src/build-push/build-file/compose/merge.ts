import { type Fields, isRecord } from '../build-target.ts';

/** Fields of a service or its build that are mappings, however they are written (05-services.md, "Mappings"). */
const mappings = [
  'additional_contexts',
  'annotations',
  'args',
  'environment',
  'extra_hosts',
  'labels',
  'sysctls',
  'ulimits',
];

/** Sequences that are one value. */
const replaced = ['command', 'entrypoint', 'test'];

/**
 * One service over another, as an override file or `extends` puts it: mappings by key, sequences one after
 * the other, the rest replaced (13-merge.md).
 */
export function mergeServices(base: Fields | undefined, over: Fields): Fields {
  if (base === undefined) return over;
  const result: Record<string, unknown> = { ...base };
  for (const [field, value] of Object.entries(over)) {
    if (value === null || value === undefined) continue;
    result[field] = field === 'build' ? mergeBuilds(base.build, value) : merged(field, base[field], value);
  }
  return result;
}

function merged(field: string, base: unknown, over: unknown): unknown {
  if (base === null || base === undefined || replaced.includes(field)) return over;
  if (mappings.includes(field)) return { ...mapping(field, base), ...mapping(field, over) };
  if (Array.isArray(base) && Array.isArray(over)) return unique([...base, ...over]);
  return isRecord(base) && isRecord(over) ? mergeServices(base, over) : over;
}

/** `build: web` is short for its context. */
export const buildFields = (build: unknown): Fields => (isRecord(build) ? build : { context: build });

function mergeBuilds(base: unknown, over: unknown): Fields {
  if (base === undefined || base === null) return buildFields(over);
  return mergeServices(buildFields(base), buildFields(over));
}

/** A list of `name=value` as the mapping that it stands for; a bare name has no value. */
export function mapping(field: string, value: unknown): Fields {
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
