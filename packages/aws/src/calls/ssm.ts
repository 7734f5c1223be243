import type { Ssm } from '@landfall/core/world/aws';
import type { CallTable } from '../call/call-table.ts';

export const ssmCalls: CallTable<Ssm> = {
  // InvalidParameters is omitted when there are none; Parameters may be too when all are invalid.
  GetParameters: { kind: 'read', answer: {} },
  // Best effort, in AWS's words: a page may hold nothing and have a next one.
  DescribeParameters: { kind: 'read', answer: {} },
};
