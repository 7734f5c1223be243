import type { Permission } from './operation.ts';

/**
 * Only requests that the service makes in the caller's name: `kms:ViaService` of `secretsmanager`. The value ends in
 * the DNS suffix of the partition.
 * https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
 */
export const viaService = (service: string): NonNullable<Permission['condition']> => ({
  StringLike: { 'kms:ViaService': `${service}.\${Region}.*` },
});
