import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { LandfallError } from '@landfall/core/errors/landfall-error';

/** By shape, not by class: an error of the file system may come from another realm. */
export const codeOf = (error: unknown): string | undefined =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined;

/** The disk, or what this user may put on it, is used up. write(2). */
export const isDiskFull = (error: unknown): boolean => ['ENOSPC', 'EDQUOT'].includes(codeOf(error) ?? '');

export function diskFull(path: string, cause: unknown): LandfallError {
  const free = freeBytes(dirname(path));
  return new LandfallError('DISK_FULL', {
    summary: `no space left to write ${path}${free === undefined ? '' : ` (${free} bytes free)`}`,
    facts: { path, ...(free !== undefined && { freeBytes: free }) },
    cause,
  });
}

function freeBytes(folder: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    // The number helps, and asking for it may fail on the same full disk.
    return undefined;
  }
}
