import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { userConfigFolder } from '../config/isolate-config.ts';
import type { Environment } from '../processes/environment.ts';

/**
 * Whether a builder was ever made with `docker buildx create`. Where none was, buildx builds with that of a Docker
 * context, by the docker driver (docker/buildx store/store.go and storeutil.go, `GetNodeGroup`).
 */
export async function hasMadeBuilders(environment: Environment): Promise<boolean> {
  const docker = userConfigFolder(environment);
  const folder = environment.BUILDX_CONFIG || (docker === undefined ? undefined : join(docker, 'buildx'));
  // Docker finds a home folder by other ways than HOME, too: then only buildx knows.
  if (folder === undefined) return true;
  return await readdir(join(folder, 'instances')).then(
    (names) => names.length > 0,
    (thrown: NodeJS.ErrnoException) => thrown.code !== 'ENOENT',
  );
}
