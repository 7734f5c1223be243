import type { NamedValue } from '../../world/docker.ts';

/** A shorter value may stand anywhere by chance: in a digest, say. */
const shortest = 8;

/**
 * What a builder reports, without the values of build arguments: its provenance repeats every one, by its
 * name and in the environment of each step, and no list of words knows all secrets. A value that looks like a
 * secret is removed wherever it is. An output is neither masked in a file nor passed on to another job with a
 * masked value in it.
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

const words = new RegExp(
  `(?:^|_)(?:PASS|PWD|PAT|AUTH|(?:${'API ACCESS PRIVATE SECRET SIGNING ENCRYPTION DEPLOY MASTER SSH'.split(' ').join('|')})_?KEY)(?:_|$)` +
    // Also without a _ before them, as in NPMTOKEN. Not TOKENS: a number of tokens is not a secret.
    '|(?:PASSWORD|PASSWD|PASSPHRASE|SECRETS?|TOKEN|APIKEY|CREDENTIALS?|AUTH[NZ])(?:_|$)',
);
/** Forms that are a secret whatever the name: AWS, GitHub, GitLab, npm, Slack, Stripe, a JWT, a private key, a URL's password. */
const forms = new RegExp(
  [
    String.raw`\b(?:AKIA|ASIA)[A-Z0-9]{16}\b`,
    String.raw`\bgh[pousr]_[A-Za-z0-9]{36,}`,
    String.raw`\bgithub_pat_[A-Za-z0-9_]{22,}`,
    String.raw`\bglpat-[A-Za-z0-9_-]{20,}`,
    String.raw`\bnpm_[A-Za-z0-9]{36}\b`,
    String.raw`\bxox[abprs]-[A-Za-z0-9-]{10,}`,
    String.raw`\b[rs]k_live_[A-Za-z0-9]{10,}`,
    String.raw`\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}`,
    '-----BEGIN [A-Z ]*PRIVATE KEY-----',
    String.raw`:\/\/[^\s/:@]{0,200}:[^\s/@]{1,200}@`,
  ].join('|'),
);

/** Whether a build argument looks like a secret: arguments stay readable in the image's history. */
export const looksSecret = ({ name, value }: { readonly name: string; readonly value: string }) =>
  value !== '' && (words.test(name.toUpperCase().replaceAll('-', '_')) || forms.test(value));
