import type { Pair } from '../../inputs/kinds.ts';
import { invalidInputs } from '../../inputs/parse-inputs.ts';
import type { World } from '../../world/world.ts';
import { expandSecret } from './expand-secret.ts';

/** `container=secret`, or only a secret, which is then for all; a name with `=` in it needs the container before it. */
export function secretItem(item: string): { readonly container?: string; readonly secret: string } {
  const at = item.startsWith('arn:') ? -1 : item.indexOf('=');
  return at < 0 ? { secret: item } : { container: item.slice(0, at), secret: item.slice(at + 1) };
}

/**
 * The secrets of each container, each secret read once.
 * @throws INPUT_INVALID when two secrets give one container the same name
 */
export async function secretsByContainer(
  given: readonly string[],
  targets: readonly string[],
  world: World,
): Promise<ReadonlyMap<string, readonly Pair[]>> {
  const read = new Map<string, readonly Pair[]>();
  const found = new Map<string, Pair[]>();
  for (const item of given) {
    const { container: only, secret } = secretItem(item);
    const pairs = read.get(secret) ?? (await expandSecret(secret, world));
    read.set(secret, pairs);
    for (const container of only === undefined ? targets : [only]) {
      const before = found.get(container) ?? [];
      const twice = pairs.find(({ name }) => before.some((one) => one.name === name));
      if (twice) {
        const problem = `gives container ${container} the name ${twice.name} twice, the second time from ${secret}`;
        throw invalidInputs([{ input: 'secrets-from', problem }]);
      }
      found.set(container, [...before, ...pairs]);
    }
  }
  for (const [secret, pairs] of read) world.host.log.info(`secret ${secret} has ${pairs.length} keys`);
  return found;
}
