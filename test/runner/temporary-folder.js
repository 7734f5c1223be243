import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What the tests of one run leave behind lies in one folder, which goes with the run. Short, for socket paths. */
export default async function setUp() {
  const folder = await mkdtemp(join(tmpdir(), 'lf-'));
  process.env.TMPDIR = folder;
  // Jest calls it without arguments; the folder is handed over where both can see it.
  globalThis.landfallTemporaryFolder = folder;
}

export const tearDown = () =>
  rm(globalThis.landfallTemporaryFolder, { recursive: true, force: true, maxRetries: 3 });
