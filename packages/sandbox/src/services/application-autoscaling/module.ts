import model from '../../models/extract/application-autoscaling.json' with { type: 'json' };
import type { ApiModel } from '../../models/model.ts';
import { ecs } from '../ecs/module.ts';
import type { ServiceModule } from '../shared/service-module.ts';
import { createAutoScaling } from './autoscaling-service.ts';

export const applicationAutoScaling: ServiceModule = {
  name: 'application-autoscaling',
  title: 'Application Auto Scaling',
  protocol: { kind: 'json-1.1', target: 'AnyScaleFrontendService' },
  requests: {
    model: model as unknown as ApiModel,
    refusal: {
      // The one error that it declares.
      code: (_violation, operation) =>
        operation === 'ListTagsForResource' ? 'ResourceNotFoundException' : 'ValidationException',
      seen: 'https://docs.aws.amazon.com/autoscaling/application/APIReference/CommonErrors.html',
    },
  },
  create: (parts) => createAutoScaling({ ...parts, services: parts.shared(ecs.create).counts }),
};
