import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, mkdtempSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Environment } from './surroundings.ts';

/** Where a job runs, and under which name. */
export interface JobPlace {
  readonly env: Environment;
  /** The working directory of the step, absolute. */
  readonly cwd: string;
  /** `os.tmpdir()`. */
  readonly temporary: string;
}

/**
 * `<temporary>/landfall-<user>-<job>`, ours alone (0700), the same for every step of a job, and another for another
 * job of this user: the clean-up of one never takes away the logins of the other. If somebody else was there first,
 * a new folder that nobody can foresee.
 */
export function privateFolder({ temporary, ...place }: JobPlace, user = process.getuid?.() ?? 0): string {
  const path = join(temporary, `landfall-${user}-${jobOf(place)}`);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const found = lstatSync(path);
  const ours =
    found.isDirectory() && (process.getuid === undefined || found.uid === user) && (found.mode & 0o077) === 0;
  return ours ? path : mkdtempSync(join(temporary, 'landfall-'));
}

/** What the host calls the job; where it has no name for it, the checkout in which all its steps work. */
function jobOf({ env, cwd }: Omit<JobPlace, 'temporary'>): string {
  const name = env.CIRCLE_WORKFLOW_JOB_ID || env.CODEBUILD_BUILD_ID || checkoutOf(cwd);
  return createHash('sha256').update(name).digest('hex').slice(0, 12);
}

function checkoutOf(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return folder;
  }
}
