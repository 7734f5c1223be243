import type { Authorization, Caller, RequestContext } from '../api/aws-service.ts';

/** The ARN of a KMS key, however it was named; every alias stands for the same key here. */
export function keyArn(given: string, { partition, region, accountId }: Caller): string {
  const key = /(?:^|:)alias\//.test(given) ? '00000000-0000-0000-0000-000000000000' : given;
  return key.startsWith('arn:') ? key : `arn:${partition}:kms:${region}:${accountId}:key/${key}`;
}

/** What a service does with a customer managed key in the caller's name. */
export const kmsAsks = (
  service: string,
  actions: readonly string[],
  key: string,
  { caller }: RequestContext,
): NonNullable<Authorization['also']> =>
  actions.map((action) => ({
    action,
    resource: keyArn(key, caller),
    conditions: {
      'kms:ViaService': `${service}.${caller.region}.amazonaws.com${caller.partition === 'aws-cn' ? '.cn' : ''}`,
      'kms:CallerAccount': caller.accountId,
      ...(action === 'kms:CreateGrant' && { 'kms:GrantIsForAWSResource': 'true' }),
    },
  }));
