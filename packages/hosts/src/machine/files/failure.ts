import { LandfallError } from '@landfall/core/errors/landfall-error';
import { codeOf, diskFull } from '../disk-full.ts';

export const refused = (path: string, why: string, cause?: unknown) =>
  new LandfallError('PATH_REFUSED', { summary: `${path} ${why}`, facts: { path }, cause });

const missing = (path: string, resolved: string, cause?: unknown) =>
  new LandfallError('PATH_MISSING', {
    summary: `${path} does not exist (resolved to ${resolved})`,
    facts: { path, resolved },
    cause,
  });

/** What the operating system said of a path, as one of ours. */
export function failure(path: string, resolved: string, error: unknown): LandfallError {
  switch (codeOf(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return missing(path, resolved, error);
    case 'ELOOP':
      return refused(path, `is a symbolic link, or a loop of symbolic links (${resolved})`, error);
    case 'EACCES':
    case 'EPERM':
      return refused(path, `cannot be opened by this user (${resolved})`, error);
    case 'EROFS':
      return refused(path, `is on a read-only file system (${resolved})`, error);
    case 'ENAMETOOLONG':
      return refused(path.slice(0, 200), 'is too long for a path', error);
    case 'ENOSPC':
    case 'EDQUOT':
      return diskFull(resolved, error);
    default:
      return new LandfallError('INTERNAL', {
        summary: `${path} could not be used: ${codeOf(error) ?? 'an unexpected error'}`,
        facts: { path, resolved },
        cause: error,
      });
  }
}
