import { createHash } from 'node:crypto';
import { access, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { buildDist, writeDist } from './build-dist.ts';
import type { Bundle } from './bundle.ts';

/**
 * A folder laid out as a release is, `actions/` next to `dist/`, made of the sources as they are. It is
 * kept under their hash, so that many tests, and a check that built them anyway, share one build.
 */
export async function keptBundle(root: string): Promise<string> {
  const folder = await placeOf(root);
  if (await exists(folder)) return folder;
  await mkdir(dirname(folder), { recursive: true });
  const lock = `${folder}.building`;
  // Test files run side by side: one builds, the others wait for it.
  while (!(await isFirst(lock))) {
    if (await exists(folder)) return folder;
    await setTimeout(200);
  }
  try {
    return (await exists(folder)) ? folder : await keep(root, await buildDist(root), folder);
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}

/** Keeps what was just built of the sources as they are. */
export const keepBundle = async (root: string, files: Bundle): Promise<string> =>
  keep(root, files, await placeOf(root));

async function keep(root: string, files: Bundle, folder: string): Promise<string> {
  await mkdir(dirname(folder), { recursive: true });
  const making = await mkdtemp(`${folder}.`);
  await writeDist(join(making, 'dist'), files);
  await cp(join(root, 'actions'), join(making, 'actions'), { recursive: true });
  await cp(join(root, 'package.json'), join(making, 'package.json'));
  await removeOld(dirname(folder));
  await rename(making, folder).catch(async (thrown: NodeJS.ErrnoException) => {
    // Another process was faster, with the same bytes.
    await rm(making, { recursive: true, force: true });
    if (!['ENOTEMPTY', 'EEXIST'].includes(thrown.code ?? '')) throw thrown;
  });
  return folder;
}

async function placeOf(root: string): Promise<string> {
  const hash = createHash('sha256');
  const add = async (path: string) => hash.update(`${path}\0`).update(await readFile(join(root, path)));
  await add('package-lock.json');
  for (const folder of ['actions', 'packages']) {
    const found = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
    const paths = found
      .filter((one) => one.isFile() && isPart(one.parentPath, one.name))
      .map((one) => join(one.parentPath, one.name).slice(root.length));
    for (const path of paths.sort()) await add(path);
  }
  return join(root, 'node_modules', '.cache', 'landfall-bundle', hash.digest('hex').slice(0, 32));
}

const longestKept = 24 * 60 * 60_000;

/** Of sources that are gone. */
async function removeOld(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const made = await stat(join(cache, name)).catch(() => undefined);
    if (made && Date.now() - made.mtimeMs > longestKept)
      await rm(join(cache, name), { recursive: true, force: true });
  }
}

/** A lock that a killed build left expires after a while. */
const longestBuild = 5 * 60_000;

async function isFirst(lock: string): Promise<boolean> {
  try {
    await mkdir(lock);
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
    const made = await stat(lock).catch(() => undefined);
    if (made && Date.now() - made.mtimeMs > longestBuild) await rm(lock, { recursive: true, force: true });
    return false;
  }
}

const isPart = (folder: string, name: string) =>
  !folder.includes('node_modules') &&
  /\.(?:ts|js|json|yml)$/.test(name) &&
  !name.endsWith('.test.ts') &&
  !/\/packages\/(?:bench|demo|generator|toolchain)\//.test(`${folder}/`);

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
