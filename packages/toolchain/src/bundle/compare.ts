import type { Bundle } from './bundle.ts';

/** A line per file that is missing, left over or different, by name. */
export function differences(found: Bundle, wanted: Bundle): readonly string[] {
  const names = [...new Set([...found.keys(), ...wanted.keys()])].sort();
  return names.flatMap((name) => {
    const [have, want] = [found.get(name), wanted.get(name)];
    if (!have) return [`${name}: missing`];
    if (!want) return [`${name}: left over; a clean build does not make it`];
    return have.equals(want)
      ? []
      : [`${name}: differs (${have.length} bytes, a clean build has ${want.length})`];
  });
}
