import { externalWatchPermissions } from '../deployment/controllers/external/permissions.ts';
import { openService } from '../deployment/controllers/open-service.ts';
import {
  codeDeployFollowInputs,
  codeDeployPlaceInputs,
  codeDeployWatchPermissions,
} from '../deployment/inputs/codedeploy-inputs.ts';
import { watchErrors, watchPermissions } from '../deployment/inputs/permissions.ts';
import { checkFollow, followInputs, waitOptionsOf } from '../deployment/inputs/wait-inputs.ts';
import { deploymentOutputs, publishOutcomes } from '../deployment/report/publish-outcomes.ts';
import type { TrackedDeployment } from '../deployment/rollout/rollout.ts';
import { oneServiceInputs } from '../inputs/common.ts';
import { text } from '../inputs/kinds.ts';
import * as patterns from '../inputs/patterns.ts';
import { defineOperation } from '../operation/operation.ts';

const inputs = {
  ...oneServiceInputs,
  'deployment-id': text({
    pattern: {
      expression: /^(?:ecs-svc\/\d{1,20}|d-[A-Z0-9]{1,40})$/,
      rule: 'a deployment id like ecs-svc/1234567890123456789, or d-1A2B3C4D5 of CodeDeploy',
    },
    description:
      'The deployment that must become live, as printed by a `deploy-service` step. By default, the newest deployment of the service, whatever its state; if it has already ended, the step waits half a minute in case a newer one is not visible yet.',
    example: 'ecs-svc/1234567890123456789',
  }),
  'task-definition': text({
    pattern: patterns.taskDefinition,
    description:
      'The revision (`family:revision` or ARN) that must be live: its newest deployment is followed. The step fails if a different revision is live.',
  }),
  ...followInputs,
  ...codeDeployFollowInputs,
  ...codeDeployPlaceInputs,
};

export const waitForService = defineOperation({
  name: 'wait-for-service',
  title: 'Wait for an Amazon ECS deployment',
  description:
    'Follows a deployment already in progress to its verdict: after `wait-until: started`, after expired credentials, or from another job.',
  promises: [
    'Nothing is changed, except that `on-cancel: stop` stops the deployment.',
    'Green means that the requested deployment is live, or the newest if none was requested. One that was stopped or rolled back is red no matter how old it is; `task-definition` accepts what is live.',
  ],
  inputs,
  outputs: deploymentOutputs,
  permissions: [...watchPermissions, ...codeDeployWatchPermissions, ...externalWatchPermissions],
  errors: watchErrors,
  branding: { icon: 'clock', color: 'blue' },
  check: checkFollow,

  async run(call) {
    const { inputs: given } = call;
    const { run, target, controller } = await openService({ ...given, withTags: true }, call);
    if (given.deploymentId !== undefined) controller.checkDeploymentId(target.name, given.deploymentId);
    await call.output('service-arn', target.service.serviceArn ?? '');
    const onFound = async (found: TrackedDeployment) => {
      await call.output('task-definition-arn', found.taskDefinition);
      await call.output('deployment-id', found.deploymentId);
    };
    return publishOutcomes(call, [await controller.wait(run, target, given, waitOptionsOf(given), onFound)]);
  },
});
