import { openService } from '../deployment/controllers/open-service.ts';
import {
  codeDeployContinuePermission,
  codeDeployFollowInputs,
  codeDeployPlaceInputs,
  codeDeployWatchPermissions,
} from '../deployment/inputs/codedeploy-inputs.ts';
import { oneServiceInputs } from '../deployment/inputs/one-service-inputs.ts';
import { continuePermissions, watchErrors, watchPermissions } from '../deployment/inputs/permissions.ts';
import { checkFollow, followInputs, waitOptionsOf } from '../deployment/inputs/wait-inputs.ts';
import { conclude, deploymentOutputs, outputOurs } from '../deployment/report/publish-outcomes.ts';
import { choice, text } from '../inputs/kinds.ts';
import { defineOperation } from '../operation/operation.ts';

const inputs = {
  ...oneServiceInputs,
  hook: text({
    pattern: { expression: /^[A-Za-z0-9_-][A-Za-z0-9_:/.-]{0,511}$/, rule: 'the id of a lifecycle hook' },
    description:
      'The id of the pause hook. By default the only one that waits. With the CODE_DEPLOY controller which wait is to end: `READY_WAIT`, before the traffic is shifted (the default), or `TERMINATION_WAIT`, before the old task set is ended.',
  }),
  action: choice(['continue', 'rollback'], {
    default: 'continue',
    description:
      'What the hook is told: `continue` the deployment, or `rollback`. With the CODE_DEPLOY controller a rollback is a stop after which CodeDeploy rolls back.',
  }),
  ...followInputs,
  ...codeDeployFollowInputs,
  ...codeDeployPlaceInputs,
};

export const continueDeployment = defineOperation({
  name: 'continue-deployment',
  title: 'Continue a paused Amazon ECS deployment',
  description:
    'Tells the pause hook of a deployment to continue or to roll back, and follows the deployment from there.',
  promises: [
    'A service without a deployment that waits is an error, and nothing is sent; one whose hook was answered already is followed.',
    'Where several hooks wait, `hook` must name one.',
    'With `action: rollback` only the earlier version live again is green: it is what was asked for.',
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
    const { inputs: given, world } = call;
    const { run, target, controller } = await openService(given, world);
    const outcome = await controller.continue(run, target, given, waitOptionsOf(given), (ours) =>
      outputOurs(call, ours),
    );
    return conclude(call, [outcome]);
  },
});
