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

/**
 * A path of the building machine in the bundle would differ on every machine, so that no one could build the
 * same bytes again, and would tell a stranger about that machine.
 * @throws an Error that names the files
 */
export function refuseMachinePaths(files: Bundle, root: string): void {
  const found = [...files].filter(([, bytes]) => bytes.includes(root)).map(([file]) => file);
  if (found.length > 0) throw new Error(`the path ${root} is in ${found.join(', ')}`);
}
