import { AwsFault, type RequestContext } from '../../api/aws-service.ts';
import { handlersOf, type OperationOf } from '../../api/handlers.ts';
import { page } from '../../api/page.ts';
import { type EcrParts, invalidParameter, pageOptions } from './ecr-parts.ts';

/** A creation template or a cache rule as it came, with its times. */
interface Kept {
  readonly prefix: string;
  readonly content: Readonly<Record<string, unknown>>;
  readonly createdAt: number;
}

interface ScanRule {
  readonly scanFrequency: string;
  readonly repositoryFilters: readonly { readonly filter: string; readonly filterType: string }[];
}

const prefixForm = /^(?:ROOT|(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*\/?)$/;

/** Creation templates and cache rules are kept and shown, not acted on; the kind of scanning is. */
export class RegistrySettings {
  templates: Kept[] = [];
  caches: Kept[] = [];
  scanning: { scanType: string; rules: readonly ScanRule[] } = { scanType: 'BASIC', rules: [] };

  /** Whether Inspector scans this repository by itself; undefined with basic scanning. */
  continuous(repository: string): boolean | undefined {
    return this.scanning.scanType === 'ENHANCED' ? this.ruleFor(repository) !== undefined : undefined;
  }

  ruleFor(name: string): ScanRule | undefined {
    return this.scanning.rules.find(({ repositoryFilters }) =>
      repositoryFilters.some(({ filter }) =>
        new RegExp(`^${filter.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(name),
      ),
    );
  }

  save(): unknown {
    const { templates, caches, scanning } = this;
    return { templates, caches, scanning };
  }

  restore(state: unknown): void {
    if (state !== undefined) Object.assign(this, state);
  }
}

type SettingsParts = EcrParts & { readonly settings: RegistrySettings };
type Operation = OperationOf<SettingsParts>;

function keep(
  parts: SettingsParts,
  all: Kept[],
  prefix: unknown,
  content: Kept['content'],
  context: RequestContext,
  taken: string,
): Kept {
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
}

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

const CreateRepositoryCreationTemplate: Operation = (parts, input, context) => {
  const taken = 'TemplateAlreadyExistsException';
  const kept = keep(parts, parts.settings.templates, input.prefix, input, context, taken);
  return { registryId: context.caller.accountId, repositoryCreationTemplate: templateView(kept) };
};

const DescribeRepositoryCreationTemplates: Operation = ({ settings }, input, context) => {
  const shown = pageOf(settings.templates, input.prefixes, input);
  return {
    registryId: context.caller.accountId,
    repositoryCreationTemplates: shown.items.map(templateView),
    nextToken: shown.nextToken,
  };
};

const CreatePullThroughCacheRule: Operation = (parts, input, context) => {
  const taken = 'PullThroughCacheRuleAlreadyExistsException';
  const kept = keep(parts, parts.settings.caches, input.ecrRepositoryPrefix, input, context, taken);
  return cacheView(kept, context);
};

const DescribePullThroughCacheRules: Operation = ({ settings }, input, context) => {
  const shown = pageOf(settings.caches, input.ecrRepositoryPrefixes, input);
  return {
    pullThroughCacheRules: shown.items.map((one) => cacheView(one, context)),
    nextToken: shown.nextToken,
  };
};

function pageOf(all: readonly Kept[], wanted: readonly unknown[] | undefined, input: object) {
  const found = all.filter(({ prefix }) => !wanted || wanted.includes(prefix));
  return page(found, ({ prefix }) => prefix, pageOptions(input));
}

const PutRegistryScanningConfiguration: Operation = ({ settings, changed }, input) => {
  settings.scanning = { scanType: input.scanType ?? 'BASIC', rules: input.rules ?? [] };
  changed();
  return { registryScanningConfiguration: { ...settings.scanning } };
};

const GetRegistryScanningConfiguration: Operation = ({ settings }, _input, { caller }) => ({
  registryId: caller.accountId,
  scanningConfiguration: { ...settings.scanning },
});

const BatchGetRepositoryScanningConfiguration: Operation = ({ settings, repositories }, input) => {
  const names: string[] = input.repositoryNames ?? [];
  return {
    scanningConfigurations: names.flatMap((name) => {
      const repository = repositories.byName.get(name);
      if (!repository) return [];
      const rule = settings.ruleFor(name);
      return {
        repositoryArn: repository.arn,
        repositoryName: name,
        scanOnPush: repository.scanOnPush || rule?.scanFrequency === 'SCAN_ON_PUSH',
        scanFrequency: rule?.scanFrequency ?? (repository.scanOnPush ? 'SCAN_ON_PUSH' : 'MANUAL'),
        appliedScanFilters: rule?.repositoryFilters ?? [],
      };
    }),
    failures: names
      .filter((name) => !repositories.byName.has(name))
      .map((repositoryName) => ({
        repositoryName,
        failureCode: 'REPOSITORY_NOT_FOUND',
        failureReason: 'The repository was not found.',
      })),
  };
};

export const settingsHandlers = (parts: SettingsParts) =>
  handlersOf(parts, {
    CreateRepositoryCreationTemplate,
    DescribeRepositoryCreationTemplates,
    CreatePullThroughCacheRule,
    DescribePullThroughCacheRules,
    PutRegistryScanningConfiguration,
    GetRegistryScanningConfiguration,
    BatchGetRepositoryScanningConfiguration,
  });
