import { isLandfallError } from '../../../errors/landfall-error.ts';
import type { Pair } from '../../../inputs/kinds.ts';
import type { World } from '../../../world/world.ts';
import { within } from '../build-target.ts';
import { readEnvFile } from './env-file.ts';
import type { Lookup } from './interpolate.ts';

/** The input `variables`, then the environment of the job: what no file may change. */
export const givenVariables =
  (pairs: readonly Pair[] | undefined, { host }: World): Lookup =>
  (name) =>
    pairs?.find((one) => one.name === name)?.value ?? host.environment(name);

/**
 * With what the env files add, each later one before the earlier. By default that is `.env` in the project's folder,
 * which need not be there.
 */
export async function withEnvFiles(
  outer: Lookup,
  folder: string,
  named: readonly string[] | undefined,
  { files }: Pick<World, 'files'>,
): Promise<Lookup> {
  const found = new Map<string, string>();
  for (const path of named ?? [within(folder, '.env')]) {
    const text = await files.readText(path).catch((thrown: unknown) => {
      if (named === undefined && isLandfallError(thrown, 'PATH_MISSING')) return '';
      throw thrown;
    });
    const read = readEnvFile(text, path, (name) => outer(name) ?? found.get(name));
    for (const [name, value] of read) found.set(name, value);
  }
  return (name) => outer(name) ?? found.get(name);
}
