import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { userConfigFolder } from '../config/isolate-config.ts';
import type { Environment } from '../processes/environment.ts';

/** Where the packages of Docker put plugins (docker/cli, cli-plugins/manager). A system's own packages may differ. */
const systemFolders = [
  '/usr/local/lib/docker/cli-plugins',
  '/usr/local/libexec/docker/cli-plugins',
  '/usr/lib/docker/cli-plugins',
  '/usr/libexec/docker/cli-plugins',
];

/** Whether buildx lies where it is put as a rule. A guess to ask fewer questions by: only docker itself knows. */
export async function expectBuildx(environment: Environment): Promise<boolean> {
  const own = userConfigFolder(environment);
  const folders = [...(own === undefined ? [] : [join(own, 'cli-plugins')]), ...systemFolders];
  const found = await Promise.allSettled(folders.map((folder) => access(join(folder, 'docker-buildx'))));
  return found.some(({ status }) => status === 'fulfilled');
}
