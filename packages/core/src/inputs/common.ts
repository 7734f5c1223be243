import { integer, list, text } from './kinds.ts';
import * as patterns from './patterns.ts';

/** Inputs that several operations share, defined once. */

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

/** Read before the first connection is made. */
export const maxRetries = integer(
  { min: 1, max: 20 },
  {
    description:
      'How many times one AWS call is attempted when it is throttled or its response is lost. By default, as often as each call needs: 8 times for most.',
  },
);

/** What every operation takes that reaches AWS: how to get there. Read before the first connection is made. */
export const connectionInputs = {
  'http-proxy': text({
    sensitive: true,
    pattern: { expression: /^https?:\/\/[^\s/?#]+\/?$/i, rule: 'the URL of a proxy, like http://proxy:3128' },
    description:
      'The proxy for AWS and registries, instead of HTTPS_PROXY and HTTP_PROXY; hosts in NO_PROXY bypass it. A password in it is masked. Builds take their proxies from the Docker configuration.',
    example: 'http://proxy.example:3128',
  }),
};

/** The inputs of every operation on one service that exists. */
export const oneServiceInputs = {
  service: text({
    required: true,
    pattern: patterns.service,
    description: 'The service, by name or ARN.',
    example: 'web',
  }),
  cluster: clusterInput,
  region: regionInput,
  'allowed-account-ids': allowedAccountIds,
};
