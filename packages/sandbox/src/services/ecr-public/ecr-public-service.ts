import { AwsFault, type AwsService } from '../../api/aws-service.ts';
import type { EcrParts } from '../ecr/ecr-parts.ts';
import { issueToken } from '../ecr/ecr-service.ts';

/** ECR Public, for its login. It lives in us-east-1 alone, as in AWS. */
export const createEcrPublicService = (parts: EcrParts): AwsService => ({
  handlers: {
    GetAuthorizationToken(_input, context) {
      if (context.caller.region !== 'us-east-1') {
        throw new AwsFault(
          'UnsupportedCommandException',
          `ECR Public has no endpoint in ${context.caller.region}; it is in us-east-1.`,
        );
      }
      return { authorizationData: issueToken(parts, context) };
    },
  },
  authorize: () => ({ resources: ['*'], also: [{ action: 'sts:GetServiceBearerToken', resource: '*' }] }),
  save: () => ({}),
  restore: () => {},
});
