import model from '../../models/extract/sts.json' with { type: 'json' };
import type { ApiModel } from '../../models/model.ts';
import type { ServiceModule } from '../shared/service-module.ts';
import { createStsService } from './sts-service.ts';

export const sts: ServiceModule = {
  name: 'sts',
  title: 'STS',
  protocol: { kind: 'query', version: '2011-06-15', unversioned: true },
  requests: {
    model: model as unknown as ApiModel,
    refusal: {
      code: 'ValidationError',
      seen: 'https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html',
    },
  },
  free: ['GetCallerIdentity', 'GetSessionToken'],
  unsigned: ['AssumeRoleWithWebIdentity'],
  create: createStsService,
};
