import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Bundle, bundleEntry } from './bundle.ts';
import { refuseMachinePaths } from './compare.ts';

const bin = `#!/usr/bin/env node
import { commandLine } from './action.js';

await commandLine();
`;

/**
 * Bundles everything, in memory. One bundle for the actions and the command line, because they share everything but
 * a few small files.
 */
export async function buildDist(root: string): Promise<Bundle> {
  const files = new Map(await bundleEntry(root, './packages/app/src/action.ts'));
  files.set('landfall.js', Buffer.from(bin));
  refuseMachinePaths(files, root);
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Written next to its place and then moved there: no one finds half of it, nor two builds mixed. */
export async function writeDist(dist: string, files: Bundle): Promise<void> {
  await mkdir(dirname(dist), { recursive: true });
  const making = await mkdtemp(`${dist}.`);
  try {
    for (const [file, bytes] of files) {
      await mkdir(dirname(join(making, file)), { recursive: true });
      await writeFile(join(making, file), bytes, { mode: file === 'landfall.js' ? 0o755 : 0o644 });
    }
    await chmod(making, 0o755);
    await replace(dist, making);
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}

/**
 * A folder cannot be renamed over one that has files: the second build replaces what the first has put
 * there.
 */
async function replace(folder: string, by: string): Promise<void> {
  for (;;) {
    await rm(folder, { recursive: true, force: true });
    try {
      return await rename(by, folder);
    } catch (thrown) {
      if (!['ENOTEMPTY', 'EEXIST'].includes((thrown as NodeJS.ErrnoException).code ?? '')) throw thrown;
    }
  }
}
