import { posix } from 'node:path';
import { LandfallError } from '../errors/landfall-error.ts';
import type { Files } from '../world/files.ts';

export interface FakeFiles extends Files {
  /** Everything there is, by absolute path. */
  readonly contents: Readonly<Record<string, string>>;
}

/** Files in memory, given by path relative to the workspace or absolute. Folders exist by what is in them. */
export function fakeFiles(
  given: Readonly<Record<string, string>> = {},
  { workspace, temporaryFolder }: { workspace: string; temporaryFolder: string },
): FakeFiles {
  const contents: Record<string, string> = Object.create(null);
  const folders = new Set<string>([workspace, temporaryFolder]);
  let made = 0;
  const inside = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);
  const resolve = (path: string) => {
    const absolute = posix.resolve(workspace, path);
    if (!inside(absolute, workspace) && !inside(absolute, temporaryFolder)) {
      throw new LandfallError('PATH_REFUSED', { summary: `${path} lies outside the workspace` });
    }
    return absolute;
  };
  const missing = (path: string) =>
    new LandfallError('PATH_MISSING', {
      summary: `${path} does not exist (resolved to ${posix.resolve(workspace, path)})`,
    });
  const existing = (path: string, absolute = resolve(path)) => {
    if (contents[absolute] === undefined) throw missing(path);
    return absolute;
  };
  for (const [path, text] of Object.entries(given)) contents[posix.resolve(workspace, path)] = text;

  return {
    contents,
    async readText(path, options) {
      const text = contents[existing(path)]!;
      const limit = options?.maxBytes ?? 1024 * 1024;
      const size = new TextEncoder().encode(text).length;
      if (size > limit) {
        throw new LandfallError('FILE_TOO_LARGE', {
          summary: `${path} has ${size} bytes, more than ${limit}`,
        });
      }
      return text.replace(/^\uFEFF/, '');
    },
    async folder(path) {
      const absolute = resolve(path);
      const there =
        folders.has(absolute) || Object.keys(contents).some((one) => one.startsWith(`${absolute}/`));
      if (!there) throw missing(path);
      return absolute;
    },
    file: async (path, options) =>
      options?.anywhere ? existing(path, posix.resolve(workspace, path)) : existing(path),
    async writeArtifact(path, text) {
      const absolute = resolve(path);
      contents[absolute] = text;
      return absolute;
    },
    destination: async (path) => resolve(path),
    async writePrivate(stem, extension, text) {
      made += 1;
      const path = `${temporaryFolder}/${stem}-${made}${extension}`;
      contents[path] = text;
      return path;
    },
    async privateFolder(stem) {
      made += 1;
      const path = `${temporaryFolder}/${stem}-${made}`;
      folders.add(path);
      return path;
    },
    async removePrivate(path) {
      const absolute = posix.resolve(path);
      if (!inside(absolute, temporaryFolder) || absolute === temporaryFolder) {
        throw new LandfallError('PATH_REFUSED', { summary: `${path} is outside the temporary directory` });
      }
      folders.delete(absolute);
      for (const one of Object.keys(contents)) if (inside(one, absolute)) delete contents[one];
    },
  };
}
