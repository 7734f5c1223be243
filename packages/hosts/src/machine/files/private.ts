import { mkdir, realpath, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { LandfallError } from '@landfall/core/errors/landfall-error';
import { codeOf } from '../disk-full.ts';
import { makeFolder } from '../make-folder.ts';
import { isInside, type Roots, spellings } from './containment.ts';
import { failure, refused } from './failure.ts';
import { writeNew } from './writing.ts';

const attempts = 5;

/** Private files and folders in the temporary folder: new ones only, readable by this user only. */
export function privatePlaces(roots: Roots, random: () => string) {
  /** A free name: someone who guesses one can at most make us choose another. */
  const made = async (stem: string, extension: string, make: (path: string) => Promise<unknown>) => {
    if (!/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(stem) || !/^(?:\.[A-Za-z0-9]+)*$/.test(extension)) {
      throw new LandfallError('INTERNAL', {
        summary: `"${stem}${extension}" is not a valid name for a private file`,
      });
    }
    try {
      makeFolder(roots.temporaryFolder);
    } catch (error) {
      throw failure(roots.temporaryFolder, roots.temporaryFolder, error);
    }
    const folder = await realpath(roots.temporaryFolder);
    for (let attempt = 1; ; attempt += 1) {
      const path = join(folder, `${stem}-${random()}${extension}`);
      try {
        await make(path);
        return path;
      } catch (error) {
        if (codeOf(error) !== 'EEXIST' || attempt === attempts) throw failure(path, path, error);
      }
    }
  };

  return {
    writePrivate: (stem: string, extension: string, text: string) =>
      made(stem, extension, (path) => writeNew(path, text, 0o600)),
    privateFolder: (stem: string) => made(stem, '', (path) => mkdir(path, { mode: 0o700 })),
    async removePrivate(path: string): Promise<void> {
      const absolute = resolve(roots.temporaryFolder, path);
      const folders = await spellings(roots.temporaryFolder);
      const own = folders.some((folder) => absolute !== folder && isInside(absolute, folder));
      const parent = await realpath(dirname(absolute)).catch(() => undefined);
      // No parent: nothing is there, but a path that lies elsewhere is refused anyway.
      if (!own || (parent !== undefined && !isInside(parent, folders[1]!))) {
        throw refused(
          path,
          `is outside the temporary directory ${roots.temporaryFolder}, so it is not removed`,
        );
      }
      if (parent === undefined) return;
      await rm(join(parent, basename(absolute)), { recursive: true, force: true }).catch((error) => {
        throw failure(path, absolute, error);
      });
    },
  };
}
