import type { Sts } from '@landfall/core/world/aws';
import type { CallTable } from '../call/call-table.ts';

export const stsCalls: CallTable<Sts> = {
  GetCallerIdentity: { kind: 'read', answer: { Account: 'string', Arn: 'string' } },
};
