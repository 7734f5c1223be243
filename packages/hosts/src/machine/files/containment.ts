import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { failure, refused } from './failure.ts';

/** The folders that an operation may touch. */
export interface Roots {
  readonly workspace: string;
  readonly temporaryFolder: string;
}

interface Located {
  /** As given, resolved against the workspace; not yet followed. */
  readonly candidate: string;
  /** After all links. */
  readonly real: string;
}

/**
 * True for the folder itself and for what is in it; by path components, so `/work2` is not inside `/work`.
 */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** A root may itself be reached by a link (`/tmp` on macOS): both spellings of it count. */
export async function spellings(root: string): Promise<readonly string[]> {
  const absolute = resolve(root);
  return [absolute, await realpath(absolute).catch(() => absolute)];
}

/** The path as written must already stay inside: what is elsewhere is not even read. */
export async function candidateOf(path: string, roots: Roots): Promise<string> {
  const { candidate, inside } = await placeOf(path, roots);
  if (!inside) throw refused(path, `points outside the workspace ${roots.workspace} (to ${candidate})`);
  return candidate;
}

async function placeOf(path: string, roots: Roots) {
  if (path.includes('\0')) throw refused(JSON.stringify(path.slice(0, 80)), 'holds a NUL character');
  const candidate = resolve(roots.workspace, path);
  const folders = [...(await spellings(roots.workspace)), ...(await spellings(roots.temporaryFolder))];
  return { candidate, inside: folders.some((folder) => isInside(candidate, folder)) };
}

/** Likewise of one that may be written as lying elsewhere; one of the workspace must not lead out of it by a link. */
export async function locateAnywhere(path: string, roots: Roots): Promise<string> {
  const { candidate, inside } = await placeOf(path, roots);
  return inside ? (await locate(path, roots)).real : await realPath(path, candidate);
}

async function realPath(path: string, candidate: string): Promise<string> {
  try {
    return await realpath(candidate);
  } catch (error) {
    throw failure(path, candidate, error);
  }
}

/** Where an existing file or folder of the workspace or the temporary folder really is. PATH_MISSING, PATH_REFUSED. */
export async function locate(path: string, roots: Roots): Promise<Located> {
  const candidate = await candidateOf(path, roots);
  const real = await realPath(path, candidate);
  const [, workspace] = await spellings(roots.workspace);
  const [, temporary] = await spellings(roots.temporaryFolder);
  if (!isInside(real, workspace!) && !isInside(real, temporary!)) {
    throw refused(
      path,
      `points outside the workspace ${roots.workspace} through a symbolic link (to ${real})`,
    );
  }
  return { candidate, real };
}
