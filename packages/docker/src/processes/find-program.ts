import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import type { Environment } from './environment.ts';

/** Every program of this name on PATH, in its order, each file once (links followed). */
export async function findPrograms(name: string, environment: Environment): Promise<readonly string[]> {
  const found: string[] = [];
  const seen = new Set<string>();
  for (const folder of (environment.PATH ?? '').split(delimiter)) {
    // A relative folder would let a file of the workspace be run in Docker's place.
    if (!isAbsolute(folder)) continue;
    const path = join(folder, name);
    const real = await executable(path);
    if (real === undefined || seen.has(real)) continue;
    seen.add(real);
    found.push(path);
  }
  return found;
}

async function executable(path: string): Promise<string | undefined> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile() ? await realpath(path) : undefined;
  } catch {
    // Absent, or not ours to run: the search continues in the next folder.
    return undefined;
  }
}
