/** Whether two plain values are equal, whatever the order of members. A list of one and its only item are one. */
export function same(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) !== Array.isArray(b)) return same(listOf(a), listOf(b));
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((one, index) => same(one, b[index]));
  if (isRecord(a) && isRecord(b)) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...keys].every((key) => same(a[key], b[key]));
  }
  return a === b;
}

/** In a policy, `"Action": "x"` and `"Action": ["x"]` mean the same. */
const listOf = (value: unknown) => (Array.isArray(value) ? value : [value]);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
