import { isLandfallError } from '../../errors/landfall-error.ts';
import type { World } from '../../world/world.ts';
import { csvField, csvFields } from '../../inputs/csv-fields.ts';

/**
 * Caches with the folder of a local one held to the workspace like any other path: a file of a pull request
 * may name it. A cache that is to be read and is not there yet is omitted, as by buildx.
 * @throws PATH_REFUSED
 */
export async function localCaches(
  caches: readonly string[],
  direction: 'src' | 'dest',
  { files, host }: World,
): Promise<readonly string[]> {
  const held: string[] = [];
  for (const cache of caches) {
    const fields = csvFields(cache) ?? [];
    const at = fields.findIndex((field) => field.startsWith(`${direction}=`));
    const path = fields[at]?.slice(direction.length + 1);
    if (!fields.includes('type=local') || path === undefined) {
      held.push(cache);
      continue;
    }
    try {
      const folder = direction === 'src' ? await files.folder(path) : await files.destination(path);
      held.push(fields.with(at, `${direction}=${folder}`).map(csvField).join(','));
    } catch (thrown) {
      if (direction === 'dest' || !isLandfallError(thrown, 'PATH_MISSING')) throw thrown;
      host.log.info(`cache-from: ${path} does not exist yet, so it is not used`);
    }
  }
  return held;
}

/**
 * SSH agents and keys, each path held to the workspace and the temporary folder. The job's own agent listens on a
 * socket elsewhere. @throws PATH_MISSING, PATH_REFUSED
 */
export async function sshSources(
  sources: readonly string[],
  { files, host }: World,
): Promise<readonly string[]> {
  const agent = host.environment('SSH_AUTH_SOCK');
  const held = async (path: string) =>
    path === agent || /^raw=(?:true|false)$/.test(path) ? path : await files.file(path);
  return await Promise.all(
    sources.map(async (source) => {
      const [id, paths] = source.split(/=(.*)/s);
      return paths ? `${id}=${(await Promise.all(paths.split(',').map(held))).join(',')}` : source;
    }),
  );
}
