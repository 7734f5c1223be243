import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from '@jest/globals';
import { registryProgram } from '../images/loopback-registry.ts';
import { skippedTitle } from './skipped.ts';

/** Why something that a test needs is not available on this machine; undefined where it is. */
export type Missing = string | undefined;

/**
 * A suite that is skipped where `missing` gives a reason. The reason is in its title, and at the end of the
 * run.
 */
export const describeUnless =
  (missing: Missing) =>
  (title: string, suite: () => void): void =>
    missing === undefined ? describe(title, suite) : describe.skip(skippedTitle(title, missing), suite);

/**
 * A case that is skipped where `missing` gives a reason. The reason is in its title, and at the end of the
 * run.
 */
export const testUnless =
  (missing: Missing) =>
  (title: string, body: () => void | Promise<void>, timeout?: number): void =>
    missing === undefined
      ? test(title, body, timeout)
      : test.skip(skippedTitle(title, missing), body, timeout);

const runs = (program: string, ...argv: readonly string[]): boolean => {
  try {
    execFileSync(program, argv, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

export const noEngine: Missing = runs('docker', 'version', '--format', '{{.Server.Version}}')
  ? undefined
  : 'no Docker engine responds';

/** A static program is all that an image needs where nothing can be pulled. */
export const busybox = '/bin/busybox';
export const noBusybox: Missing = runs(busybox, 'true')
  ? undefined
  : `${busybox} is missing (Debian: busybox-static)`;

/**
 * What an image is built from and pushed to: an engine, a program for it, and a registry besides the
 * sandbox's.
 */
export const noImageTools: Missing =
  noEngine ??
  noBusybox ??
  (runs(registryProgram, '--version')
    ? undefined
    : `${registryProgram} is missing (Debian: docker-registry)`);

export const noSkopeo: Missing = runs('skopeo', '--version')
  ? undefined
  : 'skopeo is missing (Debian: skopeo)';

/** What programs of PyPI are installed with. */
export const noPython: Missing = runs('python3', '-c', 'import ensurepip, venv')
  ? undefined
  : 'python3 with venv is missing (Debian: python3-venv)';

/** File systems of a kind that a test needs are mounted. */
export const onlyRoot: Missing = canMount()
  ? undefined
  : 'no file system can be mounted (root in a container of its own)';

function canMount(): boolean {
  if (process.getuid?.() !== 0) return false;
  const folder = mkdtempSync(join(tmpdir(), 'landfall-mount-'));
  const mounted = runs('mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder);
  if (mounted) runs('umount', folder);
  rmSync(folder, { recursive: true, force: true });
  return mounted;
}
