import { AwsFault, type AwsService, type RequestContext } from '../../api/aws-service.ts';
import { handlersOf } from '../../api/handlers.ts';
import { page } from '../../api/page.ts';
import { kmsAsks } from '../../authorization/kms.ts';
import { word } from '../../clock/random.ts';
import {
  checkName,
  find,
  invalidParameter,
  type Operation,
  type SecretsManagerParts,
} from './secret-requests.ts';
import {
  addVersion,
  GetSecretValue,
  ListSecretVersionIds,
  PutSecretValue,
  UpdateSecretVersionStage,
} from './secret-versions.ts';
import { findSecret, type Secret } from './secrets.ts';

const CreateSecret: Operation = (parts, input, context) => {
  const { secrets, random, changed } = parts;
  const name = checkName(input.Name);
  if (secrets.has(name)) {
    throw new AwsFault(
      'ResourceExistsException',
      `The operation failed because the secret ${name} already exists.`,
    );
  }
  const now = context.clock.now();
  const secret: Secret = {
    name,
    arn: `${arnRoot(context)}${name}-${word(random, 6)}`,
    ...(input.Description === undefined ? {} : { description: String(input.Description) }),
    created: now,
    changed: now,
    ...(input.KmsKeyId === undefined ? {} : { kmsKeyId: String(input.KmsKeyId) }),
    tags: input.Tags ?? [],
    versions: [],
  };
  const filled = input.SecretString !== undefined || input.SecretBinary !== undefined;
  const version = filled ? addVersion(parts, secret, input, now) : undefined;
  secrets.set(name, secret);
  changed();
  return { ARN: secret.arn, Name: name, VersionId: version?.id };
};

const DescribeSecret: Operation = (parts, input) => {
  const secret = find(parts, input);
  return { ...listed(secret), VersionIdsToStages: stagesOf(secret), SecretVersionsToStages: undefined };
};

const UpdateSecret: Operation = (parts, input, { clock }) => {
  const { changed } = parts;
  const secret = find(parts, input);
  if (input.Description !== undefined) secret.description = String(input.Description);
  const filled = input.SecretString !== undefined || input.SecretBinary !== undefined;
  const version = filled ? addVersion(parts, secret, input, clock.now()) : undefined;
  secret.changed = clock.now();
  changed();
  return { ARN: secret.arn, Name: secret.name, VersionId: version?.id };
};

const ListSecrets: Operation = ({ secrets }, input) => {
  const limit = input.MaxResults ?? 100;
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= 100)) {
    throw invalidParameter('MaxResults is between 1 and 100.');
  }
  const all = [...secrets.values()]
    .filter((secret) => matches(secret, input.Filters ?? []))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const shown = page(all, ({ name }) => name, {
    limit: input.MaxResults ?? 100,
    token: input.NextToken,
    invalid: () => new AwsFault('InvalidNextTokenException', 'Invalid NextToken'),
  });
  return { SecretList: shown.items.map(listed), NextToken: shown.nextToken };
};

const DeleteSecret: Operation = (parts, input, { clock }) => {
  const { secrets, changed } = parts;
  const secret = find(parts, input);
  if (input.ForceDeleteWithoutRecovery !== true) {
    throw new AwsFault(
      'InvalidRequestException',
      'The sandbox keeps no deleted secrets: set ForceDeleteWithoutRecovery to delete it at once.',
    );
  }
  secrets.delete(secret.name);
  changed();
  return { ARN: secret.arn, Name: secret.name, DeletionDate: new Date(clock.now()) };
};

/** Secrets Manager: versions and their stages, without rotation and replication. */
export function createSecretsManagerService(parts: SecretsManagerParts): AwsService {
  const { secrets } = parts;
  const handlers = handlersOf(parts, {
    CreateSecret,
    PutSecretValue,
    GetSecretValue,
    DescribeSecret,
    ListSecretVersionIds,
    UpdateSecretVersionStage,
    UpdateSecret,
    ListSecrets,
    DeleteSecret,
  });
  return {
    handlers,
    authorize(operation, input, context) {
      if (operation === 'ListSecrets') return { resources: ['*'] };
      const reference = String(input.SecretId ?? input.Name ?? '');
      const secret = findSecret(secrets, reference);
      if (secret) {
        const key = input.KmsKeyId ?? secret.kmsKeyId;
        const uses: Record<string, string[]> = {
          GetSecretValue: ['kms:Decrypt'],
          PutSecretValue: ['kms:GenerateDataKey', 'kms:Decrypt'],
        };
        return {
          resources: [secret.arn],
          also: key === undefined ? [] : kmsAsks('secretsmanager', uses[operation] ?? [], key, context),
        };
      }
      // IAM evaluates a secret that does not exist by the name in the request.
      return { resources: [reference.startsWith('arn:') ? reference : `${arnRoot(context)}${reference}`] };
    },
    tagsOf(arn) {
      const secret = [...secrets.values()].find((one) => one.arn === arn);
      return secret && Object.fromEntries(secret.tags.map(({ Key, Value }) => [Key, Value]));
    },
    save: () => [...secrets.values()],
    restore(state) {
      secrets.clear();
      for (const secret of state as Secret[]) secrets.set(secret.name, secret);
    },
  };
}

const arnRoot = ({ caller }: RequestContext) =>
  `arn:${caller.partition}:secretsmanager:${caller.region}:${caller.accountId}:secret:`;

const stagesOf = (secret: Secret) =>
  Object.fromEntries(
    secret.versions.filter(({ stages }) => stages.length > 0).map(({ id, stages }) => [id, [...stages]]),
  );

const listed = (secret: Secret) => ({
  ARN: secret.arn,
  Name: secret.name,
  Description: secret.description,
  LastChangedDate: new Date(secret.changed),
  // AWS gives the day, not the moment.
  LastAccessedDate:
    secret.accessed === undefined
      ? undefined
      : new Date(Math.floor(secret.accessed / 86_400_000) * 86_400_000),
  Tags: secret.tags,
  SecretVersionsToStages: stagesOf(secret),
  CreatedDate: new Date(secret.created),
});

function matches(secret: Secret, filters: readonly { Key?: string; Values?: readonly string[] }[]): boolean {
  return filters.every(({ Key, Values = [] }) => {
    if (Key !== 'name' && Key !== 'all') {
      throw new AwsFault(
        'InvalidParameterException',
        `The sandbox filters secrets by "name" and "all" only, not by "${Key}".`,
      );
    }
    return Values.some((value) => secret.name.startsWith(value));
  });
}
