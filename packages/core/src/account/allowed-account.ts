import { LandfallError } from '../errors/landfall-error.ts';
import type { World } from '../world/world.ts';

/** @throws ACCOUNT_MISMATCH when the credentials belong to an account that is not allowed; before any effect */
export async function checkAllowedAccount(allowed: readonly string[], { aws, host }: World): Promise<void> {
  const sts = await aws.sts();
  const { Account: account } = await sts.getCallerIdentity({}, { signal: host.cancellation });
  if (account !== undefined && allowed.includes(account)) return;
  throw new LandfallError('ACCOUNT_MISMATCH', {
    summary: `the credentials belong to account ${account ?? 'unknown'}, which is not one of ${allowed.join(', ')}`,
    facts: { account, allowed },
  });
}
