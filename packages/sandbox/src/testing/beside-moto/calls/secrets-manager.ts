import type { Calls } from '../ask.ts';

export const secretsManagerCalls: Calls = async (ask) => {
  const token = { SecretId: 'token' };
  await ask('with a value', 'CreateSecret', {
    Name: 'token',
    Description: 'for the API',
    SecretString: 'abc',
    Tags: [{ Key: 'team', Value: 'web' }],
  });
  await ask('without a value', 'CreateSecret', { Name: 'empty' });
  await ask('one that is there already', 'CreateSecret', { Name: 'token', SecretString: 'abc' });
  await ask('a new version', 'PutSecretValue', { ...token, SecretString: 'def' });
  await ask('of a secret that is missing', 'PutSecretValue', { SecretId: 'gone', SecretString: 'def' });
  await ask('the current version', 'GetSecretValue', token);
  await ask('the previous version', 'GetSecretValue', { ...token, VersionStage: 'AWSPREVIOUS' });
  await ask('a version that is missing', 'GetSecretValue', { ...token, VersionStage: 'GONE' });
  await ask('of a secret without a value', 'GetSecretValue', { SecretId: 'empty' });
  await ask('of a secret that is missing', 'GetSecretValue', { SecretId: 'gone' });
  await ask('one', 'DescribeSecret', token);
  await ask('one that is missing', 'DescribeSecret', { SecretId: 'gone' });
  await ask('all', 'ListSecrets', {});
  await ask('by name', 'ListSecrets', { Filters: [{ Key: 'name', Values: ['token'] }] });
  await ask('at once', 'DeleteSecret', { ...token, ForceDeleteWithoutRecovery: true });
  await ask('one that is missing', 'DeleteSecret', { SecretId: 'gone' });
};
