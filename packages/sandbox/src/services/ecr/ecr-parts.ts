import { AwsFault, type RequestContext } from '../../api/aws-service.ts';
import type { Principals } from '../../authorization/principals.ts';
import type { BlobStore } from '../../registry/storage/blob-store.ts';
import { createRepositories, type Repositories } from '../../registry/storage/repositories.ts';
import type { Repository } from '../../registry/storage/repository.ts';
import type { Tokens } from '../../registry/tokens.ts';
import type { ServiceParts } from '../shared/service-module.ts';

export interface EcrParts {
  readonly repositories: Repositories;
  readonly blobs: BlobStore;
  readonly tokens: Tokens;
  readonly principals: Principals;
  /** How long a registry password is good. AWS: 12 hours. */
  readonly tokenMilliseconds: number;
  /** `127.0.0.1:PORT`, or undefined while nothing listens: then the real registry's name is used. */
  host(): string | undefined;
  now(): number;
  changed(): void;
}

export const ecrPartsOf = (parts: ServiceParts): EcrParts => ({
  ...parts,
  repositories: parts.shared(createRepositories),
  now: () => parts.clock.now(),
});

export const invalidParameter = (where: string, constraint: string) =>
  new AwsFault(
    'InvalidParameterException',
    `Invalid parameter at '${where}' failed to satisfy constraint: '${constraint}'`,
  );

const namePattern = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/;

export function checkRepositoryName(value: unknown): string {
  if (typeof value === 'string' && value.length >= 2 && value.length <= 256 && namePattern.test(value))
    return value;
  throw invalidParameter(
    'repositoryName',
    `must satisfy regular expression '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*'`,
  );
}

export const repositoryMissing = (name: string, registryId: string) =>
  new AwsFault(
    'RepositoryNotFoundException',
    `The repository with name '${name}' does not exist in the registry with id '${registryId}'`,
  );

// biome-ignore lint/suspicious/noExplicitAny: see Handler
export function findRepository(parts: EcrParts, input: any, context: RequestContext): Repository {
  const name = checkRepositoryName(input.repositoryName);
  const registryId = input.registryId ?? context.caller.accountId;
  const found = registryId === context.caller.accountId ? parts.repositories.byName.get(name) : undefined;
  if (!found) throw repositoryMissing(name, registryId);
  return found;
}

export const registryHost = (parts: EcrParts, { caller }: RequestContext): string =>
  parts.host() ??
  `${caller.accountId}.dkr.ecr.${caller.region}.${caller.partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'}`;

export const repositoryArn = ({ caller }: RequestContext, name: string): string =>
  `arn:${caller.partition}:ecr:${caller.region}:${caller.accountId}:repository/${name}`;

export const pageOptions = (input: { maxResults?: number; nextToken?: unknown }, standard = 100) => ({
  limit: input.maxResults ?? standard,
  token: input.nextToken,
  invalid: () =>
    new AwsFault(
      'InvalidParameterException',
      "Invalid parameter at 'nextToken' failed to satisfy constraint: 'Invalid token provided'",
    ),
});
