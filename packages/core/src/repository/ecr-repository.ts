import type { Repository } from '@aws-sdk/client-ecr';
import { isLandfallError, LandfallError } from '../errors/landfall-error.ts';
import type { Ecr } from '../world/aws.ts';
import {
  type Change,
  type ExistingRepository,
  type Mutability,
  type RequestedRepository,
  unfinishedTag,
} from './plan-repository.ts';

export interface LocatedRepository {
  readonly existing: ExistingRepository;
  readonly uri: string;
}

/** AWS's own word for it: `RepositoryNotFoundException` and its like. */
const isCode = (thrown: unknown, name: string) => isLandfallError(thrown) && thrown.facts.code === name;

/**
 * The repository as it is; undefined when one of the reads says that there is none. A missing permission is an error,
 * never "absent".
 */
export const readRepository = (
  ecr: Ecr,
  wanted: RequestedRepository,
  signal: AbortSignal,
): Promise<LocatedRepository | undefined> =>
  readAll(ecr, wanted, signal).catch(unless('RepositoryNotFoundException'));

async function readAll(
  ecr: Ecr,
  wanted: RequestedRepository,
  signal: AbortSignal,
): Promise<LocatedRepository | undefined> {
  const { name: repositoryName } = wanted;
  const { repositories } = await ecr.describeRepositories({ repositoryNames: [repositoryName] }, { signal });
  const [repository] = repositories ?? [];
  if (!repository) return undefined;
  const { arn, uri } = identityOf(repository);
  const [lifecyclePolicy, policy, tags] = await Promise.all([
    wanted.lifecyclePolicy === undefined
      ? undefined
      : ecr
          .getLifecyclePolicy({ repositoryName }, { signal })
          .then((answer) => answer.lifecyclePolicyText)
          .catch(unless('LifecyclePolicyNotFoundException')),
    wanted.policy === undefined
      ? undefined
      : ecr
          .getRepositoryPolicy({ repositoryName }, { signal })
          .then((answer) => answer.policyText)
          .catch(unless('RepositoryPolicyNotFoundException')),
    ecr.listTagsForResource({ resourceArn: arn }, { signal }).then((answer) => answer.tags ?? []),
  ]);
  return {
    uri,
    existing: {
      arn,
      mutability: mutabilityOf(repository),
      scanOnPush: repository.imageScanningConfiguration?.scanOnPush === true,
      encryption: {
        type: (repository.encryptionConfiguration?.encryptionType ?? 'AES256') as 'AES256',
        kmsKey: repository.encryptionConfiguration?.kmsKey,
      },
      lifecyclePolicy,
      policy,
      tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key ?? '', Value ?? ''])),
    },
  };
}

const unless = (name: string) => (thrown: unknown) => {
  if (isCode(thrown, name)) return undefined;
  throw thrown;
};

function identityOf({ repositoryArn, repositoryUri, repositoryName }: Repository) {
  if (repositoryArn && repositoryUri) return { arn: repositoryArn, uri: repositoryUri };
  throw new LandfallError('RESPONSE_INVALID', {
    summary: `ECR described the repository ${repositoryName ?? ''} without its ARN or URI`,
  });
}

const mutabilityOf = ({
  imageTagMutability,
  imageTagMutabilityExclusionFilters,
}: Repository): Mutability => ({
  mode: imageTagMutability ?? 'MUTABLE',
  exclusions: (imageTagMutabilityExclusionFilters ?? []).flatMap(({ filter }) => filter ?? []),
});

const mutabilityInput = ({ mode, exclusions }: Mutability) => ({
  imageTagMutability: mode,
  ...(exclusions.length > 0 && {
    imageTagMutabilityExclusionFilters: exclusions.map((filter) => ({
      filterType: 'WILDCARD' as const,
      filter,
    })),
  }),
});

/**
 * Makes the repository. What is not wanted is not sent, so that the defaults are ECR's.
 * @returns `there` when someone else made it in the meantime, `unknown` when a response was lost before it was
 * there
 */
export async function createRepository(
  ecr: Ecr,
  { name, mutability, scanOnPush, encryption, tags, template }: RequestedRepository,
  signal: AbortSignal,
): Promise<'made' | 'there' | 'unknown'> {
  const all = [...tags, ...(template === undefined ? [] : [{ name: unfinishedTag, value: template }])];
  try {
    await ecr.createRepository(
      {
        repositoryName: name,
        ...(mutability && mutabilityInput(mutability)),
        ...(scanOnPush !== undefined && { imageScanningConfiguration: { scanOnPush } }),
        ...(encryption && {
          encryptionConfiguration: {
            encryptionType: encryption.type,
            ...(encryption.kmsKey !== undefined && { kmsKey: encryption.kmsKey }),
          },
        }),
        ...(all.length > 0 && { tags: all.map((tag) => ({ Key: tag.name, Value: tag.value })) }),
      },
      { signal },
    );
    return 'made';
  } catch (thrown) {
    if (!isCode(thrown, 'RepositoryAlreadyExistsException')) throw thrown;
    return isLandfallError(thrown) && thrown.applied === 'unknown' ? 'unknown' : 'there';
  }
}

/** A policy as it was sent, and as ECR answered that it keeps it. */
export interface WrittenPolicy {
  readonly sent: string;
  readonly kept: string | undefined;
}

/** One write of a plan; `create` is not among them. Returns a policy that was written. */
export async function applyChange(
  ecr: Ecr,
  repositoryName: string,
  arn: string,
  change: Exclude<Change, { kind: 'create' }>,
  signal: AbortSignal,
): Promise<WrittenPolicy | undefined> {
  const options = { signal };
  switch (change.kind) {
    case 'mutability':
      await ecr.putImageTagMutability({ repositoryName, ...mutabilityInput(change.to) }, options);
      return undefined;
    case 'scanning':
      await ecr.putImageScanningConfiguration(
        { repositoryName, imageScanningConfiguration: { scanOnPush: change.to } },
        options,
      );
      return undefined;
    case 'lifecycle':
      return {
        sent: change.to,
        kept: (await ecr.putLifecyclePolicy({ repositoryName, lifecyclePolicyText: change.to }, options))
          .lifecyclePolicyText,
      };
    case 'policy':
      return {
        sent: change.to,
        kept: (await ecr.setRepositoryPolicy({ repositoryName, policyText: change.to }, options)).policyText,
      };
    case 'tags':
      await ecr.tagResource(
        { resourceArn: arn, tags: change.to.map(({ name, value }) => ({ Key: name, Value: value })) },
        options,
      );
      return undefined;
    case 'finish':
      await ecr.untagResource({ resourceArn: arn, tagKeys: [unfinishedTag] }, options);
      return undefined;
  }
}
