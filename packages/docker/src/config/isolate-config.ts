import { readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { IsolateConfigRequest, IsolatedConfig } from '@landfall/core/world/docker';
import type { Environment } from '../processes/environment.ts';
import { findPrograms } from '../processes/find-program.ts';
import { noteName } from '../processes/left-behind.ts';
import { inheritConfig } from './inherit-config.ts';

/**
 * Seeds an empty private folder from the user's Docker configuration. Plugins, contexts and buildx builders are
 * linked, not copied: without them buildx would be gone, and a builder made earlier in the job unknown.
 */
export async function isolateConfig(
  environment: Environment,
  { folder, registries }: IsolateConfigRequest,
): Promise<IsolatedConfig> {
  const source = userConfigFolder(environment);
  const read = source === undefined ? { config: {}, notes: [] } : await readUserConfig(source);
  const installed = await installedHelpers(read.config, environment);
  const { config, notes } = inheritConfig(read.config, {
    registries,
    hasHelper: (name) => installed.has(name),
  });
  await writeFile(join(folder, 'config.json'), `${JSON.stringify(config, null, 2)}\n`, {
    mode: 0o600,
    flag: 'wx',
  });
  if (source !== undefined) await linkRest(source, folder);
  return { notes: [...read.notes, ...notes] };
}

export const userConfigFolder = ({ DOCKER_CONFIG, HOME }: Environment): string | undefined =>
  DOCKER_CONFIG ? DOCKER_CONFIG : HOME ? join(HOME, '.docker') : undefined;

async function readUserConfig(folder: string): Promise<{ config: unknown; notes: readonly string[] }> {
  const path = join(folder, 'config.json');
  try {
    return { config: JSON.parse(await readFile(path, 'utf8')), notes: [] };
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { config: {}, notes: [] };
    // The user's own file may hold credentials: the parser's message quotes it, so only its name is shown.
    const reason = code ?? 'it is not JSON';
    return { config: {}, notes: [`${path} could not be read, so nothing is inherited from it: ${reason}`] };
  }
}

async function installedHelpers(config: unknown, environment: Environment): Promise<ReadonlySet<string>> {
  const { credHelpers } = (config ?? {}) as { credHelpers?: Record<string, unknown> };
  const names = new Set(Object.values(credHelpers ?? {}).filter((name) => typeof name === 'string'));
  const installed = new Set<string>();
  for (const name of names) {
    if (!/^[A-Za-z0-9._-]+$/.test(name)) continue;
    if ((await findPrograms(`docker-credential-${name}`, environment)).length > 0) installed.add(name);
  }
  return installed;
}

/** Of an earlier login of this job, which is the user's configuration to this one, also its note. */
const notLinked = new Set(['config.json', noteName]);

async function linkRest(source: string, folder: string): Promise<void> {
  const entries = await readdir(source).catch((thrown: NodeJS.ErrnoException) => {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(thrown.code ?? '')) return [];
    throw thrown;
  });
  for (const entry of entries) {
    if (!notLinked.has(entry)) await symlink(resolve(source, entry), join(folder, entry));
  }
}
