import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Bundle, bundleEntry } from './bundle.ts';
import { refuseMachinePaths } from './compare.ts';
import { compile } from './compile.ts';
import { preferEsModules } from './es-modules.ts';

/**
 * What the bundle exports: the actions' two entries, and the command line behind a dynamic import. One bundle for
 * both, because they share everything but a few small files.
 */
const entry = `export { action, post } from './packages/app/src/action.js';
export const commandLine = async () => (await import('./packages/app/src/main.js')).main(process);
`;

const bin = `#!/usr/bin/env node
import { commandLine } from './action.js';

await commandLine();
`;

/**
 * Compiles and bundles everything, in memory. The folder `build` is emptied first. It must lie two levels below
 * `root`, because the bundle names its modules by their paths relative to it.
 */
export async function buildDist(root: string, build: string): Promise<Bundle> {
  await compile(root, build);
  await preferEsModules(root, build);
  await writeFile(join(build, 'entry.js'), entry);
  await writeFile(join(build, 'package.json'), '{ "type": "module" }\n');
  const files = new Map(await bundleEntry(build, 'entry.js', 'action'));
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
