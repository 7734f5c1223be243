import { allowedAccountIds, clusterInput, regionInput } from '../../inputs/common.ts';
import { text } from '../../inputs/kinds.ts';
import * as patterns from '../../inputs/patterns.ts';

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
