import { constants } from 'node:fs';
import { lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { LandfallError } from '@landfall/core/errors/landfall-error';
import { failure, refused } from './failure.ts';
import { oddity } from './reading.ts';

/** A new file and nothing else: it fails when the name exists, a dangling link included. Removed if it cannot be finished. */
export async function writeNew(real: string, text: string, mode: number): Promise<void> {
  const { O_CREAT, O_EXCL, O_WRONLY, O_NOFOLLOW = 0 } = constants;
  const handle = await open(real, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, mode);
  try {
    await handle.writeFile(text, 'utf8');
  } catch (error) {
    await rm(real, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

/**
 * Replaces or makes a file, all or nothing: written next to its place, then renamed, so that a reader never
 * sees half of it and a link at its place is refused, not followed.
 * @param root an existing folder without links in its path; the folders below it are made as needed
 * @param way the components of the path below the root
 */
export async function writeArtifactAt(
  path: string,
  root: string,
  way: readonly string[],
  text: string,
  random: () => string,
): Promise<string> {
  const target = join(root, ...way);
  const beside = join(dirname(target), `.${basename(target)}.${random()}`);
  try {
    await ownFolders(path, root, way.slice(0, -1));
    const there = await lstatOrNothing(target);
    if (there && !there.isFile()) throw refused(path, `is ${oddity(there)}, not a regular file (${target})`);
    await writeNew(beside, text, 0o644);
    await rename(beside, target).catch(async (error) => {
      await rm(beside, { force: true });
      throw error;
    });
    return target;
  } catch (error) {
    throw error instanceof LandfallError ? error : failure(path, target, error);
  }
}

/** Where another program will write: a place that is free, a regular file or a folder. */
export async function destinationAt(path: string, root: string, way: readonly string[]): Promise<string> {
  const target = join(root, ...way);
  try {
    await ownFolders(path, root, way.slice(0, -1));
    const there = await lstatOrNothing(target);
    if (there && !there.isFile() && !there.isDirectory())
      throw refused(path, `is ${oddity(there)}, not a regular file or a directory (${target})`);
    return target;
  } catch (error) {
    throw error instanceof LandfallError ? error : failure(path, target, error);
  }
}

async function ownFolders(path: string, root: string, way: readonly string[]): Promise<void> {
  let folder = root;
  for (const name of way) {
    folder = join(folder, name);
    const there = await lstatOrNothing(folder);
    if (there?.isDirectory()) continue;
    if (there)
      throw refused(path, `goes through ${oddity(there)} (${folder}), which is not followed when writing`);
    await mkdir(folder);
  }
}

const lstatOrNothing = (path: string) =>
  lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
