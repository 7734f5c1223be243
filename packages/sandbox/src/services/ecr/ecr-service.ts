import type { Authorization, AwsService, Handler, RequestContext } from '../../api/aws-service.ts';
import { kmsAsks } from '../../authorization/kms.ts';
import { ecrAdmin } from './admin.ts';
import { type EcrParts, registryHost, repositoryArn } from './ecr-parts.ts';
import { imageHandlers } from './image-handlers.ts';
import { layerHandlers } from './layer-handlers.ts';
import { policyHandlers } from './policy-handlers.ts';
import { RegistrySettings, settingsHandlers } from './registry-settings.ts';
import { repositoryHandlers } from './repository-handlers.ts';
import { createScans, type Scans, scanHandlers } from './scans.ts';

export interface EcrService extends AwsService {
  readonly scans: Scans;
}

/** The registry password for a caller: good for the registry's time, and no longer than the caller's own key. */
export function issueToken(parts: EcrParts, { caller, clock }: RequestContext) {
  const own = parts.principals.find(caller.accessKeyId)?.expires ?? Number.POSITIVE_INFINITY;
  const expires = Math.min(clock.now() + parts.tokenMilliseconds, own);
  const password = parts.tokens.issue({ accessKeyId: caller.accessKeyId, expires });
  return {
    authorizationToken: Buffer.from(`AWS:${password}`).toString('base64'),
    expiresAt: new Date(expires),
  };
}

/** Operations on the registry as a whole: IAM knows no resource for them. */
const ofRegistry: readonly string[] = [
  'GetAuthorizationToken',
  'DescribeRegistry',
  'CreateRepositoryCreationTemplate',
  'DescribeRepositoryCreationTemplates',
  'CreatePullThroughCacheRule',
  'DescribePullThroughCacheRules',
  'PutRegistryScanningConfiguration',
  'GetRegistryScanningConfiguration',
];

/**
 * Tags are put on in the caller's name, and so are the grants on a key of one's own. AWS's own key allows ECR for
 * everybody in the account: https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html
 */
const alsoOfCreation = (
  input: {
    readonly tags?: readonly unknown[];
    readonly encryptionConfiguration?: { readonly kmsKey?: string };
  },
  repository: string,
  context: RequestContext,
): NonNullable<Authorization['also']> => {
  const key = input.encryptionConfiguration?.kmsKey;
  return [
    ...(input.tags?.length ? [{ action: 'ecr:TagResource', resource: repository }] : []),
    ...(key === undefined || /(?:^|:)alias\/aws\//.test(key)
      ? []
      : kmsAsks('ecr', ['kms:CreateGrant', 'kms:DescribeKey'], key, context)),
  ];
};

/** Amazon ECR, private registries. */
export function createEcrService(parts: EcrParts): EcrService {
  const scans = createScans();
  const settings = new RegistrySettings();
  const handlers: Record<string, Handler> = {
    ...repositoryHandlers(parts),
    ...imageHandlers({ ...parts, scans }),
    ...layerHandlers(parts),
    ...policyHandlers(parts),
    ...scanHandlers({ ...parts, scans, settings }),
    ...settingsHandlers({ ...parts, settings }),
    GetAuthorizationToken(input, context) {
      const ids: string[] = input.registryIds ?? [context.caller.accountId];
      return {
        authorizationData: ids.map((id) => ({
          ...issueToken(parts, context),
          proxyEndpoint: endpointOf(id, parts, context),
        })),
      };
    },
    DescribeRegistry: (_input, { caller }) => ({
      registryId: caller.accountId,
      replicationConfiguration: { rules: [] },
    }),
  };

  return {
    handlers,
    scans,
    authorize: (operation, input, context) => authorize(settings, operation, input, context),
    tagsOf(arn) {
      const repository = [...parts.repositories.byName.values()].find((one) => one.arn === arn);
      return repository && Object.fromEntries(repository.resourceTags.map(({ Key, Value }) => [Key, Value]));
    },
    save: () => ({
      repositories: parts.repositories.save(),
      scans: scans.save(),
      settings: settings.save(),
    }),
    restore(state) {
      const saved = state as { repositories: unknown; scans: unknown; settings?: unknown };
      settings.restore(saved.settings);
      parts.repositories.restore(saved.repositories);
      scans.restore(saved.scans);
    },
    admin: ecrAdmin(parts, scans),
  };
}

function authorize(
  settings: RegistrySettings,
  operation: string,
  // biome-ignore lint/suspicious/noExplicitAny: see Handler
  input: any,
  context: RequestContext,
): Authorization {
  if (ofRegistry.includes(operation)) return { resources: ['*'] };
  if (typeof input.resourceArn === 'string') return { resources: [input.resourceArn] };
  const names: unknown[] = input.repositoryNames ?? [input.repositoryName ?? '*'];
  const resources = names.map((name) => repositoryArn(context, String(name)));
  if (operation === 'CreateRepository')
    return { resources, also: alsoOfCreation(input, resources[0]!, context) };
  // Findings of Inspector are read in the caller's name:
  // https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-enhanced.html
  if (operation === 'DescribeImageScanFindings' && settings.continuous(String(names[0])) !== undefined)
    return {
      resources,
      also: ['ListCoverage', 'ListFindings'].map((name) => ({
        action: `inspector2:${name}`,
        resource: '*',
      })),
    };
  return { resources };
}

/** Other accounts' registries live at the same address here: the sandbox listens at one. */
const endpointOf = (id: string, parts: EcrParts, context: RequestContext): string =>
  parts.host()
    ? `http://${parts.host()}`
    : `https://${registryHost(parts, { ...context, caller: { ...context.caller, accountId: id } })}`;
