import type { PullThroughCacheRule, RepositoryCreationTemplate } from '@aws-sdk/client-ecr';
import { isLandfallError } from '../errors/landfall-error.ts';
import { allPages } from '../reading/pages.ts';
import type { Ecr } from '../world/aws.ts';
import type { Host } from '../world/host.ts';
import type { RequestedPolicy, RequestedRepository } from './plan-repository.ts';

/** What the registry itself says about repositories of a name. */
interface RegistryRules {
  /** By which ECR would have made the repository at the first push. */
  readonly template?: RepositoryCreationTemplate;
  /** By which ECR fills the repository from elsewhere. */
  readonly cache?: PullThroughCacheRule;
}

/**
 * Asked before a repository is made, and only then. What may not be read is one notice, and so is what a region does
 * not have (pull-through caches in GovCloud: https://github.com/aws/containers-roadmap/issues/2458).
 */
export async function readRegistryRules(ecr: Ecr, name: string, host: Host): Promise<RegistryRules> {
  const { log, cancellation: signal } = host;
  const unlessRefused = (thrown: unknown): undefined => {
    if (!isLandfallError(thrown, 'ACCESS_DENIED') && !isLandfallError(thrown, 'REQUEST_REFUSED'))
      throw thrown;
    log.notice(`${name} is created from the inputs alone: ${thrown.summary}`);
  };
  const templates = await allPages(async (nextToken) => {
    const page = await ecr
      .describeRepositoryCreationTemplates(nextToken ? { nextToken } : {}, { signal })
      .catch(unlessRefused);
    return { items: page?.repositoryCreationTemplates, next: page?.nextToken };
  });
  const rules = await allPages(async (nextToken) => {
    const page = await ecr
      .describePullThroughCacheRules(nextToken ? { nextToken } : {}, { signal })
      .catch(unlessRefused);
    return { items: page?.pullThroughCacheRules, next: page?.nextToken };
  });
  return rulesFor(name, templates, rules);
}

/** The rules whose prefix fits best. `ROOT` is for every name that no other prefix fits. */
function rulesFor(
  name: string,
  templates: readonly RepositoryCreationTemplate[],
  caches: readonly PullThroughCacheRule[],
): RegistryRules {
  // The others are for repositories that replication or a cache makes, which this one is not.
  const onPush = templates.filter(({ appliedFor }) => appliedFor?.includes('CREATE_ON_PUSH'));
  const template = best(name, onPush, ({ prefix }) => prefix);
  const cache = best(name, caches, ({ ecrRepositoryPrefix }) => ecrRepositoryPrefix);
  return { ...(template && { template }), ...(cache && { cache }) };
}

function best<T>(name: string, all: readonly T[], prefixOf: (one: T) => string | undefined): T | undefined {
  const length = (one: T) => {
    const prefix = prefixOf(one);
    return prefix === 'ROOT' ? 0 : (prefix?.length ?? -1);
  };
  return all
    .filter((one) => {
      const prefix = prefixOf(one);
      return prefix === 'ROOT' || (prefix !== undefined && name.startsWith(`${prefix}/`));
    })
    .sort((a, b) => length(b) - length(a))[0];
}

/** What is wanted of a new repository: an input before the template, the template before ECR's default. */
export function underTemplate(
  wanted: RequestedRepository,
  template: RepositoryCreationTemplate,
): RequestedRepository {
  const { imageTagMutability, imageTagMutabilityExclusionFilters = [], encryptionConfiguration } = template;
  const named = new Set(wanted.tags.map((tag) => tag.name));
  const lifecyclePolicy = fromTemplate(wanted.lifecyclePolicy, template.lifecyclePolicy);
  const policy = fromTemplate(wanted.policy, template.repositoryPolicy);
  const hasPolicies = lifecyclePolicy !== wanted.lifecyclePolicy || policy !== wanted.policy;
  return {
    ...wanted,
    mutability:
      wanted.mutability ??
      (imageTagMutability && {
        mode: imageTagMutability,
        exclusions: imageTagMutabilityExclusionFilters.flatMap(({ filter }) => filter ?? []),
      }),
    encryption:
      wanted.encryption ??
      (encryptionConfiguration?.encryptionType && {
        type: encryptionConfiguration.encryptionType,
        kmsKey: encryptionConfiguration.kmsKey,
      }),
    lifecyclePolicy,
    policy,
    ...(hasPolicies && { template: template.prefix ?? '' }),
    tags: [
      ...(template.resourceTags ?? []).flatMap(({ Key: name = '', Value: value = '' }) =>
        named.has(name) ? [] : [{ name, value }],
      ),
      ...wanted.tags,
    ],
  };
}

function fromTemplate<Part>(
  wanted: RequestedPolicy<Part> | undefined,
  template: string | undefined,
): RequestedPolicy<Part> | undefined {
  if (template === undefined) return wanted;
  if (!wanted) return { kind: 'template', text: template };
  return wanted.kind === 'parts' ? { ...wanted, template } : wanted;
}

/** Sentences on what the rules mean for a repository that someone creates. */
export function notesOn(name: string, { template, cache }: RegistryRules, wanted: RequestedRepository) {
  const notes: string[] = [];
  if (template)
    notes.push(
      `${name} is created from the creation template ${template.prefix} of this registry, unless an input overrides it`,
    );
  if (cache) {
    notes.push(
      `${name} is in the pull-through cache ${cache.ecrRepositoryPrefix} of ${cache.upstreamRegistryUrl}: ECR creates such a repository on the first pull, and stores what it pulls there alongside what is pushed`,
    );
    if (wanted.mutability?.mode.startsWith('IMMUTABLE'))
      notes.push(
        `its tags are immutable, so the cache cannot update tags that move at ${cache.upstreamRegistryUrl}`,
      );
  }
  return notes;
}
