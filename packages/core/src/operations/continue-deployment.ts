import { openService } from '../deployment/controllers/open-service.ts';
import {
  codeDeployContinuePermission,
  codeDeployFollowInputs,
  codeDeployPlaceInputs,
  codeDeployWatchPermissions,
} from '../deployment/inputs/codedeploy-inputs.ts';
import { continuePermissions, watchErrors, watchPermissions } from '../deployment/inputs/permissions.ts';
import { checkFollow, followInputs, waitOptionsOf } from '../deployment/inputs/wait-inputs.ts';
import { deploymentOutputs, outputOurs, publishOutcomes } from '../deployment/report/publish-outcomes.ts';
import { oneServiceInputs } from '../inputs/common.ts';
import { choice, text } from '../inputs/kinds.ts';
import { defineOperation } from '../operation/operation.ts';

const inputs = {
  ...oneServiceInputs,
  hook: text({
    pattern: { expression: /^[A-Za-z0-9_-][A-Za-z0-9_:/.-]{0,511}$/, rule: 'the id of a lifecycle hook' },
    description:
      'The id of the pause hook. By default, the only one that is waiting. With the CODE_DEPLOY controller, the wait to end: `READY_WAIT`, before the traffic is shifted (the default), or `TERMINATION_WAIT`, before the old task set is terminated.',
  }),
  action: choice(['continue', 'rollback'], {
    default: 'continue',
    description:
      'How to answer the hook: `continue` the deployment, or `rollback`. With the CODE_DEPLOY controller, a rollback stops the deployment and CodeDeploy rolls back.',
  }),
  ...followInputs,
  ...codeDeployFollowInputs,
  ...codeDeployPlaceInputs,
};

export const continueDeployment = defineOperation({
  name: 'continue-deployment',
  title: 'Continue a paused Amazon ECS deployment',
  description:
    'Answers the pause hook of a deployment with continue or rollback, and follows the deployment from there.',
  promises: [
    'A service without a paused deployment is an error, and nothing is sent; a deployment whose hook was already answered is followed.',
    'If several hooks are waiting, `hook` must name one.',
    'With `action: rollback`, the step succeeds only when the earlier version is live again: that is what was requested.',
  ],
  inputs,
  outputs: deploymentOutputs,
  permissions: [
    ...watchPermissions,
    ...continuePermissions,
    ...codeDeployWatchPermissions,
    codeDeployContinuePermission,
  ],
  errors: [...watchErrors, 'NOT_PAUSED'],
  branding: { icon: 'play', color: 'blue' },
  check: checkFollow,

  async run(call) {
    const { inputs: given } = call;
    const { run, target, controller } = await openService(given, call);
    const outcome = await controller.continue(run, target, given, waitOptionsOf(given), (ours) =>
      outputOurs(call, ours),
    );
    return publishOutcomes(call, [outcome]);
  },
});
