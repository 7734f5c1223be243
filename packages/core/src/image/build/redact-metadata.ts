import type { NamedValue } from '../../world/docker.ts';
import { looksSecret } from './looks-like-secret.ts';

/** A shorter value may stand anywhere by chance: in a digest, say. */
const shortest = 8;

/**
 * What a builder reports, without the values of build arguments: its provenance repeats every one, by its name and in
 * the environment of each step, and no list of words knows all secrets. A value that looks like a secret goes wherever
 * it stands. An output is neither masked in a file nor handed on to another job with a masked value in it.
 */
export function withoutSecrets(
  metadata: Readonly<Record<string, unknown>>,
  buildArgs: readonly NamedValue[],
): Readonly<Record<string, unknown>> {
  if (buildArgs.length === 0) return metadata;
  const given = buildArgs.filter(({ value }) => value !== '');
  const assigned = given.map(({ name, value }) => ({ found: `${name}=${value}`, left: `${name}=***` }));
  const secrets = given
    .filter((argument) => argument.value.length >= shortest && looksSecret(argument))
    .map(({ value }) => ({ found: value, left: '***' }));
  const hide = (key: string, value: unknown) => {
    if (typeof value !== 'string') return value;
    if (key.startsWith('build-arg:')) return '***';
    return [...assigned, ...secrets].reduce((text, { found, left }) => text.replaceAll(found, left), value);
  };
  return JSON.parse(JSON.stringify(metadata, hide));
}
