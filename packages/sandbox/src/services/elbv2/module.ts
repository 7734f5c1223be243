import model from '../../models/extract/elasticloadbalancing.json' with { type: 'json' };
import type { ApiModel } from '../../models/model.ts';
import { ecs } from '../ecs/module.ts';
import type { ServiceModule } from '../shared/service-module.ts';
import { createTargetGroups } from '../shared/target-groups.ts';
import { createElbv2 } from './elbv2-service.ts';

export const elbv2: ServiceModule = {
  name: 'elasticloadbalancing',
  title: 'Elastic Load Balancing',
  protocol: { kind: 'query', version: '2015-12-01' },
  requests: {
    model: model as unknown as ApiModel,
    refusal: {
      code: 'ValidationError',
      seen: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/CommonErrors.html',
    },
  },
  botocore: 'elbv2',
  create(parts) {
    const groups = parts.shared(createTargetGroups);
    const { targets, namesTargetGroup } = parts.shared(ecs.create);
    const health = createElbv2({ targets, knows: (group) => groups.has(group) || namesTargetGroup(group) });
    return {
      ...health,
      handlers: { ...health.handlers, ...groups.handlers },
      save: groups.save,
      restore: groups.restore,
    };
  },
};
