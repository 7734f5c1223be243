import { text } from './kinds.ts';

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
