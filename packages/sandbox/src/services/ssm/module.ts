import model from '../../models/extract/ssm.json' with { type: 'json' };
import type { ApiModel } from '../../models/model.ts';
import type { ServiceModule } from '../shared/service-module.ts';
import { createParameters, parametersIn } from './parameters.ts';
import { createSsmService } from './ssm-service.ts';

export const ssm: ServiceModule = {
  name: 'ssm',
  title: 'Parameter Store',
  protocol: { kind: 'json-1.1', target: 'AmazonSSM' },
  requests: {
    model: model as unknown as ApiModel,
    refusal: {
      code: 'ValidationException',
      seen: 'https://docs.aws.amazon.com/systems-manager/latest/APIReference/CommonErrors.html',
    },
  },
  create: ({ accountId, region, changed, global }) =>
    createSsmService({ parameters: parametersIn(global(createParameters), accountId, region), changed }),
};
