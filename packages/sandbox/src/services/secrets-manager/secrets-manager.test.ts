import * as secretsManager from '@aws-sdk/client-secrets-manager';
import { describe, expect, test } from '@jest/globals';
import { writeJson } from '../../protocol/http/json-protocol.ts';
import { createLocalAws } from '../../sandbox.ts';
import { schemaProblems } from '../../testing/schema-problems.ts';
import { createSecretStore, type Secret } from './secrets.ts';

function open() {
  const aws = createLocalAws({ clock: 'virtual', seed: 1 });
  const call = async (operation: string, input: object = {}) => {
    const answer = JSON.parse(writeJson(await aws.dispatch('secretsmanager', operation, input)));
    expect(schemaProblems((secretsManager as Record<string, unknown>)[`${operation}$`], answer)).toEqual([]);
    return answer;
  };
  const refusal = (operation: string, input: object) =>
    aws.dispatch('secretsmanager', operation, input).then(
      () => undefined,
      (error) => [error.code, error.message],
    );
  return { call, refusal };
}

describe('a secret', () => {
  test('is read by name, by ARN and by ARN without its random end', async () => {
    const { call } = open();
    const { ARN } = await call('CreateSecret', { Name: 'prod/db', SecretString: '{"user":"a"}' });
    expect(ARN).toMatch(/^arn:aws:secretsmanager:us-east-1:123456789012:secret:prod\/db-[A-Za-z0-9]{6}$/);
    for (const SecretId of ['prod/db', ARN, ARN.slice(0, -7)]) {
      expect((await call('GetSecretValue', { SecretId })).SecretString).toBe('{"user":"a"}');
    }
  });

  test('keeps the version before as AWSPREVIOUS', async () => {
    const { call } = open();
    const { VersionId: first } = await call('CreateSecret', { Name: 's', SecretString: 'one' });
    const { VersionId: second } = await call('PutSecretValue', { SecretId: 's', SecretString: 'two' });
    expect((await call('GetSecretValue', { SecretId: 's' })).SecretString).toBe('two');
    expect((await call('GetSecretValue', { SecretId: 's', VersionStage: 'AWSPREVIOUS' })).SecretString).toBe(
      'one',
    );
    expect((await call('DescribeSecret', { SecretId: 's' })).VersionIdsToStages).toEqual({
      [first]: ['AWSPREVIOUS'],
      [second]: ['AWSCURRENT'],
    });
  });

  test("that exists, is absent, or has no value is refused in the API's words", async () => {
    const { call, refusal } = open();
    await call('CreateSecret', { Name: 'empty' });
    expect(await refusal('CreateSecret', { Name: 'empty' })).toEqual([
      'ResourceExistsException',
      'The operation failed because the secret empty already exists.',
    ]);
    expect(await refusal('GetSecretValue', { SecretId: 'nope' })).toEqual([
      'ResourceNotFoundException',
      "Secrets Manager can't find the specified secret.",
    ]);
    expect(await refusal('GetSecretValue', { SecretId: 'empty' })).toEqual([
      'ResourceNotFoundException',
      "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    ]);
  });

  test('is listed without its value', async () => {
    const { call } = open();
    await call('CreateSecret', { Name: 's', SecretString: 'hidden', Tags: [{ Key: 'a', Value: 'b' }] });
    const { SecretList } = await call('ListSecrets');
    expect(SecretList).toMatchObject([{ Name: 's', Tags: [{ Key: 'a', Value: 'b' }] }]);
    expect(JSON.stringify(SecretList)).not.toContain('hidden');
  });
});

describe('valueFrom of a container', () => {
  const arn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbCdEf';
  const secret: Secret = {
    name: 'db',
    arn,
    created: 0,
    changed: 0,
    tags: [],
    versions: [
      { id: 'v1', created: 0, text: '{"user":"old"}', stages: ['AWSPREVIOUS'] },
      { id: 'v2', created: 0, text: '{"user":"new","port":5432}', stages: ['AWSCURRENT'] },
    ],
  };
  const store = createSecretStore(new Map([['db', secret]]));

  test.each([
    [arn, { kind: 'found', value: '{"user":"new","port":5432}' }],
    [`${arn}:user::`, { kind: 'found', value: 'new' }],
    [`${arn}:port::`, { kind: 'found', value: '5432' }],
    [`${arn}:user:AWSPREVIOUS:`, { kind: 'found', value: 'old' }],
    [`${arn}:user::v1`, { kind: 'found', value: 'old' }],
    [arn.slice(0, -7), { kind: 'found', value: '{"user":"new","port":5432}' }],
    [
      `${arn}:password::`,
      {
        kind: 'missing',
        from: 'asm',
        detail: 'KeyNotFound: retrieved secret from Secrets Manager did not contain json key password',
      },
    ],
    [
      `${arn}:user::v9`,
      {
        kind: 'missing',
        from: 'asm',
        detail:
          "ResourceNotFoundException: Secrets Manager can't find the specified secret value for VersionId: v9",
      },
    ],
    [
      'arn:aws:secretsmanager:us-east-1:123456789012:secret:other-AbCdEf',
      {
        kind: 'missing',
        from: 'asm',
        detail: "ResourceNotFoundException: Secrets Manager can't find the specified secret.",
      },
    ],
  ])('%s', (valueFrom, expected) => expect(store.lookup(valueFrom)).toEqual(expected));
});
