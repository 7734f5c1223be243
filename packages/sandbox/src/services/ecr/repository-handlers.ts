import { AwsFault, type RequestContext } from '../../api/aws-service.ts';
import { handlersOf, type OperationOf } from '../../api/handlers.ts';
import { page } from '../../api/page.ts';
import { keyArn } from '../../authorization/kms.ts';
import type { Mutability, Repository } from '../../registry/storage/repository.ts';
import {
  checkRepositoryName,
  type EcrParts,
  findRepository,
  invalidParameter,
  pageOptions,
  registryHost,
  repositoryArn,
  repositoryMissing,
} from './ecr-parts.ts';

const describe = (parts: EcrParts, repository: Repository, context: RequestContext) => ({
  repositoryArn: repository.arn,
  registryId: repository.accountId,
  repositoryName: repository.name,
  repositoryUri: `${registryHost(parts, context)}/${repository.name}`,
  createdAt: new Date(repository.createdAt),
  imageTagMutability: repository.mutability,
  imageTagMutabilityExclusionFilters: exclusionsOf(repository),
  imageScanningConfiguration: { scanOnPush: repository.scanOnPush },
  encryptionConfiguration: { ...repository.encryption },
});

const exclusionsOf = (repository: Repository) =>
  repository.exclusions.length === 0
    ? undefined
    : repository.exclusions.map((filter) => ({ filterType: 'WILDCARD', filter }));

type Operation = OperationOf<EcrParts>;

const CreateRepository: Operation = (parts, input, context) => {
  const name = checkRepositoryName(input.repositoryName);
  const { accountId, region } = context.caller;
  if (input.registryId !== undefined && input.registryId !== accountId) {
    throw new AwsFault(
      'InvalidParameterException',
      `Repositories can be created in the registry with id '${accountId}' only`,
    );
  }
  if (parts.repositories.byName.has(name)) {
    throw new AwsFault(
      'RepositoryAlreadyExistsException',
      `The repository with name '${name}' already exists in the registry with id '${accountId}'`,
    );
  }
  const repository: Repository = {
    name,
    accountId,
    region,
    arn: repositoryArn(context, name),
    createdAt: context.clock.now(),
    ...mutabilityOf(input),
    scanOnPush: input.imageScanningConfiguration?.scanOnPush === true,
    encryption: encryptionOf(input.encryptionConfiguration, context),
    resourceTags: [...(input.tags ?? [])],
    images: new Map(),
    tags: new Map(),
    blobs: new Map(),
    scans: new Map(),
  };
  parts.repositories.byName.set(name, repository);
  parts.changed();
  return { repository: describe(parts, repository, context) };
};

const DescribeRepositories: Operation = (parts, input, context) => {
  const names: unknown[] | undefined = input.repositoryNames;
  if (names && (input.maxResults !== undefined || input.nextToken !== undefined)) {
    throw new AwsFault(
      'InvalidParameterException',
      'Invalid parameter: maxResults and nextToken cannot be used together with repositoryNames',
    );
  }
  const registryId = input.registryId ?? context.caller.accountId;
  const { byName } = parts.repositories;
  if (names) {
    const found = names.map((name) => {
      const repository =
        registryId === context.caller.accountId ? byName.get(checkRepositoryName(name)) : undefined;
      if (!repository) throw repositoryMissing(String(name), registryId);
      return describe(parts, repository, context);
    });
    return { repositories: found };
  }
  const all = registryId === context.caller.accountId ? [...byName.values()] : [];
  all.sort((a, b) => (a.name < b.name ? -1 : 1));
  const shown = page(all, ({ name }) => name, pageOptions(input));
  return {
    repositories: shown.items.map((repository) => describe(parts, repository, context)),
    nextToken: shown.nextToken,
  };
};

const DeleteRepository: Operation = async (parts, input, context) => {
  const repository = findRepository(parts, input, context);
  if (repository.images.size > 0 && input.force !== true) {
    throw new AwsFault(
      'RepositoryNotEmptyException',
      `The repository with name '${repository.name}' in registry with id '${repository.accountId}' cannot be deleted because it still contains images`,
    );
  }
  parts.repositories.byName.delete(repository.name);
  parts.changed();
  await sweep(parts, repository.blobs.keys());
  return { repository: describe(parts, repository, context) };
};

