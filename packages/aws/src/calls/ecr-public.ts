import type { EcrPublic } from '@landfall/core/world/aws';
import type { CallTable } from '../call/call-table.ts';

export const ecrPublicCalls: CallTable<EcrPublic> = {
  GetAuthorizationToken: {
    kind: 'read',
    answer: { authorizationData: { authorizationToken: 'string' } },
    // As for ECR.
    attempts: 4,
  },
};

/** ECR Public answers in this region only. */
export const ecrPublicRegion = 'us-east-1';
