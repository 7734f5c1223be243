import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const keep = fileURLToPath(new URL('../../packages/toolchain/src/bundle/keep.ts', import.meta.url));

let root: string | undefined;

/**
 * The folder of an action as a release has it: action.yml, and the entries that run the one bundle. Built once for
 * the sources as they are. LANDFALL_RELEASE names a folder of another release to run the same tests on.
 */
export const builtAction = (name: string): string => join(release(), 'actions', name);

/** The program that the archive of a release installs as `landfall`. */
export const builtCommandLine = (): string => join(release(), 'dist', 'landfall.js');

function release(): string {
  root ??=
    process.env.LANDFALL_RELEASE ??
    execFileSync(process.execPath, [keep], {
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '', NODE_NO_WARNINGS: '1' },
    }).trim();
  return root;
}
