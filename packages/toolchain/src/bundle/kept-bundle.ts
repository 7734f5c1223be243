import { createHash } from 'node:crypto';
import { access, cp, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { buildDist, writeDist } from './build-dist.ts';
import type { Bundle } from './bundle.ts';

/**
 * A folder laid out as a release is, `actions/` beside `dist/`, made of the sources as they are. It is kept under
 * their hash, so that many tests, and a check that built them anyway, share one build.
 */
export async function keptBundle(root: string): Promise<string> {
  const folder = await placeOf(root);
  if (await exists(folder)) return folder;
  await mkdir(join(root, 'build'), { recursive: true });
  // Two levels below the root: the bundle names its modules by their paths relative to it.
  const build = await mkdtemp(join(root, 'build', 'kept-'));
  try {
    return await keepBundle(root, await buildDist(root, build));
  } finally {
    await rm(build, { recursive: true, force: true });
  }
}

/** Keeps what was built of the sources as they are. */
export async function keepBundle(root: string, files: Bundle): Promise<string> {
  const folder = await placeOf(root);
  await mkdir(join(folder, '..'), { recursive: true });
  const making = await mkdtemp(`${folder}.`);
  await writeDist(join(making, 'dist'), files);
  await cp(join(root, 'actions'), join(making, 'actions'), { recursive: true });
  await cp(join(root, 'package.json'), join(making, 'package.json'));
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
