import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Files } from '@landfall/core/world/files';
import { candidateOf, isInside, locate, locateAnywhere, type Roots, spellings } from './files/containment.ts';
import { failure, refused } from './files/failure.ts';
import { privatePlaces } from './files/private.ts';
import { checkRegular, readRegular } from './files/reading.ts';
import { destinationAt, writeArtifactAt } from './files/writing.ts';

interface FilesOptions extends Roots {
  /** An unguessable part of a name; for tests. */
  readonly random?: (() => string) | undefined;
}

const standardLimit = 1024 * 1024;

/** The machine's file system, walled in by the workspace and the temporary folder. See `core/world/files.ts`. */
export function createFiles({ workspace, temporaryFolder, random = unguessable }: FilesOptions): Files {
  const roots: Roots = { workspace, temporaryFolder };
  return {
    ...privatePlaces(roots, random),
    async readText(path, { maxBytes = standardLimit } = {}) {
      const { real } = await locate(path, roots);
      return readRegular(path, real, maxBytes);
    },
    async file(path, { anywhere = false } = {}) {
      const real = anywhere ? await locateAnywhere(path, roots) : (await locate(path, roots)).real;
      await checkRegular(path, real);
      return real;
    },
    async folder(path) {
      const { real } = await locate(path, roots);
      const stats = await stat(real).catch((error) => {
        throw failure(path, real, error);
      });
      if (!stats.isDirectory()) throw refused(path, `is not a directory (${real})`);
      return real;
    },
    async destination(path) {
      const { root, way } = await wayTo(path, roots);
      return destinationAt(path, root, way);
    },
    async writeArtifact(path, text) {
      const { candidate, root, way } = await wayTo(path, roots);
      if (way.length === 0) throw refused(path, `is the directory itself, not a file in it (${candidate})`);
      return writeArtifactAt(path, root, way, text, random);
    },
  };
}

/** The root that a path is in, and the components below it. */
async function wayTo(path: string, roots: Roots) {
  const candidate = await candidateOf(path, roots);
  const folders = [...(await spellings(roots.workspace)), ...(await spellings(roots.temporaryFolder))];
  const at = folders.findIndex((folder) => isInside(candidate, folder));
  const way = relative(folders[at]!, candidate).split(sep).filter(Boolean);
  // The second spelling of each root is the one without links.
  return { candidate, root: join(folders[at - (at % 2) + 1]!), way };
}

const unguessable = () => randomBytes(12).toString('hex');