const PutImageTagMutability: Operation = (parts, input, context) => {
  const repository = findRepository(parts, input, context);
  Object.assign(repository, mutabilityOf(input));
  parts.changed();
  return {
    registryId: repository.accountId,
    repositoryName: repository.name,
    imageTagMutability: repository.mutability,
    imageTagMutabilityExclusionFilters: exclusionsOf(repository),
  };
};

const PutImageScanningConfiguration: Operation = (parts, input, context) => {
  const repository = findRepository(parts, input, context);
  repository.scanOnPush = input.imageScanningConfiguration?.scanOnPush === true;
  parts.changed();
  return {
    registryId: repository.accountId,
    repositoryName: repository.name,
    imageScanningConfiguration: { scanOnPush: repository.scanOnPush },
  };
};

const TagResource: Operation = (parts, input, context) => {
  const repository = ofArn(parts, input.resourceArn, context);
  const given: { Key: string; Value: string }[] = input.tags ?? [];
  const kept = repository.resourceTags.filter(({ Key }) => !given.some((tag) => tag.Key === Key));
  if (kept.length + given.length > 50) {
    throw new AwsFault(
      'TooManyTagsException',
      `The resource with arn '${repository.arn}' cannot have more than 50 tags`,
    );
  }
  repository.resourceTags = [...kept, ...given.map(({ Key, Value }) => ({ Key, Value: Value ?? '' }))];
  parts.changed();
  return {};
};

const UntagResource: Operation = (parts, input, context) => {
  const repository = ofArn(parts, input.resourceArn, context);
  const keys: string[] = input.tagKeys ?? [];
  repository.resourceTags = repository.resourceTags.filter(({ Key }) => !keys.includes(Key));
  parts.changed();
  return {};
};

const ListTagsForResource: Operation = (parts, input, context) => ({
  tags: ofArn(parts, input.resourceArn, context).resourceTags.map((tag) => ({ ...tag })),
});

export const repositoryHandlers = (parts: EcrParts) =>
  handlersOf(parts, {
    CreateRepository,
    DescribeRepositories,
    DeleteRepository,
    PutImageTagMutability,
    PutImageScanningConfiguration,
    TagResource,
    UntagResource,
    ListTagsForResource,
  });

/** Deletes the files of blobs that no repository serves. */
export async function sweep(parts: EcrParts, candidates: Iterable<string>): Promise<void> {
  for (const digest of candidates) {
    const served = [...parts.repositories.byName.values()].some((repository) => repository.blobs.has(digest));
    if (!served) await parts.blobs.delete(digest);
  }
}

function ofArn(parts: EcrParts, arn: unknown, context: RequestContext): Repository {
  const name = /^arn:[\w-]+:ecr:[\w-]+:\d{12}:repository\/(.+)$/.exec(String(arn))?.[1];
  if (!name) throw invalidParameter('resourceArn', 'Invalid ARN');
  const repository = parts.repositories.byName.get(name);
  if (repository?.arn !== arn || !repository) throw repositoryMissing(name, context.caller.accountId);
  return repository;
}

// biome-ignore lint/suspicious/noExplicitAny: see Handler
function mutabilityOf(input: any): { mutability: Mutability; exclusions: string[] } {
  const mutability = input.imageTagMutability ?? 'MUTABLE';
  const filters: { filterType?: string; filter?: string }[] = input.imageTagMutabilityExclusionFilters ?? [];
  const excluding = mutability.endsWith('_WITH_EXCLUSION');
  if (excluding && filters.length === 0) {
    throw invalidParameter(
      'imageTagMutabilityExclusionFilters',
      `must be provided when imageTagMutability is ${mutability}`,
    );
  }
  if (!excluding && filters.length > 0) {
    throw invalidParameter(
      'imageTagMutabilityExclusionFilters',
      `cannot be provided when imageTagMutability is ${mutability}`,
    );
  }
  for (const { filter } of filters) {
    const stars = String(filter).split('*').length - 1;
    if (stars > 2) {
      throw invalidParameter('imageTagMutabilityExclusionFilters', 'a filter has at most 2 wildcards');
    }
  }
  return { mutability, exclusions: filters.map(({ filter }) => String(filter)) };
}

function encryptionOf(
  value: { encryptionType?: string; kmsKey?: string } | undefined,
  { caller }: RequestContext,
) {
  const encryptionType = value?.encryptionType ?? 'AES256';
  if (encryptionType === 'AES256') return { encryptionType };
  return { encryptionType, kmsKey: keyArn(value?.kmsKey ?? 'alias/aws/ecr', caller) };
}
