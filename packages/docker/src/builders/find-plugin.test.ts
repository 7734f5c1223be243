import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { findPlugin } from './find-plugin.ts';

const own = 'home/.docker/cli-plugins/docker-buildx';
const named = 'config/cli-plugins/docker-buildx';
const system = 'system/docker-buildx';
const usual = { 'bin/docker': '\u007fELF' };

interface Place {
  /** Files by their paths: what is in them, or null for a link that leads nowhere. */
  readonly files: Readonly<Record<string, string | null>>;
  readonly without?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** What is found in a folder that is a machine, and whether `bin/docker` is sure to find it. */
async function found({ files, without, environment = { HOME: 'home' } }: Place) {
  const root = await mkdtemp(join(tmpdir(), 'landfall-plugin-test-'));
  try {
    for (const [file, content] of Object.entries(files)) {
      await mkdir(join(root, dirname(file)), { recursive: true });
      if (content === null) await symlink('nowhere', join(root, file));
      else await writeFile(join(root, file), content);
      if (content !== null) await chmod(join(root, file), file === without ? 0o644 : 0o755);
    }
    const here = Object.fromEntries(
      Object.entries(environment).map(([name, path]) => [name, join(root, path)]),
    );
    const plugin = await findPlugin(here, { plugins: [join(root, 'system')], programs: [join(root, 'bin')] });
    if (plugin === undefined) return undefined;
    const sure = await plugin.foundBy(join(root, 'bin/docker' in files ? 'bin/docker' : 'snap/docker'));
    return { path: plugin.path.slice(root.length + 1), sure };
  } finally {
    await rm(root, { recursive: true });
  }
}

test.each<[string, Place, { path: string; sure: boolean } | undefined]>([
  ['nowhere', { files: usual }, undefined],
  [
    'in the home folder, before the system',
    { files: { ...usual, [own]: '', [system]: '' } },
    { path: own, sure: true },
  ],
  ['in the system', { files: { ...usual, [system]: '' } }, { path: system, sure: true }],
  [
    'where a link leads nowhere, and looks on',
    { files: { ...usual, [own]: null, [system]: '' } },
    { path: system, sure: true },
  ],
  [
    'in the first place even if it does not run there, as docker looks no further',
    { files: { ...usual, [own]: '', [system]: '' }, without: own },
    { path: own, sure: false },
  ],
  [
    'in the home folder, which may be another one for a docker of a snap',
    { files: { 'snap/docker': '\u007fELF', [own]: '' } },
    { path: own, sure: false },
  ],
  [
    'in the home folder, which may be another one behind a script with sudo',
    { files: { 'bin/docker': '#!/bin/sh\nexec sudo docker "$@"\n', [own]: '' } },
    { path: own, sure: false },
  ],
  [
    'in the folder of DOCKER_CONFIG, which is every docker’s',
    { files: { 'snap/docker': '\u007fELF', [named]: '' }, environment: { DOCKER_CONFIG: 'config' } },
    { path: named, sure: true },
  ],
  [
    'in the system, unless the configuration names other folders',
    { files: { ...usual, [system]: '', 'home/.docker/config.json': '{"cliPluginsExtraDirs":["/opt"]}' } },
    { path: system, sure: false },
  ],
])('finds buildx %s', async (_, place, expected) => expect(await found(place)).toEqual(expected));
