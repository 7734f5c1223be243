import model from '../../models/extract/scheduler.json' with { type: 'json' };
import type { ApiModel } from '../../models/model.ts';
import { ecs } from '../ecs/module.ts';
import type { ServiceModule } from '../shared/service-module.ts';
import { readSchedulerRequest, writeSchedulerAnswer, writeSchedulerError } from './rest.ts';
import { createScheduler } from './scheduler-service.ts';

export const scheduler: ServiceModule = {
  name: 'scheduler',
  title: 'EventBridge Scheduler',
  protocol: {
    kind: 'rest',
    read: readSchedulerRequest,
    write: writeSchedulerAnswer,
    writeError: writeSchedulerError,
    requestIdHeader: 'x-amzn-requestid',
  },
  requests: {
    model: model as unknown as ApiModel,
    refusal: {
      code: 'ValidationException',
      seen: 'https://docs.aws.amazon.com/scheduler/latest/APIReference/CommonErrors.html',
    },
  },
  create: (parts) =>
    createScheduler({
      ...parts,
      // AWS's own call, by the role of the schedule: it is in no journal of the account, and no fault meets it.
      runTask: async (request) => {
        const { handlers } = parts.shared(ecs.create);
        const run = handlers.RunTask;
        if (!run) throw new Error('ECS has RunTask');
        const { accountId, region, partition, clock } = parts;
        const caller = {
          accountId,
          region,
          partition,
          accessKeyId: 'scheduler',
          arn: 'scheduler.amazonaws.com',
        };
        return (await run(request, {
          caller,
          clock,
          requestId: 'scheduler',
          signal: new AbortController().signal,
        })) as { readonly failures?: readonly { reason?: string }[] };
      },
    }),
};
