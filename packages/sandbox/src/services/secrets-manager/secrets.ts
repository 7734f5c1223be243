import type { SecretLookup, SecretStore } from '../../ports/secrets.ts';

export interface SecretVersion {
  readonly id: string;
  readonly created: number;
  readonly text?: string;
  /** Base64. */
  readonly binary?: string;
  stages: string[];
}

export interface Secret {
  readonly name: string;
  readonly arn: string;
  description?: string;
  readonly created: number;
  changed: number;
  accessed?: number;
  /** The customer managed key, as it was given; absent for AWS's own key. */
  readonly kmsKeyId?: string;
  tags: { Key: string; Value: string }[];
  readonly versions: SecretVersion[];
}

/** By name. */
export const createSecrets = (): Map<string, Secret> => new Map();

/** An ARN's last part is the name, a hyphen and six random characters; it may be given without the latter. */
const suffix = /-[A-Za-z0-9]{6}$/;

export function findSecret(secrets: ReadonlyMap<string, Secret>, reference: string): Secret | undefined {
  const byName = secrets.get(reference);
  if (byName || !reference.startsWith('arn:')) return byName;
  const tail = reference.split(':').slice(6).join(':');
  for (const secret of secrets.values()) {
    if (secret.arn === reference || secret.arn.replace(suffix, '') === reference) return secret;
  }
  return secrets.get(tail);
}

/** The version of a stage (default AWSCURRENT) and, or, an id. */
export function findVersion(
  secret: Secret,
  stage: string | undefined,
  id: string | undefined,
): SecretVersion | undefined {
  const wanted = stage ?? (id === undefined ? 'AWSCURRENT' : undefined);
  return secret.versions.find(
    (version) =>
      (wanted === undefined || version.stages.includes(wanted)) && (id === undefined || version.id === id),
  );
}

const missing = (code: string, message: string): SecretLookup => ({
  kind: 'missing',
  from: 'asm',
  detail: `${code}: ${message}`,
});

/** Reads secrets as the ECS agent does, by ARN. */
export const createSecretStore = (secrets: ReadonlyMap<string, Secret>): SecretStore => ({
  lookup(valueFrom) {
    const parts = valueFrom.split(':');
    const reference = parts.slice(0, 7).join(':');
    const [key, stage, id] = parts.slice(7);
    const secret = findSecret(secrets, reference);
    if (!secret)
      return missing('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    const version = findVersion(secret, stage || undefined, id || undefined);
    if (!version) {
      const what = id ? `VersionId: ${id}` : `staging label: ${stage || 'AWSCURRENT'}`;
      return missing(
        'ResourceNotFoundException',
        `Secrets Manager can't find the specified secret value for ${what}`,
      );
    }
    const value = version.text ?? Buffer.from(version.binary ?? '', 'base64').toString('utf8');
    if (!key) return { kind: 'found', value };
    return keyOf(value, key);
  },
});

function keyOf(value: string, key: string): SecretLookup {
  let parsed: unknown;
  try {
    parsed = JSON.parse(value);
  } catch {
    return missing('InvalidJson', `invalid character in the secret: it is not JSON, so it has no key ${key}`);
  }
  const found =
    typeof parsed === 'object' && parsed !== null && Object.hasOwn(parsed, key)
      ? (parsed as Record<string, unknown>)[key]
      : undefined;
  if (found === undefined)
    return missing('KeyNotFound', `retrieved secret from Secrets Manager did not contain json key ${key}`);
  return { kind: 'found', value: typeof found === 'string' ? found : JSON.stringify(found) };
}
