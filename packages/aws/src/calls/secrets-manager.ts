import type { SecretsManager } from '@landfall/core/world/aws';
import type { CallTable } from '../call/call-table.ts';

export const secretsManagerCalls: CallTable<SecretsManager> = {
  GetSecretValue: { kind: 'read', answer: { ARN: 'string' } },
  DescribeSecret: { kind: 'read', answer: { ARN: 'string' } },
  ListSecretVersionIds: { kind: 'read', answer: { ARN: 'string' } },
};
