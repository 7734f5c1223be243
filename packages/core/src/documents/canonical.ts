/** JSON with the keys of every object sorted: equal content gives equal text, whatever order it was written in. */
export const canonicalJson = (value: unknown, indent = 0): string =>
  JSON.stringify(sortedKeys(value), undefined, indent) ?? 'null';

export function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sortedKeys(value[key])]),
  );
}

/** A JSON object, as opposed to an array, null or a scalar. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
