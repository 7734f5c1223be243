import type { Bundle } from './bundle.ts';

/**
 * A path of the building machine in the bundle would differ on every machine, so that nobody could build the same
 * bytes again, and would tell a stranger about that machine.
 * @throws an Error that names the files
 */
export function refuseMachinePaths(files: Bundle, root: string): void {
  const found = [...files].filter(([, bytes]) => bytes.includes(root)).map(([file]) => file);
  if (found.length > 0) throw new Error(`the path ${root} is in ${found.join(', ')}`);
}
