import { lstatSync, mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `<temporary>/landfall-<user>`, ours alone (0700), the same for every step of a job. If somebody else was there
 * first, a new folder that nobody can foresee.
 */
export function privateFolder(temporary: string, user = process.getuid?.() ?? 0): string {
  const path = join(temporary, `landfall-${user}`);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const found = lstatSync(path);
  const ours =
    found.isDirectory() && (process.getuid === undefined || found.uid === user) && (found.mode & 0o077) === 0;
  return ours ? path : mkdtempSync(join(temporary, 'landfall-'));
}
