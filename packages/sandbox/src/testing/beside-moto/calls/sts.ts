import type { Calls } from '../ask.ts';

export const stsCalls: Calls = async (ask) => {
  const role = { RoleArn: 'arn:aws:iam::123456789012:role/deploy', RoleSessionName: 'release' };
  await ask('of this key', 'GetCallerIdentity', {});
  await ask('a role', 'AssumeRole', role);
  await ask('for longer than there can be', 'AssumeRole', { ...role, DurationSeconds: 50_000 });
  await ask('a role', 'AssumeRoleWithWebIdentity', { ...role, WebIdentityToken: 'header.claims.signature' });
};
