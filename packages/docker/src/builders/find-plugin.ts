import { constants } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { userConfigFolder } from '../config/isolate-config.ts';
import type { Environment } from '../processes/environment.ts';

/** Where Docker looks for plugins after the user's own folder (docker/cli, cli-plugins/manager). */
const systemFolders = [
  '/usr/local/lib/docker/cli-plugins',
  '/usr/local/libexec/docker/cli-plugins',
  '/usr/lib/docker/cli-plugins',
  '/usr/libexec/docker/cli-plugins',
];

export interface BuildxPlugin {
  readonly path: string;
  /** Whether this docker is sure to find it. One of a snap or of Nix, say, looks elsewhere. */
  foundBy(program: string): boolean;
}

/**
 * buildx, where it is put as a rule. If it is not there, only docker itself knows. Docker takes the first that there
 * is, and looks no further when that one does not run (docker/cli, cli-plugins/manager/manager.go).
 */
export async function findPlugin(
  environment: Environment,
  folders: readonly string[] = systemFolders,
): Promise<BuildxPlugin | undefined> {
  const own = userConfigFolder(environment);
  const ownPlugins = own === undefined ? [] : [join(own, 'cli-plugins')];
  const paths = [...ownPlugins, ...folders].map((folder) => join(folder, 'docker-buildx'));
  const [hasOthers, ...found] = await Promise.all([
    own !== undefined && namesMoreFolders(own),
    ...paths.map((path) => isThere(path)),
  ]);
  const path = paths.find((_, index) => found[index]);
  if (path === undefined) return undefined;
  const runs = await isExecutable(path);
  const isOwn = path === paths[0] && ownPlugins.length > 0;
  const isUsual = (program: string) => ['/usr/bin', '/usr/local/bin'].includes(dirname(program));
  return { path, foundBy: (program) => runs && !hasOthers && (isOwn || isUsual(program)) };
}

const isThere = (path: string) =>
  stat(path).then(
    () => true,
    (thrown: NodeJS.ErrnoException) => thrown.code !== 'ENOENT',
  );

const isExecutable = (path: string) =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );

/** A configuration may name folders that come before all others. One that cannot be read may, too. */
async function namesMoreFolders(folder: string): Promise<boolean> {
  try {
    const config: unknown = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'));
    return typeof config !== 'object' || config === null || 'cliPluginsExtraDirs' in config;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}
