import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { findPlugin } from './find-plugin.ts';

const docker = '/usr/bin/docker';
const own = 'config/cli-plugins/docker-buildx';
const system = 'system/docker-buildx';

test.each([
  ['its own before the system’s', { [own]: 0o755, [system]: 0o755 }, own, true],
  ['the system’s where there is no other', { [system]: 0o755 }, system, true],
  ['one that does not run, as docker looks no further', { [own]: 0o644, [system]: 0o755 }, own, false],
  ['nothing where a link leads, and goes on', { [own]: undefined, [system]: 0o755 }, system, true],
] as const)('buildx is %s', async (_, files, path, sure) => {
  const folder = await mkdtemp(join(tmpdir(), 'landfall-plugin-test-'));
  try {
    for (const [file, mode] of Object.entries(files)) {
      await mkdir(join(folder, dirname(file)), { recursive: true });
      if (mode === undefined) await symlink('nowhere', join(folder, file));
      else {
        await writeFile(join(folder, file), '#!/bin/sh\n');
        await chmod(join(folder, file), mode);
      }
    }
    const found = await findPlugin({ DOCKER_CONFIG: join(folder, 'config') }, [join(folder, 'system')]);
    expect(found?.path).toBe(join(folder, path));
    expect(found?.foundBy(docker)).toBe(sure);
  } finally {
    await rm(folder, { recursive: true });
  }
});
