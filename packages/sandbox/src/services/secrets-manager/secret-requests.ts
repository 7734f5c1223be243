import { AwsFault } from '../../api/aws-service.ts';
import type { OperationOf } from '../../api/handlers.ts';
import { findSecret, type Secret } from './secrets.ts';

export interface SecretsManagerParts {
  readonly secrets: Map<string, Secret>;
  readonly random: () => number;
  changed(): void;
}

export type Operation = OperationOf<SecretsManagerParts>;

export const notFound = () =>
  new AwsFault('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");

export const invalidParameter = (message: string) => new AwsFault('InvalidParameterException', message);

// biome-ignore lint/suspicious/noExplicitAny: see Handler
export function find({ secrets }: SecretsManagerParts, input: any): Secret {
  const secret = findSecret(secrets, requiredId(input.SecretId));
  if (!secret) throw notFound();
  return secret;
}

export function contentOf(input: { SecretString?: unknown; SecretBinary?: unknown }): {
  text?: string;
  binary?: string;
} {
  if (input.SecretString !== undefined && input.SecretBinary !== undefined) {
    throw invalidParameter(
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  }
  const content = String(input.SecretString ?? input.SecretBinary);
  if (Buffer.byteLength(content) > 65_536) {
    throw invalidParameter('The secret value is longer than 65536 bytes.');
  }
  return input.SecretString !== undefined ? { text: content } : { binary: content };
}

function requiredId(value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw invalidParameter('You must provide a SecretId.');
}

export function checkName(value: unknown): string {
  if (typeof value === 'string' && /^[\w/+=.@-]{1,512}$/.test(value)) return value;
  throw new AwsFault(
    'ValidationException',
    'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
  );
}
