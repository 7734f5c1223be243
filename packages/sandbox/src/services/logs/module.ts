import model from '../../models/extract/logs.json' with { type: 'json' };
import type { ApiModel } from '../../models/model.ts';
import type { ServiceModule } from '../shared/service-module.ts';
import { logGroupsOf } from './log-groups.ts';
import { createLogsService } from './logs-service.ts';

export const logs: ServiceModule = {
  name: 'logs',
  title: 'CloudWatch Logs',
  protocol: { kind: 'json-1.1', target: 'Logs_20140328' },
  requests: {
    model: model as unknown as ApiModel,
    refusal: {
      code: 'InvalidParameterException',
      seen: 'https://github.com/awslabs/aws-embedded-metrics-node/pull/160',
    },
  },
  create: (parts) => createLogsService(parts.shared(logGroupsOf)),
};
