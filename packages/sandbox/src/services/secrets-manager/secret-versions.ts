import { AwsFault } from '../../api/aws-service.ts';
import { page } from '../../api/page.ts';
import { uuid } from '../../clock/random.ts';
import {
  contentOf,
  find,
  invalidParameter,
  notFound,
  type Operation,
  type SecretsManagerParts,
} from './secret-requests.ts';
import { findVersion, type Secret, type SecretVersion } from './secrets.ts';

export function addVersion(
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

export const PutSecretValue: Operation = (parts, input, { clock }) => {
  const secret = find(parts, input);
  if (input.SecretString === undefined && input.SecretBinary === undefined) {
    throw invalidParameter('You must provide either SecretString or SecretBinary.');
  }
  const version = addVersion(parts, secret, input, clock.now());
  return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: version.stages };
};

export const GetSecretValue: Operation = (parts, input, { clock }) => {
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

export const ListSecretVersionIds: Operation = (parts, input) => {
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

export const UpdateSecretVersionStage: Operation = (parts, input, { clock }) => {
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
