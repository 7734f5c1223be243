import type { Iam } from '@landfall/core/world/aws';
import type { CallTable } from '../call/call-table.ts';

export const iamCalls: CallTable<Iam> = {
  GetRole: { kind: 'read', answer: { Role: 'object' } },
  // Its rate limit is low and nothing depends on the answer.
  SimulatePrincipalPolicy: { kind: 'read', answer: { EvaluationResults: 'objects' }, attempts: 4 },
};
