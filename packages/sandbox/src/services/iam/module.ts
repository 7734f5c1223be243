import model from '../../models/extract/iam.json' with { type: 'json' };
import type { ApiModel } from '../../models/model.ts';
import type { ServiceModule } from '../shared/service-module.ts';
import { createIamService } from './iam-service.ts';
import { createRoles } from './roles.ts';

export const iam: ServiceModule = {
  name: 'iam',
  title: 'IAM',
  protocol: { kind: 'query', version: '2010-05-08' },
  requests: {
    model: model as unknown as ApiModel,
    refusal: {
      code: 'ValidationError',
      seen: 'https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html',
    },
  },
  create: (parts) => createIamService({ ...parts, roles: parts.global(createRoles) }),
};
