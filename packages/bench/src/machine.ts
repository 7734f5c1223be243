import { execFile } from 'node:child_process';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What the figures were measured on; figures of different machines are not compared. */
export const machine = () => ({
  platform: platform(),
  release: release(),
  architecture: arch(),
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryMiB: Math.round(totalmem() / 2 ** 20),
  node: process.version,
});

/** The commit that is checked out, with `-dirty` when files differ from it; `unknown` outside a Git checkout. */
export async function checkedOutCommit(root: string): Promise<string> {
  try {
    const { stdout } = await run('git', ['describe', '--always', '--dirty', '--abbrev=40', '--exclude=*'], {
      cwd: root,
    });
    return stdout.trim();
  } catch {
    // No git, or a tarball: the figures stand without it.
    return 'unknown';
  }
}
