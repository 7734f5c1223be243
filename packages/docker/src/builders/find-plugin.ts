import { constants } from 'node:fs';
import { access, open, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { userConfigFolder } from '../config/isolate-config.ts';
import type { Environment } from '../processes/environment.ts';

const machine = {
  /** Where Docker looks for plugins after the user's own folder (docker/cli, cli-plugins/manager). */
  plugins: [
    '/usr/local/lib/docker/cli-plugins',
    '/usr/local/libexec/docker/cli-plugins',
    '/usr/lib/docker/cli-plugins',
    '/usr/libexec/docker/cli-plugins',
  ],
  /** Where packages put a docker that looks there. */
  programs: ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'],
};

export interface BuildxPlugin {
  readonly path: string;
  /** Whether this docker is sure to find it. One of a snap or of Nix, or behind a script with sudo, looks elsewhere. */
  foundBy(program: string): Promise<boolean>;
}

/**
 * buildx, where it is put as a rule. If it is not there, only docker itself knows. Docker takes the first that there
 * is, and looks no further when that one does not run (docker/cli, cli-plugins/manager/manager.go).
 */
export async function findPlugin(
  environment: Environment,
  { plugins, programs }: { readonly [K in keyof typeof machine]: readonly string[] } = machine,
): Promise<BuildxPlugin | undefined> {
  const own = userConfigFolder(environment);
  const ownPlugins = own === undefined ? [] : [join(own, 'cli-plugins')];
  const paths = [...ownPlugins, ...plugins].map((folder) => join(folder, 'docker-buildx'));
  const [hasOthers, ...found] = await Promise.all([
    own !== undefined && namesMoreFolders(own),
    ...paths.map((path) => isThere(path)),
  ]);
  const path = paths.find((_, index) => found[index]);
  if (path === undefined) return undefined;
  const runs = await isExecutable(path);
  // A folder that the variable names is every docker's; the home folder may be another one for it.
  const isNamed = path === paths[0] && Boolean(environment.DOCKER_CONFIG);
  const isUsual = async (program: string) =>
    programs.includes(dirname(program)) && !(await isScript(program));
  return {
    path,
    foundBy: async (program) => runs && !hasOthers && (isNamed || (await isUsual(program))),
  };
}

async function isScript(program: string): Promise<boolean> {
  const file = await open(program);
  try {
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return buffer.toString() === '#!';
  } finally {
    await file.close();
  }
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
