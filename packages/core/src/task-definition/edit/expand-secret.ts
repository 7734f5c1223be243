import { refusedKeys } from '../../documents/refused-keys.ts';
import { LandfallError } from '../../errors/landfall-error.ts';
import type { Pair } from '../../inputs/kinds.ts';
import type { World } from '../../world/world.ts';

/** Names that every shell, and the agent, can export; a colon would end the key inside the ARN. */
const validName = /^[A-Za-z_][A-Za-z0-9_.-]{0,254}$/;

/** Shorter values cannot be masked without masking half the log; they are not printed anyway. */
const shortestMasked = 8;

/**
 * One Secrets Manager secret with a JSON object in it → one `NAME=arn:KEY::` pair per key, sorted by key. The
 * values are needed for their keys only: they are masked, and go nowhere.
 * @throws INPUT_INVALID when the secret is not such an object or a key cannot be a variable's name
 */
export async function expandSecret(secret: string, world: World): Promise<readonly Pair[]> {
  const region = /^arn:[^:]+:secretsmanager:([^:]+):/.exec(secret)?.[1];
  const manager = await world.aws.secretsManager(region);
  const answer = await manager.getSecretValue({ SecretId: secret }, { signal: world.host.cancellation });
  const content = objectOf(answer.SecretString);
  for (const value of content ? Object.values(content) : [answer.SecretString]) {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    if (text !== undefined && text.length >= shortestMasked) world.host.mask(text);
  }
  if (!content) throw refusal(secret, 'is not a JSON object, so it has no keys to make variables of');
  if (!answer.ARN) {
    throw new LandfallError('RESPONSE_INVALID', {
      summary: `secretsmanager:GetSecretValue returned no ARN for ${secret}`,
      facts: { operation: 'secretsmanager:GetSecretValue', secret },
    });
  }
  const keys = Object.keys(content).sort();
  if (keys.length === 0) throw refusal(secret, 'is an empty JSON object');
  const bad = keys.filter((key) => !validName.test(key) || refusedKeys.has(key));
  if (bad.length > 0) {
    const shown = bad.map((key) => JSON.stringify(key.slice(0, 60))).join(', ');
    throw refusal(secret, `has keys that cannot be names of variables: ${shown}`);
  }
  return keys.map((key) => ({ name: key, value: `${answer.ARN}:${key}::` }));
}

function objectOf(text: string | undefined): Record<string, unknown> | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    const object = typeof value === 'object' && value !== null && !Array.isArray(value);
    return object ? (value as Record<string, unknown>) : undefined;
  } catch {
    // The parser's message quotes the text, which is a secret: it must not become a cause.
    return undefined;
  }
}

const refusal = (secret: string, problem: string) =>
  new LandfallError('INPUT_INVALID', {
    summary: `secrets-from: secret ${secret} ${problem}`,
    remedy:
      'Give a secret whose value is a JSON object with one key per variable, or list the keys in `secrets`.',
    facts: { secret },
  });
