import type { NamedValue } from '../world/docker.ts';
import { looksSecret } from './secret-looking.ts';

/** A shorter value may stand anywhere by chance: in a digest, say. */
const shortest = 8;

/**
 * What a builder reports, without the values of build arguments that look like secrets: its provenance repeats every
 * argument, and an output is neither masked in a file nor handed on to another job with a masked value in it.
 */
export function withoutSecrets(
  metadata: Readonly<Record<string, unknown>>,
  buildArgs: readonly NamedValue[],
): Readonly<Record<string, unknown>> {
  const secrets = buildArgs.filter(looksSecret);
  if (secrets.length === 0) return metadata;
  const names = secrets.map(({ name }) => `build-arg:${name}`);
  const values = secrets.map(({ value }) => value).filter((value) => value.length >= shortest);
  const hide = (key: string, value: unknown) => {
    if (typeof value !== 'string') return value;
    if (names.includes(key)) return '***';
    return values.reduce((text, secret) => text.replaceAll(secret, '***'), value);
  };
  return JSON.parse(JSON.stringify(metadata, hide));
}
