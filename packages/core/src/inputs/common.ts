/** Inputs that several operations share, defined once. */
import { list, text } from './kinds.ts';
import * as patterns from './patterns.ts';

export const regionInput = text({
  pattern: patterns.region,
  description: 'The AWS region. Defaults to AWS_REGION, then AWS_DEFAULT_REGION.',
  example: 'eu-west-1',
});

export const allowedAccountIds = list({
  item: patterns.accountId,
  description: 'Refuse to run unless the credentials belong to one of these accounts.',
  example: '123456789012',
});

export const clusterInput = text({
  pattern: patterns.cluster,
  default: 'default',
  description: 'The cluster, by name or ARN.',
});
