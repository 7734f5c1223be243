import { AwsFault, type Handler, type RequestContext } from '../../protocol/aws-service.ts';
import { page } from '../../protocol/page.ts';
import { type EcrParts, invalidParameter, pageOptions } from './ecr-parts.ts';

/** A creation template or a cache rule as it came, with its times. */
interface Kept {
  readonly prefix: string;
  readonly content: Readonly<Record<string, unknown>>;
  readonly createdAt: number;
}

export interface RegistrySettings {
  /** Whether Inspector scans this repository by itself; undefined with basic scanning. */
  continuous(repository: string): boolean | undefined;
  readonly handlers: Record<string, Handler>;
  save(): unknown;
  restore(state: unknown): void;
}

interface ScanRule {
  readonly scanFrequency: string;
  readonly repositoryFilters: readonly { readonly filter: string; readonly filterType: string }[];
}

const prefixForm = /^(?:ROOT|(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*\/?)$/;

/** Creation templates and cache rules are kept and shown, not acted on; the kind of scanning is. */
export function createRegistrySettings(parts: EcrParts): RegistrySettings {
  let templates: Kept[] = [];
  let caches: Kept[] = [];
  let scanning: { scanType: string; rules: readonly ScanRule[] } = { scanType: 'BASIC', rules: [] };

  const keep = (
    all: Kept[],
    prefix: unknown,
    content: Kept['content'],
    context: RequestContext,
    taken: string,
  ) => {
    if (typeof prefix !== 'string' || !prefixForm.test(prefix))
      throw invalidParameter('prefix', 'must be ROOT or the beginning of a repository name');
    if (all.some((one) => one.prefix === prefix))
      throw new AwsFault(
        taken,
        `The prefix '${prefix}' already has one in the registry with id '${context.caller.accountId}'`,
      );
    const kept = { prefix, content, createdAt: context.clock.now() };
    all.push(kept);
    parts.changed();
    return kept;
  };
  const templateView = ({ prefix, content, createdAt }: Kept) => {
    const { registryId: _, ...rest } = content;
    return { ...rest, prefix, createdAt: new Date(createdAt), updatedAt: new Date(createdAt) };
  };
  const cacheView = ({ prefix, content, createdAt }: Kept, { caller }: RequestContext) => ({
    ecrRepositoryPrefix: prefix,
    upstreamRegistryUrl: content.upstreamRegistryUrl,
    upstreamRegistry: content.upstreamRegistry,
    credentialArn: content.credentialArn,
    registryId: caller.accountId,
    createdAt: new Date(createdAt),
  });
  const ruleFor = (name: string) =>
    scanning.rules.find(({ repositoryFilters }) =>
      repositoryFilters.some(({ filter }) =>
        new RegExp(`^${filter.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(name),
      ),
    );

  return {
    continuous: (repository) =>
      scanning.scanType === 'ENHANCED' ? ruleFor(repository) !== undefined : undefined,
    handlers: {
      CreateRepositoryCreationTemplate: (input, context) => ({
        registryId: context.caller.accountId,
        repositoryCreationTemplate: templateView(
          keep(templates, input.prefix, input, context, 'TemplateAlreadyExistsException'),
        ),
      }),
      DescribeRepositoryCreationTemplates(input, context) {
        const wanted: unknown[] | undefined = input.prefixes;
        const found = templates.filter(({ prefix }) => !wanted || wanted.includes(prefix));
        const shown = page(found, ({ prefix }) => prefix, pageOptions(input));
        return {
          registryId: context.caller.accountId,
          repositoryCreationTemplates: shown.items.map(templateView),
          nextToken: shown.nextToken,
        };
      },
      CreatePullThroughCacheRule: (input, context) =>
        cacheView(
          keep(
            caches,
            input.ecrRepositoryPrefix,
            input,
            context,
            'PullThroughCacheRuleAlreadyExistsException',
          ),
          context,
        ),
      DescribePullThroughCacheRules(input, context) {
        const wanted: unknown[] | undefined = input.ecrRepositoryPrefixes;
        const found = caches.filter(({ prefix }) => !wanted || wanted.includes(prefix));
        const shown = page(found, ({ prefix }) => prefix, pageOptions(input));
        return {
          pullThroughCacheRules: shown.items.map((one) => cacheView(one, context)),
          nextToken: shown.nextToken,
        };
      },
      PutRegistryScanningConfiguration(input) {
        scanning = { scanType: input.scanType ?? 'BASIC', rules: input.rules ?? [] };
        parts.changed();
        return { registryScanningConfiguration: { ...scanning } };
      },
      GetRegistryScanningConfiguration: (_, { caller }) => ({
        registryId: caller.accountId,
        scanningConfiguration: { ...scanning },
      }),
      BatchGetRepositoryScanningConfiguration(input) {
        const names: string[] = input.repositoryNames ?? [];
        return {
          scanningConfigurations: names.flatMap((name) => {
            const repository = parts.repositories.byName.get(name);
            if (!repository) return [];
            const rule = ruleFor(name);
            return {
              repositoryArn: repository.arn,
              repositoryName: name,
              scanOnPush: repository.scanOnPush || rule?.scanFrequency === 'SCAN_ON_PUSH',
              scanFrequency: rule?.scanFrequency ?? (repository.scanOnPush ? 'SCAN_ON_PUSH' : 'MANUAL'),
              appliedScanFilters: rule?.repositoryFilters ?? [],
            };
          }),
          failures: names
            .filter((name) => !parts.repositories.byName.has(name))
            .map((repositoryName) => ({
              repositoryName,
              failureCode: 'REPOSITORY_NOT_FOUND',
              failureReason: 'The repository was not found.',
            })),
        };
      },
    },
    save: () => ({ templates, caches, scanning }),
    restore(state) {
      if (state === undefined) return;
      ({ templates, caches, scanning } = state as {
        templates: Kept[];
        caches: Kept[];
        scanning: typeof scanning;
      });
    },
  };
}
