import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Drift } from './drift.ts';

/** Makes the tree what the drift's wanted side says: writes what differs, removes what nothing generates. */
export async function writeFiles(root: string, drift: readonly Drift[]): Promise<void> {
  for (const { path, wanted } of drift) {
    const file = join(root, path);
    if (wanted === undefined) await rm(file);
    else {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, wanted);
    }
  }
}
