import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdtempSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LandfallError } from '@landfall/core/errors/landfall-error';
import { hostEnvironments } from './detect-host.ts';
import { codeOf, diskFull, isDiskFull } from './machine/disk-full.ts';
import { makeFolder } from './machine/make-folder.ts';
import type { Environment } from './surroundings.ts';

/** Where a job runs, and under which name. */
interface JobPlace {
  readonly env: Environment;
  /** The working directory of the step, absolute. */
  readonly cwd: string;
  /** `os.tmpdir()`. */
  readonly temporary: string;
}

/**
 * `<temporary>/landfall-<user>-<job>`, ours alone (0700), the same for every step of a job, and another for
 * another job of this user: the clean-up of one never takes away the logins of the other. If someone else was
 * there first, a new folder with an unpredictable name.
 * @throws TEMPORARY_FOLDER_UNUSABLE, DISK_FULL
 */
export function privateFolder({ temporary, ...place }: JobPlace, user = process.getuid?.() ?? 0): string {
  const path = join(temporary, `landfall-${user}-${jobOf(place)}`);
  try {
    makeFolder(path);
    const found = lstatSync(path);
    const ours =
      found.isDirectory() &&
      (process.getuid === undefined || found.uid === user) &&
      (found.mode & 0o077) === 0;
    return ours ? path : mkdtempSync(join(temporary, 'landfall-'));
  } catch (thrown) {
    if (isDiskFull(thrown)) throw diskFull(path, thrown);
    throw new LandfallError('TEMPORARY_FOLDER_UNUSABLE', {
      summary: `cannot create a directory in ${temporary}, the directory for temporary files: ${reasonOf(thrown, temporary)}`,
      facts: { path: temporary },
      cause: thrown,
    });
  }
}

function reasonOf(thrown: unknown, temporary: string): string {
  const code = codeOf(thrown) ?? 'unknown';
  switch (code) {
    case 'ENOENT':
      return existsSync(temporary) ? 'this file system does not allow it (ENOENT)' : 'it does not exist';
    case 'ENOTDIR':
      return 'it is not a directory';
    case 'EROFS':
      return 'its file system is read-only';
    case 'EACCES':
    case 'EPERM':
      return 'this user is not allowed to write to it';
    default:
      return code;
  }
}

/** What the host calls the job; where it has no name for it, the checkout in which all its steps work. */
function jobOf({ env, cwd }: Omit<JobPlace, 'temporary'>): string {
  const named = Object.values(hostEnvironments).map(({ jobVariable }) => jobVariable && env[jobVariable]);
  const name = named.find(Boolean) || checkoutOf(cwd);
  return createHash('sha256').update(name).digest('hex').slice(0, 12);
}

function checkoutOf(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return folder;
  }
}
