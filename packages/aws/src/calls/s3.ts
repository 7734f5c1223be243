import type { S3 } from '@landfall/core/world/aws';
import type { CallTable } from '../call/call-table.ts';

export const s3Calls: CallTable<S3> = {
  HeadObject: { kind: 'read', answer: { LastModified: 'object' } },
};
