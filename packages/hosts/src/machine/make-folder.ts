import { mkdirSync } from 'node:fs';
import { codeOf } from './disk-full.ts';

/**
 * A folder that this user alone can read, unless it is there already. Its parent must exist: Node's recursive mkdir never
 * comes back from a file system that takes no folders, such as /proc, and says ENOENT of one that is read-only.
 */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (thrown) {
    if (codeOf(thrown) !== 'EEXIST') throw thrown;
  }
}
