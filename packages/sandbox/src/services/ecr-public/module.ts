import model from '../../models/extract/ecr-public.json' with { type: 'json' };
import type { ApiModel } from '../../models/model.ts';
import { ecrPartsOf } from '../ecr/ecr-parts.ts';
import type { ServiceModule } from '../shared/service-module.ts';
import { createEcrPublicService } from './ecr-public-service.ts';

export const ecrPublic: ServiceModule = {
  name: 'ecr-public',
  title: 'ECR Public',
  protocol: { kind: 'json-1.1', target: 'SpencerFrontendService' },
  requests: {
    model: model as unknown as ApiModel,
    refusal: { code: 'InvalidParameterException' },
  },
  create: (parts) => createEcrPublicService(ecrPartsOf(parts)),
};
