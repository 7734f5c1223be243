import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../processes/environment.ts';

export interface FakePrograms extends AsyncDisposable {
  readonly folder: string;
  /** Only these programs and the system's shell tools are on PATH. */
  readonly environment: Environment;
  /** Writes `bin/<name>`, a shell script; a second folder is searched after the first. */
  add(name: string, script: string, folder?: 'bin' | 'later'): Promise<string>;
  read(path: string): Promise<string>;
}

/** Real little programs in a temporary folder, for what a real Docker cannot be made to do. */
export async function fakePrograms(): Promise<FakePrograms> {
  const folder = await mkdtemp(join(tmpdir(), 'landfall-docker-test-'));
  for (const name of ['bin', 'later', 'home', 'work']) await mkdir(join(folder, name));
  return {
    folder,
    environment: {
      PATH: `${folder}/bin:${folder}/later:${folder}/system`,
      HOME: `${folder}/home`,
      WORK: `${folder}/work`,
    },
    async add(name, script, where = 'bin') {
      const path = join(folder, where, name);
      await writeFile(path, `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`);
      await chmod(path, 0o755);
      return path;
    },
    read: (path) => readFile(join(folder, path), 'utf8'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
