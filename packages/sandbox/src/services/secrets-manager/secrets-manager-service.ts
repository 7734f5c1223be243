import { kmsAsks } from '../../authorization/kms.ts';
import { AwsFault, type AwsService, type RequestContext } from '../../protocol/aws-service.ts';
import { handlersOf, type OperationOf } from '../../protocol/handlers.ts';
import { page } from '../../protocol/page.ts';
import { uuid, word } from '../../random.ts';
import { findSecret, findVersion, type Secret, type SecretVersion } from './secrets.ts';

export interface SecretsManagerParts {
  readonly secrets: Map<string, Secret>;
  readonly random: () => number;
  changed(): void;
}

type Operation = OperationOf<SecretsManagerParts>;

const notFound = () =>
  new AwsFault('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
const invalidParameter = (message: string) => new AwsFault('InvalidParameterException', message);

// biome-ignore lint/suspicious/noExplicitAny: see Handler
function find({ secrets }: SecretsManagerParts, input: any): Secret {
  const secret = findSecret(secrets, requiredId(input.SecretId));
  if (!secret) throw notFound();
  return secret;
}

function addVersion(
  { random, changed }: SecretsManagerParts,
  secret: Secret,
  // biome-ignore lint/suspicious/noExplicitAny: see Handler
  input: any,
  now: number,
): SecretVersion {
  const id = input.ClientRequestToken ?? uuid(random);
  const content = contentOf(input);
  const same = secret.versions.find((version) => version.id === id);
  if (same) {
    if (same.text === content.text && same.binary === content.binary) return same;
    throw new AwsFault(
      'ResourceExistsException',
      `You tried to create a new version of the secret ${secret.name} with a ClientRequestToken that was used for another version.`,
    );
  }
  const stages: string[] = input.VersionStages ?? ['AWSCURRENT'];
  if (stages.includes('AWSCURRENT')) {
    const current = findVersion(secret, 'AWSCURRENT', undefined);
    const previous = findVersion(secret, 'AWSPREVIOUS', undefined);
    if (current && previous) previous.stages = previous.stages.filter((stage) => stage !== 'AWSPREVIOUS');
    current?.stages.push('AWSPREVIOUS');
  }
  for (const version of secret.versions)
    version.stages = version.stages.filter((stage) => !stages.includes(stage));
  const version: SecretVersion = { id, created: now, ...content, stages: [...stages] };
  secret.versions.push(version);
  secret.changed = now;
  changed();
  return version;
}

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

const PutSecretValue: Operation = (parts, input, { clock }) => {
  const secret = find(parts, input);
  if (input.SecretString === undefined && input.SecretBinary === undefined) {
    throw invalidParameter('You must provide either SecretString or SecretBinary.');
  }
  const version = addVersion(parts, secret, input, clock.now());
  return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: version.stages };
};

const GetSecretValue: Operation = (parts, input, { clock }) => {
  const secret = find(parts, input);
  const version = findVersion(secret, input.VersionStage, input.VersionId);
  if (!version) {
    const what = input.VersionId
      ? `VersionId: ${input.VersionId}`
      : `staging label: ${input.VersionStage ?? 'AWSCURRENT'}`;
    throw new AwsFault(
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret value for ${what}`,
    );
  }
  secret.accessed = clock.now();
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    SecretString: version.text,
    SecretBinary: version.binary,
    VersionStages: [...version.stages],
    CreatedDate: new Date(version.created),
  };
};

const DescribeSecret: Operation = (parts, input) => {
  const secret = find(parts, input);
  return { ...listed(secret), VersionIdsToStages: stagesOf(secret), SecretVersionsToStages: undefined };
};

const ListSecretVersionIds: Operation = (parts, input) => {
  const secret = find(parts, input);
  const all = secret.versions
    .filter(({ stages }) => stages.length > 0 || input.IncludeDeprecated === true)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const shown = page(all, ({ id }) => id, {
    limit: input.MaxResults ?? 100,
    token: input.NextToken,
    invalid: () => new AwsFault('InvalidNextTokenException', 'Invalid NextToken'),
  });
  return {
    ARN: secret.arn,
    Name: secret.name,
    Versions: shown.items.map(({ id, stages, created }) => ({
      VersionId: id,
      VersionStages: stages.length > 0 ? [...stages] : undefined,
      CreatedDate: new Date(created),
    })),
    NextToken: shown.nextToken,
  };
};

const UpdateSecretVersionStage: Operation = (parts, input, { clock }) => {
  const { changed } = parts;
  const secret = find(parts, input);
  const stage = String(input.VersionStage ?? '');
  const holder = findVersion(secret, stage, undefined);
  if (holder?.id !== input.RemoveFromVersionId) {
    throw invalidParameter(
      `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ${holder?.id}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
  }
  const target = secret.versions.find(({ id }) => id === input.MoveToVersionId);
  if (input.MoveToVersionId !== undefined && !target) throw notFound();
  const move = (label: string, to: SecretVersion | undefined) => {
    for (const version of secret.versions) version.stages = version.stages.filter((one) => one !== label);
    to?.stages.push(label);
  };
  move(stage, target);
  if (stage === 'AWSCURRENT' && holder && holder !== target) move('AWSPREVIOUS', holder);
  secret.changed = clock.now();
  changed();
  return { ARN: secret.arn, Name: secret.name };
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
      // IAM asks about a secret that is not there by the name it was asked for.
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

function contentOf(input: { SecretString?: unknown; SecretBinary?: unknown }): {
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

function checkName(value: unknown): string {
  if (typeof value === 'string' && /^[\w/+=.@-]{1,512}$/.test(value)) return value;
  throw new AwsFault(
    'ValidationException',
    'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
  );
}

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
